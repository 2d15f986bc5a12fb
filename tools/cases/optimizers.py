"""The state of an optimizer after a cut: the slices of what it was, what a gained bias begins with, and training that goes on."""
import json, warnings

import h5py, keras, numpy as np
import tf_keras
from support import case, deaden, predict, prune, run, same

O = keras.optimizers
SETTINGS = {
    "sgd": lambda: O.SGD(0.01),
    "schedule": lambda: O.SGD(O.schedules.ExponentialDecay(0.01, 10, 0.5)),
    "momentum": lambda: O.SGD(0.01, momentum=0.9, nesterov=True),
    "rmsprop": lambda: O.RMSprop(1e-3),
    "centered": lambda: O.RMSprop(1e-3, momentum=0.5, centered=True),
    "adam": lambda: O.Adam(1e-3),
    "name": lambda: "adam",
    "amsgrad": lambda: O.Adam(1e-3, amsgrad=True),
    "adamw": lambda: O.AdamW(1e-3, weight_decay=0.01, clipnorm=1.0),
    "adadelta": lambda: O.Adadelta(0.1),
    "adagrad": lambda: O.Adagrad(0.01),
    "adamax": lambda: O.Adamax(1e-3),
    "adafactor": lambda: O.Adafactor(1e-3),
    "nadam": lambda: O.Nadam(1e-3),
    "ftrl": lambda: O.Ftrl(0.01),
    "lion": lambda: O.Lion(1e-4),
    "lamb": lambda: O.Lamb(1e-3),
    "muon": lambda: O.Muon(1e-3),
    "muon_excluded": lambda: O.Muon(1e-3, exclude_layers=["head"]),
    "loss_scale": lambda: O.LossScaleOptimizer(O.Adam(1e-3)),
    "average": lambda: O.Adam(1e-3, use_ema=True, ema_momentum=0.9),
    "accumulated": lambda: O.SGD(0.01, momentum=0.9, gradient_accumulation_steps=2),
    "average_accumulated": lambda: O.Adafactor(1e-3, use_ema=True, gradient_accumulation_steps=3),
}
# What a slot of a new weight begins with, where that is not 0.
STARTS = {"adagrad": {"_accumulators": 0.1}, "ftrl": {"_accumulators": 0.1}}


def network(K=keras):
    """Constants that a cut puts into a bias 'gains' has not, and into one 'folds' has."""
    L = K.layers
    return K.Sequential([
        L.Input((12, 12, 3)),
        L.Conv2D(8, 3, use_bias=False, name="first"), L.BatchNormalization(name="first_bn"), L.ReLU(),
        L.Conv2D(6, 3, use_bias=False, name="gains"), L.LeakyReLU(),
        L.Conv2D(8, 3, use_bias=False, name="second"), L.BatchNormalization(name="second_bn"), L.ReLU(),
        L.Conv2D(5, 3, name="folds"), L.ReLU(),
        L.GlobalAveragePooling2D(), L.Dense(3, name="head"),
    ])


def trained(optimizer, K=keras):
    """The network after some steps, with dead filters."""
    K.utils.set_random_seed(1)
    model, rng = network(K), np.random.default_rng(2)
    model.compile(optimizer, K.losses.MeanSquaredError(), run_eagerly=True)
    for _ in range(4):
        model.train_on_batch(rng.normal(size=(4, 12, 12, 3)), rng.normal(size=(4, 3)))
    if K is keras:
        return deaden(model, seed=3)
    for name in ("first_bn", "second_bn"):
        layer = model.get_layer(name)
        layer.gamma.assign(np.where(np.arange(8) % 3 == 1, 0, 1.0))
        layer.beta.assign(np.linspace(-0.5, 0.9, 8))
    return model


def slices(report):
    """For each layer and weight what the cut left of it, as a function of an array whose axes are the weight's."""
    kept = {l["name"]: [i for i in range(l["before"]) if i not in l["removed"]] for l in report["layers"]}
    first, second = kept["first"], kept["second"]
    assert len(first) < 8 and len(second) < 8, "nothing was cut"
    return {
        ("first", "kernel"): (None, None, None, first), ("gains", "kernel"): (None, None, first, None),
        ("first_bn", "gamma"): (first,), ("first_bn", "beta"): (first,),
        ("second", "kernel"): (None, None, None, second), ("folds", "kernel"): (None, None, second, None),
        ("second_bn", "gamma"): (second,), ("second_bn", "beta"): (second,),
    }


def taken(array, selections):
    for axis, kept in enumerate(selections):
        if kept is not None:
            array = np.take(array, kept, axis)
    return array


def lists(optimizer):
    """The optimizer's lists of arrays, one for each trained weight, by their names."""
    inner = getattr(optimizer, "inner_optimizer", None) or optimizer
    n = len(inner._trainable_variables)
    is_list = lambda v: isinstance(v, list) and len(v) == n and any(hasattr(x, "shape") for x in v)
    return {k: v for k, v in vars(inner).items() if is_list(v) and k not in ("_trainable_variables",)}


def weights(model):
    return [(l.name, v.name.split("/")[-1].split(":")[0]) for l in model.layers for v in l.trainable_variables]


def restored(path):
    """The model as Keras loads it, with its optimizer's state.

    Of a legacy file Keras 3 builds the optimizer before the layers tell their weights, and gives up its state: this does as
    Keras would, in its order.
    """
    if path.endswith(".keras"):
        return keras.models.load_model(path)
    model = keras.models.load_model(path, compile=False)
    with h5py.File(path) as f:
        config, group = json.loads(f.attrs["training_config"])["optimizer_config"], f["optimizer_weights"]
        state = [group[n][()] for n in group.attrs["weight_names"]]
    optimizer = O.get(config["class_name"]) if config["class_name"] in SETTINGS else O.deserialize(config)
    model.compile(optimizer, keras.losses.MeanSquaredError(), run_eagerly=True)
    model.optimizer.build(model.trainable_variables)
    assert [tuple(v.shape) for v in model.optimizer.variables] == [v.shape for v in state]
    for variable, value in zip(model.optimizer.variables, state):
        variable.assign(value)
    return model


def check(name, folder, ending):
    model = trained(SETTINGS[name]())
    path, compact = f"{folder}/{name}{ending}", f"{folder}/{name}-compact{ending}"
    model.save(path)
    before = restored(path)
    report = prune(path, compact)
    assert not [w for w in report["warnings"] if "optimizer" in w and "moving averages" not in w], report["warnings"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        after = restored(compact)
    assert after.get_layer("gains").use_bias, "no bias was gained"
    cut, old_names, new_names = slices(report), weights(before), weights(after)
    assert len(new_names) == len(old_names) + 1
    assert int(before.optimizer.iterations.numpy()) == int(after.optimizer.iterations.numpy())
    assert float(np.asarray(before.optimizer.learning_rate)) == float(np.asarray(after.optimizer.learning_rate))
    old, new, count = lists(before.optimizer), lists(after.optimizer), 0
    assert set(old) == set(new), (set(old), set(new))
    for attribute in old:
        for key, slot in zip(new_names, new[attribute]):
            if slot is None:
                continue
            if key == ("gains", "bias"):
                wanted = np.full(slot.shape, STARTS.get(name, {}).get(attribute, 0))
                if attribute == "_model_variables_moving_average":
                    wanted = after.get_layer("gains").bias.numpy()
            else:
                whole, selections = old[attribute][old_names.index(key)], cut.get(key, ())
                rank = len(before.get_layer(key[0]).__dict__.get("_kernel", np.zeros(())).shape) if key[1] == "kernel" else 1
                if attribute == "_r" and selections:
                    selections = selections[:-1] if rank > 1 else ()
                if attribute == "_c" and selections:
                    selections = selections[:-2] + selections[-1:] if rank > 1 else ()
                wanted = taken(whole.numpy(), selections)
                if attribute == "_model_variables_moving_average" and key == ("folds", "bias"):
                    wanted = wanted + (after.get_layer("folds").bias.numpy() - before.get_layer("folds").bias.numpy())
            np.testing.assert_allclose(slot.numpy(), wanted, rtol=1e-6, atol=1e-7, err_msg=f"{attribute} of {key}")
            count += 1
    rng = np.random.default_rng(5)
    x = rng.normal(size=(4, 12, 12, 3)).astype("float32")
    note = same(run(before, [x]), run(after, [x]))
    for _ in range(3):
        loss = after.train_on_batch(x, rng.normal(size=(4, 3)))
    assert np.isfinite(loss), "training the compact file gives NaN"
    assert int(after.optimizer.iterations.numpy()) > int(before.optimizer.iterations.numpy())
    return f"{count} slots, {note}"


def register(name):
    def archive(folder):
        return check(name, folder, ".keras")

    def legacy(folder):
        return check(name, folder, ".h5")

    for test in (archive, legacy):
        # Keras's own arrays of Adafactor share names, which its legacy format cannot hold; of that, Keras does not load Lamb.
        if test is legacy and name in ("adafactor", "average_accumulated", "lamb"):
            continue
        test.__name__ = f"{name}_{test.__name__}"
        case(test)


for setting in SETTINGS:
    register(setting)


@case
def weights_alone(folder):
    """Nothing tells the optimizer's class in a file of weights."""
    model = trained(O.Adam(1e-3))
    path, compact = f"{folder}/m.weights.h5", f"{folder}/c.weights.h5"
    model.save_weights(path)
    with open(f"{folder}/m.json", "w") as f:
        f.write(model.to_json())
    report = prune(path, compact, "--architecture", f"{folder}/m.json")
    assert not [w for w in report["warnings"] if "optimizer" in w and "moving averages" not in w], report["warnings"]
    with open(f"{folder}/c.json") as f:
        after = keras.models.model_from_json(f.read())
    after.compile(O.Adam(1e-3), "mse", run_eagerly=True)
    after.optimizer.build(after.trainable_variables)
    after.load_weights(compact)
    cut = slices(report)
    for key, slot in zip(weights(after), after.optimizer._velocities):
        if key != ("gains", "bias"):
            wanted = taken(model.optimizer._velocities[weights(model).index(key)].numpy(), cut.get(key, ()))
            np.testing.assert_array_equal(slot.numpy(), wanted)
    assert int(after.optimizer.iterations.numpy()) == 4


T = tf_keras.optimizers
KERAS2 = {
    "adam": lambda: T.Adam(1e-3), "ftrl": lambda: T.Ftrl(0.01), "adafactor": lambda: T.Adafactor(1e-3),
    "average": lambda: T.Adam(1e-3, use_ema=True, ema_momentum=0.9), "sgd": lambda: T.SGD(0.01),
    "old_adam": lambda: T.legacy.Adam(1e-3), "old_ftrl": lambda: T.legacy.Ftrl(0.01),
    "old_rmsprop": lambda: T.legacy.RMSprop(1e-3, momentum=0.5, centered=True), "old_sgd": lambda: T.legacy.SGD(0.01),
}


def keras2(name, folder, ending):
    model = trained(KERAS2[name](), tf_keras)
    path, compact = f"{folder}/{name}{ending}", f"{folder}/{name}-compact{ending}"
    model.save(path)
    before = tf_keras.models.load_model(path)
    report = prune(path, compact)
    assert not [w for w in report["warnings"] if "optimizer" in w and "moving averages" not in w], report["warnings"]
    after = tf_keras.models.load_model(compact)
    state = lambda m: list(m.optimizer.variables() if callable(m.optimizer.variables) else m.optimizer.variables)
    rng, old, new = np.random.default_rng(5), state(before), state(after)
    if len(old) > 2:
        # Without EMA, a slot of the cut layer is the slice of what it was, and the gained bias has one of each kind more.
        cut, names = slices(report), [(l.name, v.name.split("/")[-1].split(":")[0]) for l in before.layers for v in l.trainable_variables]
        first = [i for i, v in enumerate(old) if tuple(v.shape) == (3, 3, 3, 8)]
        second = [i for i, v in enumerate(new) if tuple(v.shape) == (3, 3, 3, len(cut[("first", "kernel")][3]))]
        assert len(first) == len(second) > 0
        for i, j in zip(first, second):
            np.testing.assert_array_equal(taken(old[i].numpy(), cut[("first", "kernel")]), new[j].numpy())
    x = rng.normal(size=(4, 12, 12, 3)).astype("float32")
    note = same([np.asarray(before(x))], [np.asarray(after(x))])
    for _ in range(3):
        loss = after.train_on_batch(x, rng.normal(size=(4, 3)))
    assert np.isfinite(loss), "training the compact file gives NaN"
    assert int(after.optimizer.iterations.numpy()) == 7, int(after.optimizer.iterations.numpy())
    return f"{len(old)} → {len(new)} variables, {note}"


def register_keras2(name):
    for ending in (".h5",) if name.startswith("old") else (".h5", ".keras"):
        if (name, ending) == ("adafactor", ".h5"):
            continue

        def test(folder, ending=ending):
            return keras2(name, folder, ending)

        test.__name__ = f"keras2_{name}_{'legacy' if ending == '.h5' else 'archive'}"
        case(test)


for setting in KERAS2:
    register_keras2(setting)
