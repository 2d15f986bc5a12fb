"""Gives deadwood changed files of every format and judges how it ends.

usage: python tools/fuzz DEADWOOD [--files N] [--seconds S] [--seed K] [--only PATTERN] [--keep FOLDER] [--every-verb]
       python tools/fuzz --libfuzzer SECONDS [--only PATTERN] [--keep FOLDER]

A third of the files is changed in its bytes, a third in its structure (by h5py, zipfile, a JSON writer), a third in
its values. `--first I --files 1` makes file number I of a seed again, but for times that HDF5 notes. The seeds are the
fixtures, and images and a state of training made from them.

A fault is: an end by a signal or a trap; more than one line of error; more than 10 s, or 1 GiB of memory; a file that
changed, appeared or stayed behind without being the output of a run that succeeded; an output that cannot be read
again; bytes in it of a file that was not given. What has one is kept in FOLDER with its command. Ends with a tally;
exit 1 for faults, or where fewer than a fifth of the HDF5 files and archives can be read by h5py and zipfile.

--libfuzzer builds the entries in Tests/Fuzzing with libFuzzer and the address sanitizer, and runs each for SECONDS.
"""
import argparse, collections, fnmatch, multiprocessing, os, random, shutil, signal, sys, tempfile, time, zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import archives, configs, hdf5, images, judge, libfuzzer, raw, seeds

KINDS = ["bytes", "structure", "values"]


def in_child(seconds, work, *arguments):
    """Whether `work` ends without an error, in a process of its own: libraries die of such files, too."""
    pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(seconds)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            work(*arguments)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def make(rng, seed, target, kind, folder):
    """Writes the seed's files into `folder`, `target` changed."""
    data, scratch = seed.files[target], f"{folder}/{target}"
    if target.endswith(".json"):
        changed = raw.mutate(rng, data) if kind == "bytes" else configs.mutate(rng, data, kind)
    elif target.endswith(".keras"):
        changed = archives.mutate(rng, data, kind, scratch)
    elif target.endswith((".h5", ".training")):
        changed = raw.mutate(rng, data) if kind == "bytes" else hdf5.mutate(rng, data, kind, scratch)
    else:
        changed = images.mutate(rng, data, kind)
    with open(scratch, "wb") as file:
        file.write(changed)


def readable(path):
    """Whether h5py or zipfile read all of the file; None for other formats."""
    if path.endswith(".keras"):
        return in_child(10, lambda: zipfile.ZipFile(path).testzip() and os._exit(1))
    return in_child(10, hdf5.read_all, path) if path.endswith((".h5", ".training")) else None


def one(index):
    """Makes file `index` and judges what commands do with it."""
    seed = SEEDS[index // len(KINDS) % len(SEEDS)]
    kind = KINDS[index % len(KINDS)]
    rng = random.Random(f"{OPTIONS.seed} {index}")
    target = rng.choice(seed.targets)
    chosen = seed.commands if OPTIONS.every_verb else [rng.choice(seed.commands)]
    outer = tempfile.mkdtemp(prefix="fuzz-")
    folder, found, statuses = f"{outer}/files", [], []
    try:
        for name, content in seed.files.items():
            seeds.write(f"{folder}/{name}", content)
        # Some changes cannot be made of some files: then other ones are.
        for attempt in range(20):
            if in_child(20, make, random.Random(rng.random()), seed, target, kind, folder):
                break
        else:
            seeds.write(f"{folder}/{target}", raw.mutate(rng, seed.files[target]))
        ok = readable(f"{folder}/{target}")
        shutil.copytree(folder, f"{outer}/kept")
        for command in [*seed.always, *chosen]:
            outcome, faults = judge.judge(OPTIONS.binary, command, folder)
            statuses.append((command.arguments[0], outcome.status))
            for fault, reason in faults:
                found.append((fault, command.arguments, reason))
            # The next command gets the same files.
            shutil.rmtree(folder)
            shutil.copytree(f"{outer}/kept", folder)
        if found and OPTIONS.keep:
            place = f"{OPTIONS.keep}/{OPTIONS.seed}-{index}"
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(f"{outer}/kept", place)
            seeds.write(f"{place}/COMMANDS", "".join(
                f"# {fault}: {reason}\n{' '.join(arguments)}\n" for fault, arguments, reason in found).encode())
    finally:
        shutil.rmtree(outer, ignore_errors=True)
    return index, seed.name, kind, target, ok, statuses, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], usage=__doc__.split("\n\n")[1][7:])
    parser.add_argument("binary", nargs="?")
    parser.add_argument("--libfuzzer", type=int)
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", default="*")
    parser.add_argument("--keep")
    parser.add_argument("--every-verb", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    global OPTIONS, SEEDS
    OPTIONS = parser.parse_args()
    root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    fixtures = f"{root}/fixtures"
    if OPTIONS.libfuzzer:
        return libfuzzer.run(root, OPTIONS.libfuzzer, OPTIONS.only, OPTIONS.keep, OPTIONS.jobs)
    if not OPTIONS.binary:
        parser.error("which deadwood?")
    OPTIONS.binary = os.path.abspath(OPTIONS.binary)
    # In memory where there is room for it: waiting for a disk takes half of the time.
    if "TMPDIR" not in os.environ and os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 4 << 30:
        os.environ["TMPDIR"] = "/dev/shm"
    with tempfile.TemporaryDirectory() as scratch:
        found = seeds.all_seeds(OPTIONS.binary, fixtures, f"{scratch}/seeds", random.Random(OPTIONS.seed))
    SEEDS = [seed for seed in found if fnmatch.fnmatch(seed.name, OPTIONS.only)]
    start, tally, verbs, faults = time.monotonic(), collections.Counter(), collections.Counter(), collections.Counter()
    with multiprocessing.get_context("fork").Pool(OPTIONS.jobs) as pool:
        for index, name, kind, target, ok, statuses, found in pool.imap_unordered(
                one, range(OPTIONS.first, OPTIONS.first + OPTIONS.files), 4):
            tally[kind] += 1
            tally["files"] += 1
            if ok is not None:
                tally["formats of libraries"] += 1
                tally["read by libraries"] += ok
            for verb, status in statuses:
                verbs[verb, "done" if status == 0 else "refused" if status == 1 else "crashed"] += 1
            for fault, arguments, reason in found:
                faults[fault] += 1
                print(f"{fault.upper()} --seed {OPTIONS.seed} --first {index} ({name}, {kind} of {target}): "
                      f"deadwood {' '.join(arguments)}: {reason}", flush=True)
            if time.monotonic() - start > OPTIONS.seconds:
                pool.terminate()
                break
    share = tally["read by libraries"] / max(1, tally["formats of libraries"])
    kinds = ", ".join(f"{tally[kind]} of {kind}" for kind in KINDS)
    print(f"{tally['files']} files in {time.monotonic() - start:.0f} s: {kinds}"
          f"; h5py and zipfile read {share:.0%} of theirs")
    for verb in sorted({verb for verb, _ in verbs}):
        print(f"  {verb}: " + ", ".join(f"{verbs[verb, end]} {end}" for end in ("done", "refused", "crashed")))
    print("faults: " + (", ".join(f"{count} {fault}" for fault, count in sorted(faults.items())) or "none"))
    return bool(faults) or tally["files"] == 0 or (tally["formats of libraries"] > 100 and share < 0.2)


if __name__ == "__main__":
    sys.exit(main())
