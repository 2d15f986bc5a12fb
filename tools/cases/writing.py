"""Where files are written: pairs that know each other, sources that change, and processes that cannot see each other."""
import json, os, shutil, signal, subprocess, time
import h5py, keras, numpy as np
from keras import layers as L
import support
from support import case, deaden, deadwood, predict, refusal, run, same

KEY = "deadwood_weights_sha256"


def network(filters=16, seed=1):
    keras.utils.set_random_seed(seed)
    x = L.Input((16, 16, 3), name="image")
    y = L.ReLU(name="r1")(L.BatchNormalization(name="b1")(L.Conv2D(filters, 3, name="c1")(x)))
    y = L.Conv2D(8, 3, activation="relu", name="c2")(y)
    return deaden(keras.Model(x, L.Dense(5, activation="softmax", name="d")(L.Flatten(name="f")(y))), seed)


def images(path, count):
    with h5py.File(path, "w") as f:
        f["x"] = np.random.default_rng(0).random((count, 16, 16, 3)).astype("float32")
    return path


def rest(folder):
    """What files in the making are there."""
    return [name for name in os.listdir(folder) if name.startswith(".deadwood-")]


def slow(*arguments, wrapped=(), **options):
    """A command that works for many seconds and has begun its file; the process."""
    return subprocess.Popen([*wrapped, support.BINARY, *map(str, arguments), "--backend", "reference"], stderr=subprocess.PIPE, text=True, **options)


def until(condition, what):
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited in vain until {what}")


@case
def architecture_knows_its_weights(folder):
    model, other = network(), network(seed=2)
    for name, m in [("a", model), ("b", other)]:
        m.save_weights(f"{folder}/{name}.weights.h5")
        with open(f"{folder}/{name}.json", "w") as f:
            f.write(m.to_json())
        deadwood("prune", f"{folder}/{name}.weights.h5", "--architecture", f"{folder}/{name}.json", "-o", f"{folder}/{name}2.weights.h5")
    # Keras passes over what the JSON notes.
    with open(f"{folder}/a2.json") as f:
        text = f.read()
    assert len(json.loads(text)[KEY]) == 64
    compact = keras.models.model_from_json(text)
    compact.load_weights(f"{folder}/a2.weights.h5")
    x = np.random.default_rng(0).random((4, 16, 16, 3)).astype("float32")
    note = same(run(model, [x]), run(compact, [x]))
    said = refusal("inspect", f"{folder}/b2.weights.h5", "--architecture", f"{folder}/a2.json")
    assert "a2.json: was written together with other weights than" in said and "b2.weights.h5" in said, said
    # Keras's own JSON, which notes nothing, goes with any weights that fit.
    with open(f"{folder}/plain.json", "w") as f:
        f.write(compact.to_json())
    deadwood("inspect", f"{folder}/a2.weights.h5", "--architecture", f"{folder}/plain.json")
    return note


@case
def source_overwritten_meanwhile(folder):
    data = images(f"{folder}/x.h5", 4000)
    source, other = f"{folder}/m.h5", f"{folder}/other.h5"
    network(128).save(source)
    network(128, seed=2).save(other)
    os.mkdir(f"{folder}/out")
    command = slow("prune", source, "--verify", data, "-o", f"{folder}/out/c.h5")
    until(lambda: rest(f"{folder}/out") or command.poll() is not None, "the compact file was begun")
    assert command.poll() is None, "it ended before the source could be changed"
    # As Keras saves: into the file that is there.
    with open(other, "rb") as f, open(source, "r+b") as g:
        g.write(f.read())
        g.truncate()
    errors = command.communicate(timeout=300)[1]
    failures = [line for line in errors.splitlines() if line.startswith("Error:")]
    assert command.returncode == 1 and len(failures) == 1 and f"{source}: was changed by something else" in failures[0], errors
    assert os.listdir(f"{folder}/out") == []


def containers():
    """The beginning of a command line that runs in a process namespace of its own; None where that is not permitted."""
    for wrapper in (["unshare", "--pid", "--fork", "--mount-proc"], ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]):
        try:
            if subprocess.run([*wrapper, "true"], capture_output=True).returncode == 0:
                return wrapper
        except FileNotFoundError:
            return None
    return None


@case
def containers_share_a_folder(folder):
    wrapper = containers()
    if not wrapper:
        return "skipped: process namespaces are not permitted here"
    data, source, out = images(f"{folder}/x.h5", 8000), f"{folder}/m.h5", f"{folder}/out"
    network(64).save(source)
    os.mkdir(out)
    # One is the first process of its own world, as the other is of its: the number of a process tells nobody apart.
    living = slow("predict", source, "--input", data, "--output", f"{out}/slow.h5", wrapped=wrapper, start_new_session=True)
    try:
        until(lambda: rest(out) or living.poll() is not None, "the slow one began its file")
        begun = rest(out)
        assert len(begun) == 1, begun
        quick = [*wrapper, support.BINARY, "prune", source, "-o", f"{out}/c.h5", "--force"]
        subprocess.run(quick, check=True, capture_output=True)
        assert living.poll() is None, "the slow one ended too soon"
        assert rest(out) == begun, f"the file of a living process is gone: {rest(out)}"
    finally:
        os.killpg(living.pid, signal.SIGKILL)
        living.communicate()
    # The first process of a namespace takes all others with it; the lock ends with them.
    until(lambda: not holders(f"{out}/{begun[0]}"), "the killed one was gone")
    assert rest(out) == begun
    subprocess.run(quick, check=True, capture_output=True)
    assert rest(out) == [] and os.listdir(out) == ["c.h5"], os.listdir(out)


def holders(path):
    """The processes that have a file open, as far as this namespace sees them."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if any(os.readlink(f"/proc/{process}/fd/{n}") == path for n in os.listdir(f"/proc/{process}/fd")):
                found.append(process)
        except OSError:
            pass
    return found


@case
def containers_race_for_a_name(folder):
    wrapper = containers()
    if not wrapper:
        return "skipped: process namespaces are not permitted here"
    data, out = images(f"{folder}/x.h5", 64), f"{folder}/y.h5"
    answers = set()
    for seed in (1, 2):
        network(seed=seed).save(f"{folder}/{seed}.h5")
    arguments = lambda seed, output: [support.BINARY, "predict", f"{folder}/{seed}.h5", "--input", data, "--output", output, "--force", "--threads", "1"]
    for seed in (1, 2):
        subprocess.run(arguments(seed, out), check=True, capture_output=True)
        with open(out, "rb") as f:
            answers.add(f.read())
    for round in range(25):
        racers = [subprocess.Popen([*wrapper, *arguments(seed, out)], stderr=subprocess.DEVNULL) for seed in (1, 2)]
        assert [racer.wait(timeout=60) for racer in racers] == [0, 0], f"round {round}"
        with open(out, "rb") as f:
            assert f.read() in answers, f"round {round}: neither of the two files"
    assert rest(folder) == []
