"""Archives that claim or unpack to far more than they are: one line each, within seconds and within a GiB."""
import io, json, os, struct, subprocess, sys, zipfile, zlib

import h5py, numpy as np
import support
from support import case

MODEL = {"module": "keras", "class_name": "Sequential", "registered_name": None, "config": {"name": "m", "layers": [
    {"module": "keras.layers", "class_name": "InputLayer", "registered_name": None, "config": {"name": "i", "batch_shape": [None, 4]}},
    {"module": "keras.layers", "class_name": "Dense", "registered_name": None, "config": {"name": "d", "units": 3, "use_bias": False, "activation": "linear"}}]}}


# Runs a command from a small process: what a process takes counts from its parent's size at the fork on.
WATCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=open(sys.argv[1], "w"))
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, usage.ru_utime)
"""


def weights(rows=4):
    data = io.BytesIO()
    with h5py.File(data, "w") as f:
        f["layers/dense/vars/0"] = np.zeros((rows, 3), "float32")
    return data.getvalue()


def archive(folder, config=None, h5=None, more=()):
    path = f"{folder}/m.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("metadata.json", '{"keras_version": "3.8.0"}')
        z.writestr("config.json", config if config is not None else json.dumps(MODEL))
        z.writestr("model.weights.h5", h5 if h5 is not None else weights())
        for name, data in more:
            z.writestr(name, data)
    return path


def measured(path, *arguments):
    """The status of inspecting a file, or of another command in its folder, what it says, and the memory that it took.
    Raises beyond limits."""
    errors = f"{os.path.dirname(path)}/errors"
    command = [sys.executable, "-c", WATCH, errors, support.BINARY, *(arguments or ("inspect", path))]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60).stdout.split()
    status, memory, seconds = int(told[0]), int(told[1]) * 1024, float(told[2])
    with open(errors) as file:
        said = file.read()
    assert status in (0, 1) and memory < 1 << 30, f"status {status}, {memory >> 20} MiB: {said}"
    return status, said, f"{memory >> 20} MiB, {seconds:.1f} s"


def refused(path, *says):
    status, said, note = measured(path)
    assert status == 1 and len(said.splitlines()) == 1 and all(s in said for s in says), f"status {status}: {said[:500]}"
    return note


@case
def sound(folder):
    status, said, note = measured(archive(folder))
    assert status == 0, said
    return note


@case
def spaces(folder):
    """259 KiB that are 256 MiB of JSON."""
    return refused(archive(folder, " " * (1 << 28) + json.dumps(MODEL)), "config.json", "bytes")


@case
def values(folder):
    """Sixty MiB of the smallest values, each many times as large in memory."""
    return " ".join(refused(archive(folder, "[" + text * ((60 << 20) // len(text)) + "0]"), "values") for text in ("0,", "[],", "{},", '{"":0},'))


@case
def escapes(folder):
    return refused(archive(folder, '"' + "\\n" * (30 << 20) + '"'), "expected an object")


@case
def one_number(folder):
    return refused(archive(folder, "9" * (60 << 20)), "expected an object")


@case
def zeros(folder):
    """A weight of 400 MB that packs into 400 kB."""
    return refused(archive(folder, h5=weights(1 << 25)), "model.weights.h5", "declares")


@case
def many_entries(folder):
    return refused(archive(folder, more=[(f"{k}", "") for k in range(20_000)]), "entries")


@case
def other_entries(folder):
    """What is not read costs nothing."""
    status, said, note = measured(archive(folder, more=[("other", bytes(1 << 28))]))
    assert status == 0, said
    return note


def changed(folder, change):
    """A sound archive with the central directory's record of config.json changed: a function of bytes and its offset."""
    path = archive(folder)
    with open(path, "rb") as f:
        data = bytearray(f.read())
    position = data.index(b"config.json", data.index(b"PK\1\2")) - 46
    change(data, position)
    with open(path, "wb") as f:
        f.write(data)
    return path


@case
def lying_lengths(folder):
    notes = []
    for length in (0, 1, 10**6, (1 << 32) - 2, (1 << 32) - 1):
        def lie(data, position):
            data[position + 24:position + 28] = struct.pack("<I", length)
        notes.append(refused(changed(folder, lie), "m.keras"))
    return notes[-1]


@case
def encrypted(folder):
    def lock(data, position):
        data[position + 8] |= 1
    return refused(changed(folder, lock), "m.keras")


@case
def overlapping(folder):
    """The config's record leads to the bytes of the weights."""
    def overlap(data, position):
        other = data.index(b"model.weights.h5", data.index(b"PK\1\2")) - 46
        data[position + 42:position + 46] = data[other + 42:other + 46]
    return refused(changed(folder, overlap), "m.keras")


@case
def inside_each_other(folder):
    with open(archive(folder), "rb") as f:
        inner = f.read()
    return refused(archive(folder, h5=inner), "m.keras")


@case
def weights_together(folder):
    """Layers whose weights were never written: each would be believed, all of them take a GiB."""
    width, layers, h5 = 4096, 16, io.BytesIO()
    config = json.loads(json.dumps(MODEL))
    first = config["config"]["layers"][:1]
    first[0]["config"]["batch_shape"] = [None, width]
    config["config"]["layers"] = first + [
        {**MODEL["config"]["layers"][1], "config": {**MODEL["config"]["layers"][1]["config"], "name": f"d{i}", "units": width}}
        for i in range(layers)]
    with h5py.File(h5, "w") as f:
        for i in range(layers):
            f.create_dataset(f"layers/dense{f'_{i}' if i else ''}/vars/0", (width, width), "float32")
    return refused(archive(folder, json.dumps(config), h5.getvalue()), "bytes", "can hold")


@case
def pictures(folder):
    """PNG files of some KiB that are 64 million pixels each: one after the other, whatever the threads."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    side = 8000
    rows = zlib.compress(bytes(1 + side // 8) * side, 9)
    picture = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    for label in "ab":
        os.makedirs(f"{folder}/x/{label}")
        for i in range(4):
            with open(f"{folder}/x/{label}/{i}.png", "wb") as f:
                f.write(picture)
    status, said, note = measured(f"{folder}/x", "train", "--network", "mlp", "--hidden", "4", "--dataset", "folder", "--data", f"{folder}/x",
                                  "--resize", "8", "--batch", "2", "--epochs", "1", "-o", f"{folder}/t.h5")
    assert status == 0, said
    return note
