"""Models with several inputs, and models with a layer that cannot be evaluated: watched, cut and compared as far as they can be run."""
import h5py, keras, numpy as np
from keras import layers as L
from support import case, deaden, deadwood, predict, prune, refusal, results, run, same


@keras.saving.register_keras_serializable("cases")
class Scaled(L.Layer):
    """Twice the input: known to Keras, not to deadwood."""

    def call(self, x):
        return 2 * x


def block(x, filters, name):
    x = L.Conv2D(filters, 3, padding="same", name=name)(x)
    return L.ReLU()(L.BatchNormalization()(x))


def picture_and_numbers():
    """An image and five numbers, three classes."""
    image, meta = keras.Input((12, 12, 3), name="image"), keras.Input((5,), name="meta")
    x = L.GlobalAveragePooling2D()(block(block(image, 8, "a"), 10, "b"))
    y = L.Dense(6, activation="relu", name="numbers")(meta)
    return deaden(keras.Model([image, meta], L.Dense(3, activation="softmax")(L.Concatenate()([x, y]))))


def saved(model, folder, name="m.keras"):
    model.save(f"{folder}/{name}")
    return f"{folder}/{name}"


def corpus(folder, count=12, name="data.h5", **inputs):
    with h5py.File(f"{folder}/{name}", "w") as f:
        for key, x in inputs.items():
            f[key] = x
    return f"{folder}/{name}"


def picture_corpus(folder, model, count=12):
    rng = np.random.default_rng(3)
    image, meta = rng.normal(size=(count, 12, 12, 3)).astype("f4"), rng.normal(size=(count, 5)).astype("f4")
    y = run(model, [image, meta])[0].argmax(1)
    y[:3] = (y[:3] + 1) % 3
    return [image, meta], corpus(folder, x=image, meta=meta, y=y)


@case
def every_verb_takes_an_image_and_numbers(folder):
    model = picture_and_numbers()
    path, (inputs, data) = saved(model, folder), picture_corpus(folder, model)
    given = [f"{data}:x", f"{data}:meta"]
    audit = results("analyze", path, "--corpus", given[0], "--corpus", given[1])
    assert audit["images"] == 12 and all(l["dead"]["activation"] is not None for l in audit["layers"])
    score = results("evaluate", path, "--data", given[0], "--data", given[1])
    assert abs(score["top1Error"] - 25) < 1e-6, score
    report = prune(path, f"{folder}/c.keras", "--verify", given[0], "--verify", given[1])
    assert report["verification"]["images"] == 12 and report["verification"]["maxRelativeError"] < 1e-4
    assert sum(len(l["removed"]) for l in report["layers"]) >= 7
    whole = results("compress", path, "-o", f"{folder}/d.keras", "--corpus", given[0], "--corpus", given[1], "--seconds", "0.05")
    assert whole["prune"]["verification"]["dense"]["top1Error"] == score["top1Error"]
    return same(run(model, inputs), run(keras.models.load_model(f"{folder}/c.keras"), inputs))


@case
def the_order_is_the_model_s(folder):
    model = picture_and_numbers()
    path, (_, data) = saved(model, folder), picture_corpus(folder, model)
    said = refusal("analyze", path, "--corpus", f"{data}:meta", "--corpus", f"{data}:x")
    assert "shape" in said, said
    for verb, option, more in [("analyze", "--corpus", []), ("prune", "--verify", ["-o", f"{folder}/c.keras"]), ("prune", "--corpus", ["-o", f"{folder}/c.keras"]),
                               ("compress", "--corpus", ["-o", f"{folder}/c.keras"]), ("evaluate", "--data", [])]:
        said = refusal(verb, path, option, f"{data}:x", *more)
        assert f"{option} was given 1 time" in said and "2 inputs" in said, said


@case
def inputs_of_different_lengths_are_refused(folder):
    model = picture_and_numbers()
    path, (inputs, data) = saved(model, folder), picture_corpus(folder, model)
    short = corpus(folder, name="short.h5", meta=inputs[1][:7])
    said = refusal("analyze", path, "--corpus", f"{data}:x", "--corpus", f"{short}:meta")
    assert "12, 7 images" in said, said


@case
def pixels_are_a_matter_of_images(folder):
    """--scale and --mean, three of them, are for the image; the numbers are fed as they are, whatever the file's attributes say."""
    model = picture_and_numbers()
    path, rng = saved(model, folder), np.random.default_rng(4)
    image, meta = rng.integers(0, 256, (6, 12, 12, 3)).astype("u1"), rng.normal(size=(6, 5)).astype("f4")
    data = corpus(folder, x=image, meta=meta)
    with h5py.File(data, "a") as f:
        f["x"].attrs["scale"] = 7.0
    fed = (image / 255 - np.array([0.4, 0.5, 0.6])) / 0.5
    answers = f"{folder}/answers.h5"
    deadwood("predict", path, "--input", f"{data}:x", "--input", f"{data}:meta", "--output", answers, "--scale", 1 / 255, "--mean", "0.4,0.5,0.6", "--std", "0.5")
    with h5py.File(answers) as f:
        return same(run(model, [fed.astype("f4"), meta]), [f["output_0"][()]])


@case
def two_images_and_labels_beside_the_second(folder):
    left, right = keras.Input((10, 10, 1), name="left"), keras.Input((10, 10, 3), name="right")
    x = L.Concatenate()([block(left, 6, "a"), block(right, 8, "b")])
    model = deaden(keras.Model([left, right], L.Dense(4, activation="softmax")(L.GlobalAveragePooling2D()(block(x, 7, "c")))), seed=2)
    path, rng = saved(model, folder, "m.h5"), np.random.default_rng(5)
    inputs = [rng.normal(size=(10, 10, 10, 1)).astype("f4"), rng.normal(size=(10, 10, 10, 3)).astype("f4")]
    first = corpus(folder, name="left.h5", x=inputs[0][..., 0])
    second = corpus(folder, name="right.h5", x=inputs[1], y=run(model, inputs)[0].argmax(1))
    assert results("evaluate", path, "--data", first, "--data", second)["top1Error"] == 0
    report = prune(path, f"{folder}/c.h5", "--criteria", "scale,weight,unread,activation", "--corpus", first, "--corpus", second)
    assert report["verification"]["maxRelativeError"] < 1e-4 and sum(len(l["removed"]) for l in report["layers"]) >= 9
    return same(run(model, inputs), run(keras.models.load_model(f"{folder}/c.h5"), inputs))


@case
def sequences_and_numbers_of_words(folder):
    """A sequence of vectors, and words by number for an embedding, which cannot be evaluated: the rest is compared."""
    sequence, words = keras.Input((20, 4), name="sequence"), keras.Input((6,), dtype="int32", name="words")
    x = L.ReLU()(L.BatchNormalization()(L.Conv1D(9, 3, name="a")(sequence)))
    x = L.ReLU(name="end")(L.BatchNormalization()(L.Conv1D(8, 3, name="b")(x)))
    y = L.GlobalAveragePooling1D()(L.Embedding(30, 5, name="embedding")(words))
    model = deaden(keras.Model([sequence, words], L.Dense(2, name="head")(L.Concatenate()([L.GlobalAveragePooling1D(name="pool")(x), y]))), seed=4)
    path, rng = saved(model, folder), np.random.default_rng(6)
    inputs = [rng.normal(size=(7, 20, 4)).astype("f4"), rng.integers(0, 30, (7, 6)).astype("i4")]
    data = corpus(folder, sequence=inputs[0], words=inputs[1])
    given = ["--corpus", f"{data}:sequence", "--corpus", f"{data}:words"]
    audit = results("analyze", path, *given)
    watched = {l["name"]: l["dead"]["activation"] for l in audit["layers"]}
    assert watched["a"] is not None and watched["b"] is not None and watched["head"] is None, watched
    report = prune(path, f"{folder}/c.keras", *given)
    assert report["verification"]["images"] == 7 and report["verification"]["maxRelativeError"] < 1e-4
    assert {l["name"]: len(l["removed"]) for l in report["layers"]}["a"] >= 3
    return same(run(model, inputs), run(keras.models.load_model(f"{folder}/c.keras"), inputs))


def in_the_middle(layer):
    """Two blocks, `layer`, and a block behind it."""
    x = keras.Input((12, 12, 3))
    y = block(block(x, 8, "a"), 6, "b")
    return deaden(keras.Model(x, L.Dense(4, name="head")(L.GlobalAveragePooling2D()(block(layer(y), 5, "c")))), seed=7)


@case
def an_opaque_layer_in_the_middle(folder):
    notes = []
    for layer in [Scaled(name="mystery"), L.GroupNormalization(3, name="mystery"), L.Lambda(lambda x: 2 * x, name="mystery")]:
        model = in_the_middle(layer)
        rng, inputs = np.random.default_rng(8), None
        inputs = [rng.normal(size=(11, 12, 12, 3)).astype("f4")]
        for ending in ["keras", "h5"]:
            path, data, compact = saved(model, folder, f"m.{ending}"), corpus(folder, x=inputs[0]), f"{folder}/c.{ending}"
            audit = results("analyze", path, "--corpus", data)
            watched = {l["name"]: l["dead"]["activation"] is not None for l in audit["layers"]}
            assert watched == {"a": True, "b": True, "c": False, "head": False} and audit["watchedUpTo"] == ["mystery"], audit
            text = deadwood("analyze", path, "--corpus", data)[0]
            assert "up to 'mystery'" in text, text
            for given in [[], ["--corpus", data], ["--verify", data]]:
                report = prune(path, compact, "--force", *given)["verification"]
                assert report["images"] == (11 if given else 16) and report["maxRelativeError"] < 1e-4, report
                assert report["maxAbsoluteError"] >= 0 and report["upTo"] == ["mystery"] and len(report["comparedAt"]) == 1
                text = deadwood("prune", path, "-o", compact, "--force", *given)[0]
                assert "verified up to 'mystery'" in text, text
            loaded = keras.models.load_model(compact, custom_objects={"Scaled": Scaled}, safe_mode=False)
            notes.append(same(run(model, inputs), run(loaded, inputs)))
    return " ".join(notes)


@case
def convolutions_before_a_recurrent_layer(folder):
    x = keras.Input((16, 8, 1))
    y = block(block(x, 7, "a"), 6, "b")
    model = deaden(keras.Model(x, L.Dense(3)(L.LSTM(5, name="lstm")(L.Reshape((16, 48))(y)))), seed=9)
    path, inputs = saved(model, folder), [np.random.default_rng(9).normal(size=(6, 16, 8, 1)).astype("f4")]
    report = prune(path, f"{folder}/c.keras")
    assert report["verification"]["upTo"] == ["lstm"] and report["verification"]["maxRelativeError"] < 1e-4, report["verification"]
    assert report["layers"][0]["removed"], report["layers"]
    return same(run(model, inputs), run(keras.models.load_model(f"{folder}/c.keras"), inputs))


@case
def an_opaque_layer_on_one_of_two_branches(folder):
    x = keras.Input((12, 12, 3))
    trunk = block(x, 9, "trunk")
    classes = L.Dense(4, name="classes")(L.GlobalAveragePooling2D()(block(trunk, 6, "left")))
    other = L.GlobalAveragePooling2D()(L.GroupNormalization(2, name="mystery")(block(trunk, 6, "right")))
    rng = np.random.default_rng(10)
    inputs = [rng.normal(size=(10, 12, 12, 3)).astype("f4")]
    for outputs in [[classes, other], [other, classes]]:
        model = deaden(keras.Model(x, outputs), seed=11)
        path, data = saved(model, folder), corpus(folder, x=inputs[0])
        report = prune(path, f"{folder}/c.keras", "--verify", data, "--force")["verification"]
        assert report["comparedAt"][0] == "classes" and len(report["comparedAt"]) == 2 and report["upTo"] == ["mystery"], report
        assert (report["agreement"] == 1) == (outputs[0] is classes), report
        note = same(run(model, inputs), run(keras.models.load_model(f"{folder}/c.keras"), inputs))
    return note


@case
def evaluate_needs_the_first_output_only(folder):
    x = keras.Input((12, 12, 3))
    y = block(x, 8, "a")
    classes, other = L.Dense(3)(L.GlobalAveragePooling2D()(y)), L.GroupNormalization(2)(y)
    model, rng = deaden(keras.Model(x, [classes, other]), seed=12), np.random.default_rng(12)
    images = rng.normal(size=(8, 12, 12, 3)).astype("f4")
    data = corpus(folder, x=images, y=run(model, [images])[0].argmax(1))
    assert results("evaluate", saved(model, folder), "--data", data)["top1Error"] == 0


@case
def what_meets_the_opaque_branch_is_compared_too(folder):
    """A sum and a concatenation with what an opaque layer makes: the other branch enters there, with channels that are gone."""
    x = keras.Input((12, 12, 3))
    trunk = block(x, 8, "trunk")
    unknown = L.GroupNormalization(2, name="mystery")(block(trunk, 6, "before"))
    y = L.Concatenate()([block(trunk, 7, "beside"), unknown])
    model = deaden(keras.Model(x, L.Dense(3)(L.GlobalAveragePooling2D()(block(y, 5, "behind")))), seed=13)
    inputs = [np.random.default_rng(13).normal(size=(5, 12, 12, 3)).astype("f4")]
    report = prune(saved(model, folder), f"{folder}/c.keras")
    assert len(report["verification"]["comparedAt"]) == 2, report["verification"]
    removed = {l["name"]: len(l["removed"]) for l in report["layers"]}
    assert removed["beside"] >= 1 and report["verification"]["maxRelativeError"] < 1e-4, removed
    return same(run(model, inputs), run(keras.models.load_model(f"{folder}/c.keras"), inputs))


@case
def compress_goes_as_far_as_it_can(folder):
    model = in_the_middle(L.GroupNormalization(3, name="mystery"))
    images = np.random.default_rng(14).normal(size=(12, 12, 12, 3)).astype("f4")
    path, data = saved(model, folder), corpus(folder, x=images)
    whole = results("compress", path, "-o", f"{folder}/c.keras", "--corpus", data)
    assert whole["benchmark"] is None and whole["prune"]["verification"]["upTo"] == ["mystery"], whole["prune"]["verification"]
    text = deadwood("compress", path, "-o", f"{folder}/c.keras", "--corpus", data, "--force")[0]
    assert "'mystery'" in text.split("LATENCY")[1], text
    return same(run(model, [images]), run(keras.models.load_model(f"{folder}/c.keras"), [images]))


@case
def an_opaque_layer_first_leaves_nothing_to_compare(folder):
    x = keras.Input((12, 12, 4))
    y = block(L.GroupNormalization(2, name="mystery")(x), 8, "a")
    model = deaden(keras.Model(x, L.Dense(3)(L.GlobalAveragePooling2D()(y))), seed=15)
    path, images = saved(model, folder), np.random.default_rng(15).normal(size=(6, 12, 12, 4)).astype("f4")
    report = prune(path, f"{folder}/c.keras", "--verify", corpus(folder, x=images))
    assert not report["verification"]["comparedAt"] and not report["verification"]["images"], report["verification"]
    audit = results("analyze", path, "--corpus", f"{folder}/data.h5")
    assert all(l["dead"]["activation"] is None for l in audit["layers"]) and audit["watchedUpTo"] == ["mystery"]
    assert "verified on" not in deadwood("prune", path, "-o", f"{folder}/c.keras", "--force")[0]


@case
def criteria_that_look_at_data_keep_to_what_was_watched(folder):
    """By activation nothing goes behind the opaque layer, and apoz chooses nothing there."""
    model = in_the_middle(L.GroupNormalization(3, name="mystery"))
    images = np.random.default_rng(16).normal(size=(12, 12, 12, 3)).astype("f4")
    path, data = saved(model, folder), corpus(folder, x=images)
    report = prune(path, f"{folder}/c.keras", "--criteria", "activation", "--corpus", data)
    assert not {l["name"]: l["removed"] for l in report["layers"]}["c"], report["layers"]
    chosen = prune(path, f"{folder}/d.keras", "--criteria", "unread", "--select", "apoz", "--fraction", "0.5", "--corpus", data)
    removed = {l["name"]: len(l["removed"]) for l in chosen["layers"]}
    assert removed["c"] == 0 and removed["a"] > 0, removed
