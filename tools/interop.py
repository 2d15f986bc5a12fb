#!/usr/bin/env python3
"""Holds deadwood against Keras on the fixtures.

usage: interop.py DEADWOOD [NAME...]     (NAME: a fixture's file name or its beginning; default: all)

For every checkpoint in fixtures/:
- predict: deadwood's outputs are those in NAME.expected.h5;
- Keras: the dense file gives these outputs in Keras too, or Keras refuses it for a reason that stands below;
- prune: Keras loads the compact file and it still gives the dense model's outputs; where Keras refuses the dense file,
  deadwood itself runs the compact one;
- training goes on in Keras after the cut, where a file holds an optimizer;
- convert: Keras loads the model written anew as .h5 and as .keras, also where it refuses the original, and it gives the
  expected outputs (to 1e-5 where Keras gives them from the original), or deadwood says what Keras 3 has no layer for.
Tolerance: 1e-4 of each output's largest magnitude. Ends with 'N passed, N failed'; exit 1 if any failed. With '-' in
place of DEADWOOD only the fixtures themselves are held against Keras.
"""
import glob, json, os, subprocess, sys, tempfile, zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"
# Convolutions of channels-first tensors, which TensorFlow has by itself on some processors only.
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
import h5py, keras, numpy as np, tensorflow as tf

TOLERANCE, EXACT = 1e-4, 1e-5
FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures")

# What Keras 3 refuses or computes differently, though the files are good.
REFUSED = {
    "keras1-": "Keras 3 does not read the configs of Keras 1",
    "keras2-activations": "ThresholdedReLU is gone and hard_sigmoid is another function now",
    "keras2-branches": "the first call of a nested model counts as a node no more",
    "keras2-nested": "the first call of a nested Sequential counts as a node no more",
    "keras2-operations": "TFOpLambda is gone",
    "keras2-slashes": "names with '/' are refused",
    "keras2-weights": "the architecture's class Functional is not found",
}
if sys.version_info[:2] != (3, 11):
    REFUSED |= {"keras2-lambda": "its bytecode is Python 3.11's", "keras3-lambda": "its bytecode is Python 3.11's"}

# What cannot be written anew: layers that only their own file describes, and functions of old Keras that Keras 3 has not.
INEXPRESSIBLE = ("keras1-tf", "keras2-activations", "keras2-lambda", "keras2-operations", "keras3-custom", "keras3-lambda", "keras3-unknown")

# What Keras computes wrongly: it adds a bias of as many channels as the image is wide along the width, channels first.
MISTAKEN = ("keras1-th",)

# Files in which every layer that has dead filters is a plain chain: pruning must find something.
SHRINKS = ("fashion-", "keras3-adam", "keras3-momentum", "keras2-rmsprop", "keras1-tf", "keras3-residual", "keras3-unknown", "keras2-slashes")


@keras.saving.register_keras_serializable("deadwood")
class ClippedReLU(keras.layers.Layer):
    def __init__(self, ceiling=1.5, **options):
        super().__init__(**options)
        self.ceiling = ceiling

    def call(self, x):
        return keras.ops.clip(x, 0.0, self.ceiling)

    def get_config(self):
        return {**super().get_config(), "ceiling": self.ceiling}


def lenient(name, stale):
    """The layer class that bears with keys which Keras 2 wrote and Keras 3 refuses."""
    base = getattr(keras.layers, name)

    def __init__(self, *arguments, **options):
        base.__init__(self, *arguments, **{k: v for k, v in options.items() if k not in stale})

    return type(name, (base,), {"__init__": __init__})


KERNEL = {"groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"}
LENIENT = {name: lenient(name, stale) for name, stale in {
    "DepthwiseConv2D": KERNEL, "SeparableConv1D": KERNEL, "SeparableConv2D": KERNEL, "Conv2DTranspose": {"groups"},
    "SpatialDropout1D": {"trainable", "noise_shape"}, "SpatialDropout2D": {"trainable", "noise_shape"}}.items()}


class Fixture:
    """A checkpoint with its inputs and the outputs that it should give."""

    def __init__(self, path):
        self.path, self.file = path, os.path.basename(path)
        self.name, _, self.extension = self.file.partition(".")
        beside = os.path.join(FIXTURES, self.name)
        self.expected, self.corpus = beside + ".expected.h5", os.path.join(FIXTURES, "fashion-test.h5")
        # A file of weights alone has its architecture beside it; NAME.h5 is one if no NAME.weights.h5 claims the JSON.
        alone = self.extension == "weights.h5" or self.extension == "h5" and not os.path.exists(beside + ".weights.h5")
        self.architecture = beside + ".json" if alone and os.path.exists(beside + ".json") else None
        with h5py.File(self.expected) as f:
            self.inputs = [f[k][()] for k in numbered(f, "input_")]
            self.outputs = [f[k][()] for k in numbered(f, "output_")]
            self.declare, self.opaque, self.precision = (f.attrs.get(k) for k in ("declare", "opaque", "precision"))
        self.arguments = [f"{self.expected}:input_{i}" for i in range(len(self.inputs))]
        if not self.inputs:
            with h5py.File(self.corpus) as f:
                x, a = f["x"][: len(self.outputs[0])], f["x"].attrs
                self.inputs = [((x * a["scale"] - a["mean"]) / a["std"]).astype("float32")]
            self.arguments = [self.corpus + ":x"]
        self.refused = next((why for name, why in REFUSED.items() if self.name.startswith(name)), None)
        self.trained = has_optimizer(path, self.extension)

    def options(self, architecture=None):
        found = architecture or self.architecture
        return (["--architecture", found] if found else []) + (["--declare", self.declare] if self.declare else [])


def numbered(f, prefix):
    return [f"{prefix}{i}" for i in range(sum(k.startswith(prefix) for k in f))]


def has_optimizer(path, extension):
    if extension == "keras":
        with zipfile.ZipFile(path) as archive:
            return "optimizer" in (json.loads(archive.read("config.json")).get("compile_config") or {})
    with h5py.File(path) as f:
        return "optimizer_weights" in f


def deadwood(*arguments):
    r = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=900)
    if r.returncode:
        raise RuntimeError(f"exit {r.returncode}: {(r.stderr or r.stdout).strip()[-300:]}")
    return r.stdout


def predict(fixture, path, folder, architecture=None):
    """Deadwood's outputs for the fixture's inputs, cut to as many rows as are expected."""
    out = os.path.join(folder, "y.h5")
    inputs = [a for i in fixture.arguments for a in ("--input", i)]
    deadwood("predict", path, *fixture.options(architecture), *inputs, "--output", out, "--force")
    with h5py.File(out) as f:
        return [f[k][: len(fixture.outputs[0])] for k in numbered(f, "output_")]


def load(path, architecture=None, compiled=False):
    if architecture:
        with open(architecture) as f:
            model = keras.models.model_from_json(f.read(), custom_objects=LENIENT)
        model.load_weights(path)
        return model
    return keras.models.load_model(path, custom_objects=LENIENT, compile=compiled, safe_mode=False)


def run(model, xs):
    """Keras's outputs. TensorFlow convolves channels first on a CPU only when XLA compiles."""
    first = any(getattr(l, "data_format", None) == "channels_first" for l in model.layers)
    call = tf.function(lambda *xs: model(list(xs) if len(xs) > 1 else xs[0], training=False), jit_compile=first)
    ys = call(*map(tf.constant, xs))
    return [np.asarray(y, "float32") for y in (ys if isinstance(ys, (list, tuple)) else [ys])]


def compare(found, fixture, tolerance=TOLERANCE):
    """Passes or not, and the largest deviation relative to its output's largest magnitude."""
    wanted = fixture.outputs
    if [y.shape for y in found] != [y.shape for y in wanted]:
        return False, f"shapes {[y.shape for y in found]}, expected {[y.shape for y in wanted]}"
    errors = [float(np.abs(a - b).max() / max(1e-6, np.abs(b).max())) for a, b in zip(found, wanted)]
    worst = int(np.argmax([e if e == e else np.inf for e in errors]))
    return max(errors) <= tolerance, f"error {errors[worst]:.1e}" + (f" (output_{worst})" if len(errors) > 1 else "")


def opaque(fixture, folder):
    """A model with a layer that no declaration can describe: one line that names the layer, exit 1."""
    try:
        predict(fixture, fixture.path, folder)
    except RuntimeError as error:
        return str(error).startswith("exit 1:") and "cannot be evaluated" in str(error), str(error)
    return False, "was computed"


def in_keras(fixture, path, architecture, tolerance=TOLERANCE):
    tolerance = 1e-2 if fixture.precision else tolerance
    return compare(run(load(path, architecture), fixture.inputs), fixture, tolerance)


def refused(fixture):
    try:
        ok, note = in_keras(fixture, fixture.path, fixture.architecture)
    except Exception:
        return True, "refused: " + fixture.refused
    return not ok, "computes it now: take it off the list" if ok else "differs: " + fixture.refused


def prune(fixture, folder):
    compact = os.path.join(folder, "compact." + fixture.extension)
    report = json.loads(deadwood(
        "prune", fixture.path, *fixture.options(), "-o", compact, "--criteria", "scale,weight,unread", "--force", "--json", "-"))
    # What an approximate cut may do is what deadwood allowed it; nothing, where it could not compare.
    tolerance = max(TOLERANCE, report["verification"]["tolerance"] or 0)
    # The architecture of weights alone is written beside them.
    architecture = os.path.join(folder, "compact.json") if fixture.architecture else None
    if fixture.refused and not fixture.opaque:
        ok, note = compare(predict(fixture, compact, folder, architecture), fixture, tolerance)
    elif fixture.refused:
        return True, "Keras refuses the dense file and deadwood can't compute it"
    else:
        ok, note = in_keras(fixture, compact, architecture, tolerance)
    before, after = os.path.getsize(fixture.path), os.path.getsize(compact)
    if fixture.name.startswith(SHRINKS):
        ok, note = ok and after < before, f"{note}, bytes kept {100 * after / before:.0f} %"
    return ok, note


def convert(fixture, folder, extension):
    """The model as a new one of that format; declared layers become what was declared."""
    path = os.path.join(folder, "new." + extension)
    if fixture.name.startswith(INEXPRESSIBLE) and not fixture.declare:
        try:
            deadwood("convert", fixture.path, *fixture.options(), "-o", path)
        except RuntimeError as error:
            return str(error).startswith("exit 1:") and not os.path.exists(path), str(error)
        return False, "was converted: take it off the list"
    deadwood("convert", fixture.path, *fixture.options(), "-o", path)
    if fixture.name.startswith(MISTAKEN):
        load(path)
        return compare(predict(fixture, path, folder), fixture, EXACT)
    tolerance = TOLERANCE if fixture.precision or fixture.refused else EXACT
    return in_keras(fixture, path, None, tolerance)


def resume(fixture, folder):
    """Training goes on from the compact file: a slot of the right shape for every weight, the step count kept."""
    path = os.path.join(folder, "compact." + fixture.extension)
    if fixture.name.startswith("keras2-"):
        return slots(load(path), path)
    model = load(path, compiled=True)
    if fixture.extension == "h5":
        restore(model, path)
    # Keras 3.15 takes none of a mixed-precision file's state back, cut or not.
    steps, taken = int(model.optimizer.iterations), fixture.name != "keras3-mixed-adam"
    y = np.zeros(len(fixture.inputs[0]), int)
    history = model.fit(fixture.inputs[0], y, epochs=3, batch_size=len(y), verbose=0).history["loss"]
    ok = bool(np.isfinite(history).all()) and (steps > 0) == taken and int(model.optimizer.iterations) == steps + 3
    return ok, f"loss {history[0]:.3f} to {history[-1]:.3f}, after step {steps}"


def optimizer_weights(path):
    with h5py.File(path) as f:
        return [f["optimizer_weights"][name][()] for name in f["optimizer_weights"].attrs["weight_names"]]


def restore(model, path):
    """Gives a model from an .h5 its optimizer's state, which Keras 3 writes there but fails to read back."""
    optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
    model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
    optimizer.build(model.trainable_variables)
    for variable, value in zip(optimizer.variables, optimizer_weights(path), strict=True):
        variable.assign(value)


def slots(model, path):
    """Keras 2's optimizers are not Keras 3's: that each slot has its weight's shape is all that can be said here."""
    wanted = [tuple(v.shape) for v in model.trainable_variables]
    found = [v.shape for v in optimizer_weights(path) if v.shape]
    ok = bool(found) and found == wanted * (len(found) // len(wanted))
    return ok, f"{len(found)} slots for {len(wanted)} weights"


counts = [0, 0]


def check(what, test, *arguments):
    try:
        ok, note = test(*arguments)
    except Exception as error:
        ok, note = False, f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    counts[not ok] += 1
    print(f"{'ok  ' if ok else 'FAIL'} {what}  {note}", flush=True)


def everything(fixture):
    if fixture.refused:
        check(f"{fixture.file} Keras", refused, fixture)
    else:
        check(f"{fixture.file} Keras", in_keras, fixture, fixture.path, fixture.architecture)
    if BINARY == "-":
        return
    with tempfile.TemporaryDirectory() as folder:
        if fixture.opaque:
            check(f"{fixture.file} predict", opaque, fixture, folder)
        else:
            check(f"{fixture.file} predict", lambda: compare(predict(fixture, fixture.path, folder), fixture))
        check(f"{fixture.file} prune", prune, fixture, folder)
        for extension in ("h5", "keras"):
            check(f"{fixture.file} convert to .{extension}", convert, fixture, folder, extension)
        if fixture.trained and not fixture.refused:
            check(f"{fixture.file} resume", resume, fixture, folder)


if len(sys.argv) < 2:
    sys.exit(__doc__.split("\n\n")[1])
BINARY, wanted = sys.argv[1], tuple(sys.argv[2:])
for path in sorted(glob.glob(os.path.join(FIXTURES, "*"))):
    file = os.path.basename(path)
    if file.endswith((".h5", ".keras")) and not file.endswith(".expected.h5") and file != "fashion-test.h5" and file.startswith(wanted or ""):
        everything(Fixture(path))
print(f"{counts[0]} passed, {counts[1]} failed")
sys.exit(counts[1] > 0)
