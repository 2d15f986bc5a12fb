"""What the cases share: running deadwood, asking Keras, and holding answers against each other."""
import json, os, subprocess

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"
# Convolutions of channels-first tensors, which TensorFlow has by itself on some processors only.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import h5py, keras, numpy as np

BINARY = "deadwood"
CASES = {}


def case(test):
    """Registers a test: a function of a folder that it may fill, which raises or asserts; what it returns is shown."""
    CASES[f"{test.__module__}.{test.__name__}"] = test
    return test


class Refused(Exception):
    """deadwood ended with status 1; the text is what it said."""


def deadwood(*arguments):
    """The standard output, and the lines on the standard error. Raises Refused for status 1."""
    r = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    if r.returncode == 1:
        raise Refused(r.stderr.strip())
    assert r.returncode == 0, f"status {r.returncode}: {r.stderr.strip()}"
    return r.stdout, r.stderr.splitlines()


def refusal(*arguments):
    """What deadwood says when it ends with status 1, as it must."""
    try:
        deadwood(*arguments)
    except Refused as refused:
        return str(refused)
    raise AssertionError(f"not refused: {' '.join(map(str, arguments))}")


def results(*arguments):
    """The JSON that a verb gives."""
    return json.loads(deadwood(*arguments, "--json", "-")[0])


def prune(model, compact, *options):
    """The report of a cut, as JSON."""
    return results("prune", model, "-o", compact, *options)


def predict(folder, model, inputs, *options):
    """deadwood's outputs for `inputs`, one array for each of the model's."""
    data, answers, arguments = f"{folder}/inputs.h5", f"{folder}/answers.h5", []
    with h5py.File(data, "w") as f:
        for i, x in enumerate(inputs):
            f[f"x{i}"] = x
            arguments += ["--input", f"{data}:x{i}"]
    deadwood("predict", model, *arguments, "--output", answers, "--force", *options)
    with h5py.File(answers) as f:
        return [f[f"output_{i}"][()] for i in range(len(f))]


def run(model, inputs):
    """Keras's outputs."""
    outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    return [np.asarray(y) for y in keras.tree.flatten(outputs)]


def deviation(wanted, found):
    """The largest difference, relative to the largest magnitude of its output."""
    assert [y.shape for y in wanted] == [y.shape for y in found], f"shapes {[y.shape for y in found]}, not {[y.shape for y in wanted]}"
    return max(float(np.abs(a - b).max() / max(np.abs(a).max(), 1e-30)) for a, b in zip(wanted, found))


def same(wanted, found, tolerance=2e-5):
    """Raises unless the answers are the same; returns by how much they differ, in words."""
    difference = deviation(wanted, found)
    assert difference <= tolerance, f"answers differ by {difference:.1e} of the range"
    return f"{difference:.0e}"


def deaden(model, seed=0, share=0.4):
    """Random weights, and of every batch normalization `share` of the scales 0."""
    rng = np.random.default_rng(seed)
    for layer in {id(l): l for l in model._flatten_layers(include_self=False)}.values():
        if isinstance(layer, keras.layers.BatchNormalization):
            n = layer.moving_mean.shape[0]
            gamma = rng.uniform(0.5, 1.5, n)
            gamma[rng.permutation(n)[: int(np.ceil(share * n))]] = 0
            if layer.gamma is not None:
                layer.gamma.assign(gamma)
            if layer.beta is not None:
                layer.beta.assign(rng.normal(0, 0.7, n))
            layer.moving_mean.assign(rng.normal(0, 0.3, n))
            layer.moving_variance.assign(rng.uniform(0.3, 2, n))
        elif not getattr(layer, "layers", None):
            for w in layer.weights:
                if w.dtype.startswith("float"):
                    fan = int(np.prod(w.shape[:-1])) or 1
                    w.assign(rng.normal(0, np.sqrt(2 / fan) if len(w.shape) > 1 else 0.3, w.shape))
    return model
