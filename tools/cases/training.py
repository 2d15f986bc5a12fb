"""Training on from a checkpoint: what the model itself asks for, step for step as Keras does it, or said to be left out.

Every step is over all images, so that their order does not matter; SGD with momentum 0.9 is the same rule in both.
"""
from support import *

L = keras.layers


def data(folder, y, count=24, shape=(8, 8, 3), seed=1):
    """Images and labels in a file, not to be treated in any way."""
    x = np.random.default_rng(seed).normal(0, 1, (count,) + shape).astype("float32")
    path = f"{folder}/data.h5"
    with h5py.File(path, "w") as f:
        f["x"], f["y"] = x, y
        f["x"].attrs["scale"] = 1.0
    return path, x


def classes(count=24, classes=4, seed=2):
    return np.random.default_rng(seed).integers(0, classes, count).astype("int32")


def rows(count=24, classes=4, seed=3):
    return np.random.default_rng(seed).dirichlet(np.ones(classes), count).astype("float32")


def train(folder, model, corpus, steps=3, lr=0.05, ending="h5", options=(), api=keras, count=24):
    """deadwood's weights after so many steps, the JSON of its report and its lines on stderr."""
    before, after = f"{folder}/before.{ending}", f"{folder}/after.{ending}"
    if not os.path.exists(before):
        model.save(before)
    out, lines = deadwood("train", "--from", before, "--dataset", "hdf5", "--data", corpus, "-o", after, "--epochs", steps, "--batch", count,
                          "--optimizer", "sgd", "--lr", lr, "--json", "-", "--force", *options)
    return [np.asarray(w) for w in api.models.load_model(after, compile=False).get_weights()], json.loads(out), lines


def fitted(model, x, y, steps=3, lr=0.05, api=keras):
    loss = "categorical_crossentropy" if y.ndim == 2 else "sparse_categorical_crossentropy"
    model.compile(api.optimizers.SGD(lr, momentum=0.9), loss)
    model.fit(x, y, batch_size=len(x), epochs=steps, shuffle=False, verbose=0)
    return [np.asarray(w) for w in model.get_weights()]


def equal(wanted, found, tolerance=1e-5):
    assert [w.shape for w in wanted] == [w.shape for w in found]
    worst = max(float(np.abs(a - b).max()) for a, b in zip(wanted, found))
    assert worst <= tolerance, f"weights differ by {worst:.1e}"
    return f"{worst:.0e}"


def moved(before, after):
    """How far the weights that moved least did, of those that have any."""
    return min(float(np.abs(a - b).max()) for a, b in zip(before, after))


def regularized(api=keras, strength=0.05, **other):
    l, r = api.layers, api.regularizers
    x = i = l.Input((8, 8, 3))
    x = l.Conv2D(6, 3, padding="same", kernel_regularizer=r.l2(strength), bias_regularizer=r.l1(strength), name="conv")(x)
    x = l.BatchNormalization(gamma_regularizer=r.l1(strength), beta_regularizer=r.l2(strength), name="norm")(x)
    x = l.ReLU()(x)
    x = l.SeparableConv2D(5, 3, depthwise_regularizer=r.l1_l2(strength, strength / 2), pointwise_regularizer=r.l2(strength), name="separable")(x)
    x = l.PReLU(alpha_regularizer=r.l2(strength), shared_axes=[1, 2], name="slopes")(x)
    x = l.DepthwiseConv2D(3, depthwise_regularizer=r.l2(strength), name="depthwise")(x)
    x = l.Flatten()(x)
    x = l.Dense(4, activation="softmax", kernel_regularizer=r.l1_l2(strength, strength), name="dense", **other)(x)
    model = api.Model(i, x)
    rng = np.random.default_rng(7)
    model.set_weights([w + rng.normal(0, 0.2, w.shape).astype("float32") * (0 if "variance" in v.name else 1) for v, w in zip(model.weights, model.get_weights())])
    return model


@case
def l1_and_l2_of_every_weight_as_keras(folder):
    model, y = regularized(), classes()
    path, x = data(folder, y)
    found, report, lines = train(folder, model, path)
    assert any("the model's own regularizers are applied" in l and "L1 0.05 and L2 0.025 on the depthwise kernel of 'separable'" in l for l in lines), lines
    assert len(report["regularizers"]) == 9 and report["leftOut"] == [], report["regularizers"]
    return equal(fitted(model, x, y), found)


@case
def l1_and_l2_of_an_archive(folder):
    model, y = regularized(), classes()
    path, x = data(folder, y)
    found, _, _ = train(folder, model, path, ending="keras")
    return equal(fitted(model, x, y), found)


@case
def l1_and_l2_of_a_file_of_keras_2(folder):
    import tf_keras
    model, y = regularized(tf_keras), classes()
    path, x = data(folder, y)
    found, _, lines = train(folder, model, path, api=tf_keras)
    assert any("own regularizers" in l for l in lines)
    # TensorFlow's fused normalization corrects the variance that it keeps for a sample's, N / (N - 1); Keras 3 does not.
    kept = [i for i, w in enumerate(model.weights) if "moving_variance" not in w.name]
    wanted = fitted(model, x, y, api=tf_keras)
    return equal([wanted[i] for i in kept], [found[i] for i in kept])


@case
def the_regularizers_matter(folder):
    """The same without them ends elsewhere: the comparison above sees them."""
    model, y = regularized(), classes()
    path, x = data(folder, y)
    found, _, _ = train(folder, model, path)
    plain = regularized(strength=0.0)
    plain.set_weights(model.get_weights())
    worst = max(float(np.abs(a - b).max()) for a, b in zip(fitted(plain, x, y), found))
    assert worst > 1e-3, worst


@case
def the_loss_is_without_penalties(folder):
    model, y = regularized(), classes()
    path, x = data(folder, y)
    probabilities = np.asarray(model(x, training=True))
    wanted = float(-np.log(probabilities[np.arange(len(y)), y]).mean())
    _, report, lines = train(folder, model, path, steps=1)
    assert abs(report["history"][0]["loss"] - wanted) < 1e-4, (report["history"][0]["loss"], wanted)
    assert any("left out of the losses" in l for l in lines)


@case
def shared_nested_and_frozen_layers(folder):
    r = keras.regularizers
    x = i = L.Input((8, 8, 3))
    shared = L.Conv2D(3, 3, padding="same", activation="relu", kernel_regularizer=r.l2(0.05), name="shared")
    x = shared(shared(x))
    inner = keras.Sequential([L.Input((8, 8, 3)), L.Conv2D(4, 3, kernel_regularizer=r.l1(0.02), name="inner_conv")], name="inner")
    frozen = L.Conv2D(4, 1, kernel_regularizer=r.l2(0.05), name="frozen")
    x = frozen(inner(x))
    x = L.Dense(4, activation="softmax")(L.GlobalAveragePooling2D()(x))
    model, y = keras.Model(i, x), classes()
    frozen.trainable = False
    path, x = data(folder, y)
    before = [np.asarray(w) for w in frozen.get_weights()]
    found, report, _ = train(folder, model, path)
    assert [l for l in report["regularizers"] if "frozen" in l] == [] and any("inner/inner_conv" in l for l in report["regularizers"])
    note = equal(fitted(model, x, y), found)
    assert all((a == b).all() for a, b in zip(before, frozen.get_weights()))
    return note


@case
def added_to_the_recipes_own(folder):
    """--l2 λ is a gradient of λθ on everything: Keras's l2 of λ/2 on top of the model's."""
    model, y = regularized(), classes()
    path, x = data(folder, y)
    found, _, _ = train(folder, model, path, options=["--l2", "0.1"], steps=2)
    both = keras.models.clone_model(model)
    both.set_weights(model.get_weights())
    for layer in both.layers:
        for weight in layer.trainable_weights:
            weight.regularizer = (lambda own: lambda w: (own(w) if own else 0.0) + 0.05 * keras.ops.sum(w * w))(weight.regularizer)
    return equal(fitted(both, x, y, steps=2), found)


@case
def what_is_neither_is_said(folder):
    @keras.saving.register_keras_serializable("mine")
    class L2(keras.regularizers.Regularizer):
        def __init__(self, l2=0.1):
            pass

        def __call__(self, w):
            return 10 * keras.ops.sum(w)

        def get_config(self):
            return {"l2": 0.1}

    r, y = keras.regularizers, classes()
    x = i = L.Input((8, 8, 3))
    x = L.Conv2D(4, 3, activity_regularizer=r.l2(0.1), kernel_constraint=keras.constraints.MaxNorm(1), name="a")(x)
    x = L.Conv2D(4, 3, kernel_regularizer=r.OrthogonalRegularizer(0.1), name="b")(x)
    x = L.Conv2D(4, 1, kernel_regularizer=L2(), bias_constraint=keras.constraints.NonNeg(), name="c")(x)
    x = L.Dense(4, activation="softmax", kernel_regularizer=r.l2(0.0))(L.Flatten()(x))
    model = keras.Model(i, x)
    path, x = data(folder, y)
    _, report, lines = train(folder, model, path)
    left = " ".join(l for l in lines if l.startswith("warning: what the model asks for"))
    for words in ["activity_regularizer (L2) of 'a'", "kernel_constraint (MaxNorm) of 'a'", "kernel_regularizer (OrthogonalRegularizer) of 'b'",
                  "kernel_regularizer (mine>L2) of 'c'", "bias_constraint (NonNeg) of 'c'"]:
        assert words in left or words.replace("mine>L2", "L2") in left, (words, left)
    assert len(report["leftOut"]) == 5 and report["regularizers"] == [], report


@case
def probabilities_are_learned_as_they_are(folder):
    model, y = regularized(strength=0.0), rows()
    path, x = data(folder, y)
    found, report, lines = train(folder, model, path)
    assert report["softLabels"] is True and any("labels are class probabilities" in l for l in lines)
    return equal(fitted(model, x, y), found)


@case
def one_hot_rows_are_classes(folder):
    model, y = regularized(), classes()
    path, x = data(folder, y)
    found, _, _ = train(folder, model, path)
    data(folder, np.eye(4, dtype="float32")[y])
    again, report, lines = train(folder, model, path)
    assert report["softLabels"] is False and not any("probabilities" in l for l in lines)
    assert all((a == b).all() for a, b in zip(found, again))


@case
def smoothed_rows_are_label_smoothing(folder):
    """The rows that smoothing makes teach what --label-smoothing does of class numbers."""
    model, y = regularized(), classes()
    path, x = data(folder, y)
    smoothed, _, _ = train(folder, model, path, options=["--label-smoothing", "0.2"])
    data(folder, 0.8 * np.eye(4, dtype="float32")[y] + 0.05)
    found, _, _ = train(folder, model, path)
    return equal(smoothed, found)


@case
def probabilities_are_evaluated_as_they_are(folder):
    model, y = regularized(), rows(50)
    path, x = data(folder, y, 50)
    model.save(f"{folder}/m.h5")
    report = results("evaluate", f"{folder}/m.h5", "--data", path, "--batch", "7")
    p = np.asarray(model(x, training=False), "float64")
    assert abs(report["loss"] - float(-(y * np.log(p)).sum(1).mean())) < 1e-4, report
    assert abs(report["top1Error"] - 100 * float((p.argmax(1) != y.argmax(1)).mean())) < 1e-6
    assert report["softLabels"] == 50


@case
def probabilities_survive_conversion(folder):
    y = rows()
    path, x = data(folder, y)
    deadwood("convert", path, "-o", f"{folder}/other.h5")
    with h5py.File(f"{folder}/other.h5") as f:
        assert np.abs(f["y"][()] - y).max() < 1e-6


@case
def rows_of_other_classes_are_refused(folder):
    model, y = regularized(), rows(24, 5)
    path, x = data(folder, y)
    model.save(f"{folder}/m.h5")
    assert "5" in refusal("evaluate", f"{folder}/m.h5", "--data", path)
    assert "4 classes, the data has 5" in refusal("train", "--from", f"{folder}/m.h5", "--dataset", "hdf5", "--data", path, "-o", f"{folder}/o.h5", "--batch", "8")
