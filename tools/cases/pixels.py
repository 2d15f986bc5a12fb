"""How pixels reach a model: presets as Keras's own preprocessing, models with layers of their own for it, and who decides."""
import h5py, keras, numpy as np
from keras import layers
from keras.applications.imagenet_utils import preprocess_input

from support import case, deadwood, refusal, results, run, same

RNG = np.random.default_rng(5)
BYTES = RNG.integers(0, 256, (40, 12, 12, 3), dtype=np.uint8)


def network(*first, scale=1.0):
    """A small classifier behind some layers, whose kernel suits inputs of this scale."""
    keras.utils.set_random_seed(3)
    return keras.Sequential([
        keras.Input((12, 12, 3)), *first, layers.Conv2D(8, 3, use_bias=False, kernel_initializer=keras.initializers.RandomNormal(stddev=0.3 / scale)),
        layers.BatchNormalization(), layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(5, kernel_initializer="random_normal", activation="softmax")])


def corpus(folder, x=BYTES, labels=None, **attributes):
    path = f"{folder}/corpus.h5"
    with h5py.File(path, "w") as f:
        f["x"] = x
        if labels is not None:
            f["y"] = labels
        for name, value in attributes.items():
            f["x"].attrs[name] = value
    return path


def answers(folder, model, data, *options):
    """deadwood's outputs, and what it said on stderr."""
    _, said = deadwood("predict", model, "--input", data, "--output", f"{folder}/y.h5", "--force", *options)
    with h5py.File(f"{folder}/y.h5") as f:
        return [f["output_0"][()]], said


def saved(folder, model, name="m.h5"):
    model.save(f"{folder}/{name}")
    return f"{folder}/{name}"


@case
def presets(folder):
    """Each preset makes of bytes what Keras's function of that mode makes."""
    model, data, notes = network(), corpus(folder), []
    path = saved(folder, model)
    for preset, mode in [("caffe", "caffe"), ("-1..1", "tf"), ("imagenet", "torch"), ("0..1", None), ("0..255", None)]:
        x = BYTES.astype("float32")
        wanted = preprocess_input(x.copy(), mode=mode, data_format="channels_last") if mode else x / 255 if preset == "0..1" else x
        found, said = answers(folder, path, data, "--pixels", preset)
        notes.append(same(run(model, [wanted]), found))
        assert len(said) == 1 and f"by --pixels {preset}" in said[0] and ("bgr" in said[0]) == (preset == "caffe"), said
    return " ".join(notes)


@case
def own_layers(folder):
    """Rescaling, normalization and arithmetic at the input: bytes are fed as they are, though the corpus notes otherwise."""
    adapted = layers.Normalization()
    adapted.adapt(BYTES.astype("float32"))
    fixed = layers.Normalization(mean=[120.0, 118, 110], variance=[4000.0, 4100, 4200])
    entry = keras.Input((12, 12, 3))
    inner = network()
    functional = keras.Model(entry, inner(entry / 127.5 - 1.0))
    models = [network(layers.Rescaling(1 / 255)), network(layers.Rescaling(1 / 127.5, -1)), network(adapted), network(fixed), functional,
              network(layers.RandomFlip(), layers.Rescaling(1 / 255), layers.Normalization(mean=[0.5] * 3, variance=[0.06] * 3))]
    data, notes = corpus(folder, scale=1 / 255, mean=[0.4, 0.5, 0.6], std=[0.2, 0.2, 0.2]), []
    for index, model in enumerate(models):
        # Keras cannot load its legacy files with operations in them.
        for name in ("m.keras",) if model is functional else ("m.keras", "m.h5"):
            found, said = answers(folder, saved(folder, model, name), data)
            notes.append(same(run(model, [BYTES.astype("float32")]), found))
            assert len(said) == 1 and "by the model's own layers" in said[0], (index, name, said)
    return " ".join(notes)


@case
def input_normalization(folder):
    """A batch normalization behind the input decides where its statistics are those of bytes."""
    for mean, variance, decides in [(120, 4500, True), (0.45, 0.07, False), (0, 1, False)]:
        norm = layers.BatchNormalization()
        model = network(norm)
        norm.moving_mean.assign([mean] * 3)
        norm.moving_variance.assign([variance] * 3)
        found, said = answers(folder, saved(folder, model), corpus(folder))
        assert any("by the model's own layers" in line for line in said) == decides, said
        assert any("warning" in line for line in said) != decides, said
        same(run(model, [BYTES.astype("float32")]), found)


@case
def convert_note_is_last(folder):
    """The issue's three: a corpus from convert with a model trained on 0…255."""
    model = network(scale=100)
    model.layers[-1].kernel.assign(RNG.normal(0, 20, model.layers[-1].kernel.shape))
    model.layers[-1].bias.assign(-run(keras.Model(model.inputs, model.layers[-2].output), [BYTES.astype("float32")])[0].mean(0) @ model.layers[-1].kernel.numpy())
    labels = run(model, [BYTES.astype("float32")])[0].argmax(1)
    assert len(set(labels)) > 1
    path, data = saved(folder, model), corpus(folder, labels=labels)
    deadwood("convert", data, "-o", f"{folder}/noted.h5", "--pixels", "imagenet")
    data = f"{folder}/noted.h5"
    _, said = deadwood("evaluate", path, "--data", data)
    assert any("nobody says how this model was trained: pixels are fed as the corpus's note says" in line for line in said), said
    for options in (["--scale", 1], ["--pixels", "0..255"], ["--mean", 0]):
        found = results("evaluate", path, "--data", data, *options)
        assert found["top1Error"] == 0 and found["pixels"]["from"] == "flags" and found["pixels"]["std"] == [1], found
    _, said = deadwood("prune", path, "-o", f"{folder}/c.h5", "--select", "li", "--fraction", 0.3, "--recalibrate", "--corpus", data)
    assert any("--recalibrate fits the model to pixels that are fed by a guess" in line for line in said), said


@case
def notes_of_training(folder):
    """The note of train: kept by prune and convert, heeded for bytes and for floats noted as bytes, and holds the order."""
    labels = np.arange(40) % 5
    data, model = corpus(folder, labels=labels), f"{folder}/t.h5"
    training = results("train", "--network", "smallcnn", "--width", 0.1, "--dataset", "hdf5", "--data", data, "--batch", 10, "--epochs", 1, "-o", model, "--pixels", "caffe")
    wanted = {"order": "bgr", "scale": 1, "mean": [103.939, 116.779, 123.68], "std": [1]}
    told = "pixels: bgr, x − [103.939, 116.779, 123.68], by --pixels caffe"
    assert training["pixels"] == {**wanted, "from": "flags", "text": told}, training["pixels"]
    with h5py.File(model) as f:
        assert '"order":"bgr"' in f.attrs["deadwood_preprocessing"], f.attrs["deadwood_preprocessing"]
    deadwood("convert", model, "-o", f"{folder}/t.keras")
    floats = f"{folder}/floats.h5"
    with h5py.File(floats, "w") as f:
        f["x"], f["y"] = BYTES.astype("float32"), labels
    deadwood("convert", floats, "-o", f"{folder}/ranged.h5")
    scores = []
    for path, source in [(model, data), (f"{folder}/t.keras", data), (model, f"{folder}/ranged.h5")]:
        score = results("evaluate", path, "--data", source)
        scores.append(score["loss"])
        assert {k: score["pixels"][k] for k in wanted} == wanted and score["pixels"]["from"] == "modelNote", score
    assert max(scores) - min(scores) < 1e-6, scores
    _, said = deadwood("evaluate", model, "--data", floats)
    assert any("the model was trained on pixels from" in line for line in said), said
    # Notes of earlier versions, without an order.
    with h5py.File(model, "a") as f:
        f.attrs["deadwood_preprocessing"] = '{"mean":[0.5],"scale":0.00392156862745098,"std":[0.25]}'
    assert results("evaluate", model, "--data", data)["pixels"]["order"] == "rgb"


@case
def not_a_number(folder):
    """A negative variance is refused; answers that overflow have no error rate."""
    model = network()
    model.layers[1].moving_variance.assign([1] * 7 + [-0.5])
    assert "holds the variance -0.5 for channel 7" in refusal("inspect", saved(folder, model))
    model.layers[1].moving_variance.assign([1] * 8)
    model.layers[1].gamma.assign([3e38] * 8)
    path, data = saved(folder, model, "m.keras"), corpus(folder, labels=np.zeros(40, int))
    assert "NaN or infinite for 40 of 40 images, first for image 0; there is no error rate" in refusal("evaluate", path, "--data", data, "--pixels", "0..255")
    _, said = answers(folder, path, data, "--pixels", "0..255")
    assert any("warning" in line and "NaN or infinite for 40 of 40 images" in line for line in said), said


@case
def several_inputs(folder):
    """Beside a picture a vector is fed as it is, whatever the options say of pixels; the report tells of the picture."""
    keras.utils.set_random_seed(4)
    picture, vector = keras.Input((12, 12, 3)), keras.Input((3,))
    inner = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(picture))
    model = keras.Model([picture, vector], layers.Dense(5, activation="softmax")(layers.Concatenate()([inner, vector])))
    path, data, y = saved(folder, model), f"{folder}/two.h5", f"{folder}/y.h5"
    numbers = RNG.normal(size=(40, 3)).astype("float32")
    with h5py.File(data, "w") as f:
        f["x"], f["v"], f["y"] = BYTES, numbers, np.zeros(40, int)
    _, said = deadwood("predict", path, "--input", f"{data}:x", "--input", f"{data}:v", "--output", y, "--pixels", "caffe")
    assert said == ["pixels: bgr, x − [103.939, 116.779, 123.68], by --pixels caffe"], said
    wanted = run(model, [preprocess_input(BYTES.astype("float32"), mode="caffe", data_format="channels_last"), numbers])
    with h5py.File(y) as f:
        note = same(wanted, [f["output_0"][()]])
    pixels = results("evaluate", path, "--data", f"{data}:x", "--data", f"{data}:v", "--pixels", "-1..1")["pixels"]
    assert pixels["from"] == "flags" and pixels["mean"] == [1], pixels
    return note
