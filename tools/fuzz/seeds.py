"""The good files that are changed, and the commands that read them."""
import glob, gzip, io, json, os, struct
from dataclasses import dataclass, field

import h5py, numpy as np

from judge import Command, SECRET, run


@dataclass
class Seed:
    """Files by name, those of them that are changed, and the commands to choose from.

    `always` is tried on every file, before one of `commands`.
    """

    name: str
    files: dict
    targets: list
    commands: list
    always: list = field(default_factory=list)


def hdf5_bytes(**datasets):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, values in datasets.items():
            file[name] = values
    return buffer.getvalue()


# Where external links and storage lead: no output may hold it.
OUTSIDE = {"secret.h5": hdf5_bytes(x=np.frombuffer(SECRET * 400, "<f4", 1800)), "secret.bin": SECRET * 4000}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def model_commands(model, options, inputs, other, labelled):
    """What is tried on a checkpoint; `other` is the ending of another format."""
    ending = "keras" if model.endswith(".keras") else "h5"
    data = [part for x in inputs for part in ("--input", f"data.h5:{x}")]
    few = ["--threads", "2"]
    if "--architecture" in options:
        # What `prune` makes of weights alone is weights and JSON.
        cut = Command(["prune", model, *options, "-o", "cut.h5", *few], ["cut.h5", "cut.json"],
                      [["inspect", "cut.h5", "--architecture", "cut.json"]])
    else:
        cut = Command(["prune", model, "-o", f"cut.{ending}", *few], [f"cut.{ending}"], [["inspect", f"cut.{ending}"]])
    found = [
        cut, Command(["predict", model, *options, *data, "--output", "answers.h5", *few], ["answers.h5"]),
        Command(["convert", model, *options, "-o", f"other.{other}"], [f"other.{other}"],
                [["inspect", f"other.{other}"]]),
        Command(["analyze", model, *options, "--json", "-"]),
    ]
    if labelled:
        found.append(Command(["evaluate", model, *options, "--data", "labelled.h5", "--json", "-", *few]))
    return found


def models(fixtures):
    """A seed for each fixture that a minute has room for, with the inputs that are kept beside it."""
    for path in sorted(glob.glob(f"{fixtures}/keras*")):
        name = os.path.basename(path)
        if name.endswith((".expected.h5", ".json")) or os.path.getsize(path) > 130_000:
            continue
        stem = name.removesuffix(".keras").removesuffix(".h5").removesuffix(".weights")
        with h5py.File(f"{fixtures}/{stem}.expected.h5") as file:
            inputs = {key: file[key][()] for key in file if key.startswith("input_")}
            classes = file["output_0"].shape[-1] if file["output_0"].ndim == 2 and "output_1" not in file else 0
            declared = file.attrs.get("declare")
        model = f"m{'.weights' if '.weights.' in name else ''}.{name.rsplit('.', 1)[1]}"
        files = {model: read(path), "data.h5": hdf5_bytes(**inputs)}
        labelled = len(inputs) == 1 and classes > 1
        if labelled:
            x = inputs["input_0"]
            files["labelled.h5"] = hdf5_bytes(x=x, y=np.arange(len(x), dtype="i4") % classes)
        options, targets = [], [model]
        if os.path.exists(f"{fixtures}/{stem}.json") and (model.startswith("m.weights") or "-weights" in stem):
            files["m.json"] = read(f"{fixtures}/{stem}.json")
            options, targets = ["--architecture", "m.json"], [model, "m.json"]
        if declared is not None:
            options += ["--declare", declared if isinstance(declared, str) else str(declared[0])]
        other = "h5" if model.endswith(".keras") else "keras"
        yield Seed(name, files, targets, model_commands(model, options, sorted(inputs), other, labelled),
                   [Command(["inspect", model, *options])])


def trained(binary, scratch, files, data, kind, *options):
    """The model and the state of a short training on `data`: by deadwood, hence a seed of every run the same."""
    os.makedirs(scratch)
    for name, content in files.items():
        write(f"{scratch}/{name}", content)
    start = ["train", "--network", "mlp", "--hidden", "4", "--dataset", kind, "--data", data, "-o", "m.h5",
             "--batch", "4", "--threads", "1", *options]
    outcome = run(binary, [*start, "--epochs", "1"], scratch, 60)
    if outcome.status != 0:
        raise SystemExit(f"fuzz: a seed could not be made: deadwood {' '.join(start)}: {outcome.stderr.strip()}")
    made = {name: read(f"{scratch}/{name}") for name in ("m.h5", "m.h5.training")}
    return made, [*start, "--epochs", "2", "--resume"]


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def corpora(fixtures, rng):
    """Each kind of images with its files, how to name it, the files that are changed, and training's name for it."""
    with h5py.File(f"{fixtures}/fashion-test.h5") as file:
        x, y = file["x"][:12], file["y"][:12]
        buffer = io.BytesIO()
        with h5py.File(buffer, "w") as new:
            new.create_dataset("x_train", data=x, chunks=(5, 28, 28, 1), compression="gzip")
            new.create_dataset("y_train", data=y)
            new.create_dataset("x_test", data=x[:4])
            new.create_dataset("y_test", data=y[:4])
            for key, value in file["x"].attrs.items():
                new["x_train"].attrs[key] = value
    yield "corpus.h5", {"d.h5": buffer.getvalue()}, "d.h5", ["d.h5"], ["hdf5"]
    images = struct.pack(">4I", 0x803, 12, 28, 28) + x.tobytes()
    labels = struct.pack(">2I", 0x801, 12) + y.astype("u1").tobytes()
    names = {f"d/{part}-{rest}-ubyte": data for part in ("train", "t10k") for rest, data in
             (("images-idx3", images), ("labels-idx1", labels))}
    yield "idx", names, "d", sorted(names), ["mnist"]
    packed = {f"{name}.gz": gzip.compress(data, 1, mtime=0) for name, data in names.items()}
    yield "idx.gz", packed, "d", sorted(packed), ["mnist"]
    colored = [rng.randbytes(3072) for _ in range(8)]
    ten = b"".join(bytes([i % 10]) + image for i, image in enumerate(colored))
    batches = {f"d/{name}.bin": ten for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]}
    batches["d/batches.meta.txt"] = "\n".join("abcdefghij").encode()
    yield "cifar10", batches, "d", sorted(batches), ["cifar10"]
    hundred = b"".join(bytes([i % 20, i % 100]) + image for i, image in enumerate(colored))
    yield "cifar100", {"d/train.bin": hundred, "d/test.bin": hundred}, "d", ["d/train.bin", "d/test.bin"], ["cifar100"]
    root = f"{fixtures}/pictures"
    pictures = {f"d/{os.path.relpath(path, root)}": read(path) for path in sorted(glob.glob(f"{root}/*/*/*"))}
    yield "pictures", pictures, "d", sorted(pictures), ["folder", "--resize", "16"]


def images(binary, fixtures, scratch, rng):
    for name, files, data, targets, kind in corpora(fixtures, rng):
        made, resume = trained(binary, f"{scratch}/{name}", files, data, *kind)
        size = kind[1:]
        part, few = {"corpus.h5": "d.h5:x_train"}.get(name, data), ["--threads", "1"]
        commands = [
            Command(["convert", data, "-o", "out.h5", *size], ["out.h5"], [["convert", "out.h5", "-o", "again.h5"]]),
            Command(["predict", "m.h5", "--input", part, "--output", "answers.h5", *few, *size], ["answers.h5"]),
            Command(["analyze", "m.h5", "--corpus", part, "--threads", "2", *size]),
            Command(["prune", "m.h5", "-o", "cut.h5", "--verify", part, *few, *size], ["cut.h5"],
                    [["inspect", "cut.h5"]]),
            Command(resume, ["m.h5", "m.h5.training"], [["inspect", "m.h5"]]),
        ]
        evaluate = Command(["evaluate", "m.h5", "--data", part, "--json", "-", *few, *size])
        yield Seed(name, {**files, **made}, targets, commands, [evaluate])
        if name in ("corpus.h5", "cifar10"):
            yield Seed(f"{name}.training", {**files, **made}, ["m.h5.training", "m.h5.training", "m.h5"], commands[-1:])


def all_seeds(binary, fixtures, scratch, rng):
    """Checkpoints by format, then images and states of training."""
    found = [*models(fixtures), *images(binary, fixtures, scratch, rng)]
    for seed in found:
        seed.files.update(OUTSIDE)
    return found
