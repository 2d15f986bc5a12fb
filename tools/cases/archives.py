"""Keras's own format in the layouts of all versions, and archives that are read in two ways."""
import io, json, zipfile

import h5py, keras, numpy as np
import tf_keras
from support import case, deadwood, predict, prune, refusal, run, same

T = tf_keras.layers
OLD, NEW = "_layer_checkpoint_dependencies", "layers"


def kind(layer):
    """The name of a class as Keras makes a group's of it."""
    name, result = type(layer).__name__, ""
    for k, c in enumerate(name):
        starts = c.isupper() and k and (name[k - 1].islower() or (k + 1 < len(name) and name[k + 1].islower() and not name[k - 1].isdigit()))
        result += ("_" if starts else "") + c.lower()
    return result.replace("conv2_d", "conv2d").replace("2_d", "2d").replace("1_d", "1d")


def numbering(model, twice):
    """The name of each layer's group: a layer with weights counts twice in Keras 2.12 and 2.13."""
    used, names = {}, []
    for layer in model.layers:
        k = used.get(kind(layer), 0)
        names.append((layer, kind(layer) + (f"_{k}" if k else "")))
        used[kind(layer)] = k + (2 if twice and layer.weights else 1)
    return names


def moved(source, target, model, to_old):
    """Copies the groups of a model and those nested in it from one layout to the other."""
    a, b = (NEW, OLD) if to_old else (OLD, NEW)
    for name in source:
        if name != a:
            source.copy(name, target)
    container = target.create_group(b)
    assert set(source[a]) == {n for _, n in numbering(model, not to_old)}, (set(source[a]), numbering(model, not to_old))
    for (layer, old), (_, new) in zip(numbering(model, not to_old), numbering(model, to_old)):
        if hasattr(layer, "layers"):
            moved(source[a][old], container.create_group(new), layer, to_old)
        else:
            source[a].copy(old, container, name=new)


def relaid(data, model, to_old):
    result = io.BytesIO()
    with h5py.File(io.BytesIO(data)) as source, h5py.File(result, "w") as target:
        moved(source, target, model, to_old)
    return result.getvalue()


def rewritten(path, output, change):
    """An archive with other weights, and perhaps another version."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(output, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(name, data))


def to_2_13(path, output, model, version="2.13.1"):
    def change(name, data):
        if name == "model.weights.h5":
            return relaid(data, model, True)
        return json.dumps({**json.loads(data), "keras_version": version}) if name == "metadata.json" else data

    rewritten(path, output, change)


def from_2_13(path, output):
    """As tf_keras writes it today; the model is built from the config alone."""
    with zipfile.ZipFile(path) as z:
        model = tf_keras.models.model_from_json(z.read("config.json").decode())
    rewritten(path, output, lambda name, data: relaid(data, model, False) if name == "model.weights.h5" else data)


def block(x, filters, name, **options):
    x = T.Conv2D(filters, 3, padding="same", name=name, **options)(x)
    x = T.BatchNormalization(name=f"{name}_bn")(x)
    return T.ReLU(name=f"{name}_relu")(x)


def revive(model, seed=0):
    """Random weights, a third of the scales 0."""
    rng = np.random.default_rng(seed)
    for layer in model._flatten_layers():
        if isinstance(layer, T.BatchNormalization):
            n = layer.gamma.shape[0]
            layer.set_weights([np.where(rng.random(n) < 0.35, 0, rng.uniform(0.5, 1.5, n)), rng.normal(size=n) * 0.5, rng.normal(size=n) * 0.3, rng.uniform(0.5, 2, n)])
        elif layer.weights and not hasattr(layer, "layers"):
            layer.set_weights([rng.normal(0, 0.35, w.shape) for w in layer.get_weights()])
    return model


def nested():
    i = tf_keras.Input((8, 8, 4), name="in")
    inner_in = tf_keras.Input((8, 8, 8))
    inner = tf_keras.Model(inner_in, block(block(inner_in, 8, "inner_a"), 8, "inner_b"), name="inner")
    tail = tf_keras.Sequential([tf_keras.Input((8, 8, 8)), T.Conv2D(6, 3, name="tail_a"), T.Dropout(0.3), T.Conv2D(6, 3, name="tail_b"), T.ReLU()], name="tail")
    plain = tf_keras.Sequential([tf_keras.Input((8, 8, 8)), T.MaxPooling2D(1), T.Dropout(0.2)], name="plain")
    x = block(i, 8, "stem")
    x = T.Add()([x, inner(x)])
    x = tail(plain(x))
    return tf_keras.Model(i, T.Dense(3, name="head")(T.GlobalAveragePooling2D()(x)))


def residual(names):
    """Of which a cut removes a whole branch: numbers shift."""
    i = tf_keras.Input((8, 8, 4), name="in")
    x = block(i, 6, names[0])
    y = block(block(x, 6, names[1]), 6, names[2])
    x = T.Add()([x, y])
    x = block(x, 6, names[3])
    return tf_keras.Model(i, T.Dense(3)(T.GlobalAveragePooling2D()(x)))


def there_and_back(folder, model, optimizer=None, version="2.13.1"):
    x = np.random.default_rng(1).normal(size=(3, 8, 8, 4)).astype("float32")
    if optimizer:
        model.compile(optimizer, "mse")
        model.train_on_batch(x, np.zeros(model.compute_output_shape((3, 8, 8, 4))))
        revive(model)
    new, old, compact, back = (f"{folder}/{n}.keras" for n in ("new", "old", "compact", "back"))
    model.save(new)
    to_2_13(new, old, model, version)
    wanted = [model.predict(x, verbose=0)]
    same(wanted, predict(folder, old, [x]))
    report = prune(old, compact)
    assert report["parameters"]["after"] < report["parameters"]["before"], "nothing was cut"
    same(wanted, predict(folder, compact, [x]))
    from_2_13(compact, back)
    small = tf_keras.models.load_model(back)
    return same(wanted, [small.predict(x, verbose=0)]), report, small


@case
def nested_2_13(folder):
    return there_and_back(folder, revive(nested()))[0]


@case
def nested_2_12(folder):
    return there_and_back(folder, revive(nested()), version="2.12.0")[0]


@case
def sequential_2_13(folder):
    model = tf_keras.Sequential([tf_keras.Input((8, 8, 4)), T.Conv2D(6, 3), T.BatchNormalization(), T.ReLU(), T.Conv2D(6, 3), T.BatchNormalization(), T.ReLU(), T.Flatten(), T.Dense(3)])
    return there_and_back(folder, revive(model))[0]


@case
def optimizer_2_13(folder):
    note, report, small = there_and_back(folder, revive(nested()), optimizer="adam")
    assert not [w for w in report["warnings"] if "optimizer" in w], report["warnings"]
    assert int(small.optimizer.iterations.numpy()) == 1
    return note


@case
def branch_removed_2_13(folder):
    model = revive(residual(["a", "b", "c", "d"]))
    model.get_layer("c_bn").set_weights([np.zeros(6), np.zeros(6), np.zeros(6), np.ones(6)])
    note, report, small = there_and_back(folder, model)
    assert "b" not in [l.name for l in small.layers], "the branch was not removed"
    return note


@case
def crossed_names_2_13(folder):
    """Every layer's own name is another layer's group."""
    names = ["conv2d_4", "conv2d", "conv2d_6", "conv2d_2"]
    return there_and_back(folder, revive(residual(names)))[0]


@case
def crossed_names_today(folder):
    """Also where each layer counts once."""
    model = revive(residual(["conv2d_3", "conv2d", "conv2d_1", "conv2d_2"]))
    model.save(f"{folder}/m.keras")
    x = np.random.default_rng(1).normal(size=(3, 8, 8, 4)).astype("float32")
    return same([model.predict(x, verbose=0)], predict(folder, f"{folder}/m.keras", [x]))


@case
def weights_alone_2_13(folder):
    """Nothing but the layout tells the version."""
    model = revive(nested())
    model.save_weights(f"{folder}/new.weights.h5")
    with open(f"{folder}/new.weights.h5", "rb") as f, open(f"{folder}/m.weights.h5", "wb") as out:
        out.write(relaid(f.read(), model, True))
    config = json.loads(model.to_json())
    with open(f"{folder}/m.json", "w") as f:
        json.dump({k: v for k, v in config.items() if k != "keras_version"}, f)
    x = np.random.default_rng(1).normal(size=(3, 8, 8, 4)).astype("float32")
    wanted = [model.predict(x, verbose=0)]
    same(wanted, predict(folder, f"{folder}/m.weights.h5", [x], "--architecture", f"{folder}/m.json"))
    prune(f"{folder}/m.weights.h5", f"{folder}/c.weights.h5", "--architecture", f"{folder}/m.json")
    with open(f"{folder}/c.json") as f:
        small = tf_keras.models.model_from_json(f.read())
    with open(f"{folder}/c.weights.h5", "rb") as f, open(f"{folder}/back.weights.h5", "wb") as out:
        out.write(relaid(f.read(), small, False))
    small.load_weights(f"{folder}/back.weights.h5")
    return same(wanted, [small.predict(x, verbose=0)])


def renamed(path, output, names):
    def change(name, data):
        if name != "model.weights.h5":
            return data
        buffer = io.BytesIO(data)
        with h5py.File(buffer, "r+") as f:
            container = f[NEW] if NEW in f else f[OLD]
            for old, new in names.items():
                container.move(old, f"moved {new}")
            for new in names.values():
                container.move(f"moved {new}", new)
        return buffer.getvalue()

    rewritten(path, output, change)


def chain(names, widths):
    i = x = tf_keras.Input((8, 8, 4), name="in")
    for name, width in zip(names, widths):
        x = T.Conv2D(width, 3, name=name)(x)
    return revive(tf_keras.Model(i, x))


@case
def neither_numbers_nor_names(folder):
    """Numbers that no Keras would give: by the layers' names these are other weights than in the numbers' order."""
    model = chain(["conv2d_5", "conv2d"], [4, 4])
    model.save(f"{folder}/m.keras")
    renamed(f"{folder}/m.keras", f"{folder}/odd.keras", {"conv2d_1": "conv2d_5"})
    text = refusal("inspect", f"{folder}/odd.keras")
    assert len(text.splitlines()) == 1 and "two ways" in text, text


@case
def shapes_settle(folder):
    """Only by name do these shapes fit."""
    model = chain(["conv2d_5", "conv2d"], [4, 7])
    model.save(f"{folder}/m.keras")
    renamed(f"{folder}/m.keras", f"{folder}/odd.keras", {"conv2d": "conv2d_5", "conv2d_1": "conv2d"})
    x = np.random.default_rng(1).normal(size=(3, 8, 8, 4)).astype("float32")
    return same([model.predict(x, verbose=0)], predict(folder, f"{folder}/odd.keras", [x]))


@case
def own_names(folder):
    """A file of another program, whose groups go by the layers' names."""
    model = chain(["left", "right"], [4, 4])
    model.save(f"{folder}/m.keras")
    renamed(f"{folder}/m.keras", f"{folder}/own.keras", {"conv2d": "left", "conv2d_1": "right"})
    x = np.random.default_rng(1).normal(size=(3, 8, 8, 4)).astype("float32")
    return same([model.predict(x, verbose=0)], predict(folder, f"{folder}/own.keras", [x]))


@case
def entries_twice(folder):
    """A zip that different programs read differently is refused, in one line."""
    chain(["a", "b"], [4, 4]).save(f"{folder}/m.keras")
    with zipfile.ZipFile(f"{folder}/m.keras") as z:
        entries = {n: z.read(n) for n in z.namelist()}
    for other in ("model.weights.h5", "MODEL.weights.h5", "./model.weights.h5", ".//model.weights.h5", "x/../model.weights.h5", ".\\model.weights.h5", "/model.weights.h5",
                  "Config.json", "metadata.json", "/config.json"):
        for last in (True, False):
            path = f"{folder}/twice.keras"
            extra = [(other, b"{}")]
            with zipfile.ZipFile(path, "w") as z:
                import warnings
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    for name, data in list(entries.items()) + extra if last else extra + list(entries.items()):
                        z.writestr(name, data)
            for verb in (("inspect", path), ("prune", path, "-o", f"{folder}/c.keras")):
                text = refusal(*verb)
                assert len(text.splitlines()) == 1 and "entries" in text, text
    deadwood("inspect", f"{folder}/m.keras")


@case
def archives_one_behind_the_other(folder):
    """Keras takes the last of two; others may take the first: refused, as are bytes before or behind one."""
    for seed in (0, 1):
        chain(["a", "b"], [4, 4 + seed]).save(f"{folder}/m{seed}.keras")
    one, other = (open(f"{folder}/m{seed}.keras", "rb").read() for seed in (0, 1))
    for number, data in enumerate((one + other, one + b"x", b"PK\3\4" + one)):
        path = f"{folder}/beside{number}.keras"
        with open(path, "wb") as f:
            f.write(data)
        assert "damaged or unusual .keras archive" in refusal("inspect", path)
    with zipfile.ZipFile(f"{folder}/m0.keras", "a") as z:
        z.comment = b"a comment is no matter"
    deadwood("inspect", f"{folder}/m0.keras")


@case
def other_folders_in_a_zip(folder):
    """Entries beside the model's are nobody's business as long as each is another file."""
    chain(["a", "b"], [4, 4]).save(f"{folder}/m.keras")
    with zipfile.ZipFile(f"{folder}/m.keras", "a") as z:
        for name in ("assets/", "assets/a.txt", "assets/b.txt", "other/a.txt", "a.txt"):
            z.writestr(name, b"x")
    deadwood("inspect", f"{folder}/m.keras")
