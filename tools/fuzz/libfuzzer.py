"""Runs the entries in Tests/Fuzzing, which the compiler's libFuzzer leads to new paths through the readers."""
import fnmatch, glob, os, shutil, subprocess, tempfile

# Where each entry begins: files of the fixtures.
CORPORA = {"JSON": ["*.json"], "HDF5": ["keras*.h5"], "Checkpoint": ["keras3-*.keras", "keras*.h5"],
           "Images": ["pictures/*/*/*"]}
LIMITS = ["-timeout=10", "-rss_limit_mb=1536", "-max_len=130000", "-print_final_stats=1"]


def run(root, seconds, only, keep, jobs):
    """Whether any entry found a fault. What it found is kept in `keep`, or in the folder where it ran."""
    keep = os.path.abspath(keep or ".")
    os.makedirs(keep, exist_ok=True)
    # Two sanitizers, of which SwiftPM passes one on.
    build = ["swift", "build", "--sanitize", "fuzzer", "-Xswiftc", "-sanitize=fuzzer,address", "-Xswiftc", "-O",
             "--scratch-path", ".build-libfuzzer"]
    environment = {**os.environ, "DEADWOOD_LIBFUZZER": "1"}
    found = False
    for name in [name for name in CORPORA if fnmatch.fnmatch(name, only)]:
        subprocess.run([*build, "--product", f"fuzz-{name}"], cwd=root, env=environment, check=True)
        with tempfile.TemporaryDirectory() as corpus:
            for pattern in CORPORA[name]:
                for path in glob.glob(f"{root}/fixtures/{pattern}"):
                    if os.path.getsize(path) < 130_000:
                        shutil.copy(path, f"{corpus}/{len(os.listdir(corpus))}")
            result = subprocess.run(
                [f"{root}/.build-libfuzzer/debug/fuzz-{name}", corpus, f"-max_total_time={seconds}", f"-fork={jobs}",
                 f"-artifact_prefix={keep}/{name}-", *LIMITS], env={**environment, "TMPDIR": corpus})
        print(f"libFuzzer: {name}: {'no fault' if result.returncode == 0 else 'a fault, see ' + keep}", flush=True)
        found |= result.returncode != 0
    return found
