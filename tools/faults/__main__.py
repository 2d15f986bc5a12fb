"""Lets the system fail under every verb that writes, call by call, and looks at what is left.

usage: python tools/faults DEADWOOD [--all | --sample N] [--seed N] [PATTERN...]   (of a name in VERBS: 'prune*')

Every call that creates, writes, syncs, names or removes a file fails once (no room, an error of the disk), fails with
all that follow, or is where the process is killed. What must hold: status 0 with all results, or 1 with one line that
begins with 'Error:'; no file that is neither the old nor the new one; no pair of them that is mixed; inputs as they
were; and nothing left behind after the next command. A sample of the calls is tried, with --all every one. Ends with a
tally; exit 1 if anything did not hold.
"""
import argparse, collections, concurrent.futures, errno, fnmatch, io, json, os, random, shutil, subprocess, sys
import tempfile, zipfile
import numpy as np, h5py

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "..", "fixtures")
# How a call fails: a name, the layer's mode, its error.
KINDS = [("no room", "once", errno.ENOSPC), ("disk error", "once", errno.EIO), ("no room any more", "on", errno.ENOSPC), ("killed", "kill", 0)]


class Verb:
    """A command line, run in a folder that holds `in`, of which it only reads, and `out`.

    groups: the files that it writes there, each group of one run. over: what has their names before: '' for other
    files, or a command. loose: those that hold times, and are only looked at for being whole. finish: the command that
    goes on after a fault, after which everything is new; else one follows that only looks after the folder.
    """

    def __init__(self, name, command, *groups, over=None, loose=(), finish=None):
        self.name, self.command, self.groups, self.over = name, command.split(), [g.split() for g in groups], over
        self.loose, self.finish = loose, finish and finish.split()

    @property
    def files(self):
        return [name for group in self.groups for name in group]


PAIR = "in/w.weights.h5 --architecture in/w.json -o out/c.weights.h5"
TRAIN = "train --network mlp --hidden 8 --dataset hdf5 --data in/x.h5 --batch 8 --epochs 2 --threads 1 -o out/t.h5 --history out/t.csv"
TRAIN_FROM = "train --from in/m.keras --dataset hdf5 --data in/x.h5 --batch 8 --threads 1 --epochs 1 -o out/t.keras"
REPRODUCE = "reproduce table1-cifar10 --rows adam-none --dataset hdf5 --data in/d.h5 -o out/r --width 0.03 --epochs 1,1 --threads 1"
ROW = "r/table1-cifar10-adam-none-seed0"
VERBS = [
    Verb("prune", "prune in/m.h5 -o out/c.h5 --json out/c.json", "c.h5", "c.json"),
    Verb("prune-over", "prune in/m.h5 -o out/c.h5 --force", "c.h5", over=""),
    Verb("prune-archive", "prune in/m.keras -o out/c.keras", "c.keras"),
    Verb("prune-archive-over", "prune in/m.keras -o out/c.keras --force", "c.keras", over=""),
    Verb("prune-pair", f"prune {PAIR}", "c.weights.h5 c.json"),
    Verb("prune-pair-over", f"prune {PAIR} --force", "c.weights.h5 c.json", over=f"prune {PAIR} --select li --fraction 0.3"),
    Verb("compress", "compress in/m.keras -o out/c.keras --corpus in/x.h5 --batch 1 --threads 1 --seconds 0.01 --json out/c.json", "c.keras", "c.json", loose=["c.json"]),
    Verb("convert", "convert in/m.h5 -o out/m.keras", "m.keras"),
    Verb("convert-legacy", "convert in/m.keras -o out/m.h5 --force", "m.h5", over=""),
    Verb("convert-data", "convert in/x.h5 -o out/x.h5", "x.h5"),
    Verb("predict", "predict in/m.h5 --input in/x.h5 --output out/y.h5", "y.h5"),
    Verb("predict-over", "predict in/m.h5 --input in/x.h5 --output out/y.h5 --force", "y.h5", over=""),
    Verb("inspect", "inspect in/m.h5 --json out/r.json", "r.json"),
    Verb("analyze", "analyze in/m.h5 --corpus in/x.h5 --json out/r.json --force", "r.json", over=""),
    Verb("evaluate", "evaluate in/m.h5 --data in/x.h5 --json out/r.json", "r.json"),
    Verb("benchmark", "benchmark in/m.h5 --batch 1 --threads 1 --seconds 0.01 --json out/r.json", "r.json", loose=["r.json"]),
    Verb("simulate", "simulate --optimizers adam --steps 10 --trials 2 --json out/r.json --report out/r.html", "r.html", "r.json", loose=["r.html"]),
    Verb("train", TRAIN, "t.h5", "t.h5.training", "t.csv", finish=f"{TRAIN} --resume --force"),
    Verb("train-from", TRAIN_FROM, "t.keras", "t.keras.training", finish=f"{TRAIN_FROM} --resume --force"),
    Verb("reproduce", REPRODUCE, f"{ROW}.h5", f"{ROW}.json", "r/table1-cifar10-summary.json", "r/table1-cifar10-summary.md", finish=REPRODUCE),
]


def inputs(folder):
    """The models and data that the commands read."""
    os.mkdir(folder)
    for name, copy in [("keras3-adam.h5", "m.h5"), ("keras3-adam.keras", "m.keras"), ("keras3-residual.weights.h5", "w.weights.h5"), ("keras3-residual.json", "w.json")]:
        shutil.copy(os.path.join(FIXTURES, name), os.path.join(folder, copy))
    rng = np.random.default_rng(0)
    with h5py.File(os.path.join(FIXTURES, "keras3-adam.expected.h5")) as f:
        shape = next(f[name].shape for name in f if len(f[name].shape) == 4)
    with h5py.File(os.path.join(folder, "x.h5"), "w") as f:
        f["x"] = rng.integers(0, 256, (24, *shape[1:]), dtype=np.uint8)
        f["y"] = (np.arange(24) % 4).astype(np.int32)
    with h5py.File(os.path.join(folder, "d.h5"), "w") as f:
        for part, count in [("train", 120), ("test", 20)]:
            f[f"x_{part}"] = rng.integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
            f[f"y_{part}"] = (np.arange(count) % 10).astype(np.uint8)


def contents(folder):
    """Every file below a folder, and what it holds."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as f:
                found[os.path.relpath(os.path.join(path, name), folder)] = f.read()
    return found


def whole(name, data):
    """Whether a file of these bytes can be read to its end."""
    try:
        if data[:2] == b"PK":
            return zipfile.ZipFile(io.BytesIO(data)).testzip() is None
        if data[1:4] == b"HDF":
            h5py.File(io.BytesIO(data)).visititems(lambda _, item: item[()] if isinstance(item, h5py.Dataset) else None)
            return True
        if name.endswith(".json"):
            return bool(json.loads(data))
        return data.endswith(b"\n")
    except Exception:
        return False


def same(name, data, other):
    """Whether two files say the same; `run` in JSON tells of the moment they were written in."""
    if data == other or not name.endswith(".json") or data is None or other is None:
        return data == other
    try:
        return (json.loads(data) | {"run": None}) == (json.loads(other) | {"run": None})
    except (ValueError, TypeError):
        return False


class Bench:
    """Runs commands with and without faults, each in a folder of its own."""

    def __init__(self, binary, source, scratch):
        self.binary, self.source, self.scratch = binary, source, scratch
        self.layer = os.path.join(scratch, "layer.so")
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", os.path.join(HERE, "layer.c"), "-o", self.layer, "-ldl"], check=True)
        self.read = contents(source)

    def run(self, folder, command, **faults):
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": os.path.join(folder, "out", "tmp")}
        if faults:
            environment |= {"LD_PRELOAD": self.layer, "FAULTS_FOLDER": os.path.join(folder, "out")}
            environment |= {f"FAULTS_{key.upper()}": str(value) for key, value in faults.items()}
        return subprocess.run([self.binary, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)

    def folder(self, old):
        folder = tempfile.mkdtemp(dir=self.scratch)
        os.makedirs(os.path.join(folder, "out", "tmp"))
        os.symlink(self.source, os.path.join(folder, "in"))
        for name, bytes in old.items():
            with open(os.path.join(folder, "out", name), "wb") as f:
                f.write(bytes)
            os.chmod(f.name, 0o640)
        return folder

    def results(self, folder):
        return contents(os.path.join(folder, "out"))

    def before(self, verb):
        """What is in the way: files of the same names."""
        if verb.over is None:
            return {}
        if not verb.over:
            return {name: b"old" for name in verb.files}
        folder = self.folder({})
        assert self.run(folder, verb.over.split()).returncode == 0, verb.name
        return self.results(folder)

    def clean(self, verb, old):
        """What the command writes when nothing fails, and the calls that it makes."""
        folder = self.folder(old)
        log = os.path.join(folder, "log")
        r = self.run(folder, verb.command, log=log)
        assert r.returncode == 0, f"{verb.name}: {r.stderr.strip()}"
        new = self.results(folder)
        assert sorted(new) == sorted(verb.files), f"{verb.name} leaves {sorted(new)}"
        with open(log) as f:
            calls = f.read().splitlines()
        shutil.rmtree(folder)
        return new, calls

    def trial(self, verb, old, new, at, kind):
        """Lets one call fail; returns what does not hold, or None, and how the command ended."""
        _, mode, error = kind
        folder = self.folder(old)
        r = self.run(folder, verb.command, at=at, mode=mode, error=error)
        found = self.results(folder)
        ending = {0: "done", 1: "refused", -9: "killed"}.get(r.returncode, str(r.returncode))
        try:
            self.judge_ending(verb, r, mode)
            if r.returncode == 0:
                self.judge(verb, old, new, found, "right away", ["new"])
            elif verb.finish:
                torn = [name for name in found if name in verb.files and not whole(name, found[name])]
                assert not torn, f"cannot be read: {torn}"
            elif mode != "kill":
                # Where nothing works any more, a pair can be left for the next command to complete.
                self.judge(verb, old, new, found, "right away", ["old", "new"] + (["mixed"] if mode == "on" else []))
                states = [self.state(verb, group, old, new, found) for group in verb.groups]
                assert set(states) != {"new"}, "failed, though all results are there"
            self.after(verb, folder, old, new, r.returncode)
            shutil.rmtree(folder)
            return None, ending
        except AssertionError as wrong:
            return f"{wrong}; status {r.returncode}: {r.stderr.strip()[-300:]}", ending

    def judge_ending(self, verb, r, mode):
        failures = [line for line in r.stderr.splitlines() if line.startswith("Error:")]
        if mode == "kill":
            assert r.returncode in (-9, 0), "was not killed"
        else:
            assert r.returncode in (0, 1), "ended otherwise than with 0 or 1"
            assert len(failures) == r.returncode and "Fatal" not in r.stderr, "said something else than one line"
            assert ".deadwood-" not in r.stderr, "spoke of a file that the user knows nothing of"
        assert contents(self.source) == self.read, "an input changed"

    def after(self, verb, folder, old, new, status):
        """The next command takes away or completes what is left."""
        if verb.finish:
            r = self.run(folder, verb.finish)
            assert r.returncode == 0, f"could not go on: {r.stderr.strip()[-200:]}"
            status = 0
        else:
            r = self.run(folder, ["convert", "in/m.h5", "-o", "out/next.keras"])
            assert r.returncode == 0, f"the next command failed: {r.stderr.strip()[-200:]}"
            os.remove(os.path.join(folder, "out", "next.keras"))
        found = self.results(folder)
        modes = {os.stat(os.path.join(folder, "out", name)).st_mode & 0o777 for name in old}
        assert modes <= {0o640}, f"permissions changed: {modes}"
        self.judge(verb, old, new, found, "after the next command", ["new"] if status == 0 else ["old", "new"])
        rest = sorted(set(found) - set(verb.files))
        assert not rest, f"left behind: {rest}"

    def judge(self, verb, old, new, found, when, allowed):
        for group in verb.groups:
            state = self.state(verb, group, old, new, found)
            assert state in allowed, f"{when}: {' and '.join(group)}: {state}"

    def state(self, verb, group, old, new, found):
        """Of which run a group of files is: old, new, mixed, or broken, which is neither."""
        def one(name):
            if name in found and (whole(name, found[name]) if name in verb.loose else same(name, found[name], new[name])):
                return "new"
            return "old" if found.get(name) == old.get(name) else "broken"

        states = {one(name) for name in group}
        return "broken" if "broken" in states else states.pop() if len(states) == 1 else "mixed"


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("binary")
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sample", type=int, default=360)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    options = parser.parse_intermixed_args()
    verbs = [v for v in VERBS if not options.patterns or any(fnmatch.fnmatch(v.name, p) for p in options.patterns)]
    with tempfile.TemporaryDirectory() as scratch:
        inputs(os.path.join(scratch, "in"))
        bench = Bench(os.path.abspath(options.binary), os.path.join(scratch, "in"), scratch)
        trials = []
        for verb in verbs:
            old = bench.before(verb)
            new, calls = bench.clean(verb, old)
            print(f"{verb.name}: {len(calls)} calls", flush=True)
            trials += [(verb, old, new, at + 1, call, kind) for at, call in enumerate(calls) for kind in KINDS]
        if not options.all:
            print(f"a sample of {len(trials)} faults, --seed {options.seed}")
            trials = random.Random(options.seed).sample(trials, min(options.sample, len(trials)))
        tally, failed = collections.Counter(), 0
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [(pool.submit(bench.trial, verb, old, new, at, kind), verb, at, call, kind) for verb, old, new, at, call, kind in trials]
            for job, verb, at, call, kind in jobs:
                wrong, ending = job.result()
                tally[kind[0], ending] += 1
                if wrong:
                    failed += 1
                    print(f"FAIL {verb.name}, call {at} ({call}), {kind[0]}: {wrong}", flush=True)
    kills = sum(n for (kind, _), n in tally.items() if kind == "killed")
    for (kind, ending), count in sorted(tally.items()):
        print(f"{kind}, {ending}: {count}")
    print(f"{sum(tally.values()) - kills} faults and {kills} kills, {failed} failed")
    sys.exit(failed > 0 or not tally)


main()
