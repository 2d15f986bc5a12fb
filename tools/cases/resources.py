"""What the system refuses: threads, and memory. Every verb does with less, or ends with one line; none hangs."""
import itertools, os, resource, signal, subprocess, tempfile, time
import support
from support import *

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../fixtures")
MODEL, IMAGES = f"{FIXTURES}/fashion-basicnet.h5", f"{FIXTURES}/fashion-test.h5"
TRAINING = f"train --network basicnet --width 0.1 --dataset hdf5 --data {IMAGES} --max-steps 6 -o t.h5"
VERBS = [
    f"inspect {MODEL}",
    f"analyze {MODEL} --corpus {IMAGES} --limit 64 --batch 64",
    f"prune {MODEL} -o c.h5",
    f"compress {MODEL} -o c.h5 --corpus {IMAGES} --limit 20 --seconds 0.05 --threads 1",
    f"predict {MODEL} --input {IMAGES} --output y.h5 --batch 500",
    f"evaluate {MODEL} --data {IMAGES} --batch 500",
    f"benchmark {MODEL} --seconds 0.05 --threads 1",
    TRAINING,
    f"train --from {MODEL} --dataset hdf5 --data {IMAGES} --max-steps 2 -o t.h5",
    f"convert {MODEL} -o k.keras",
    f"convert {IMAGES} -o k.h5",
    "simulate --steps 10",
]


def limited(line, limit=None, user=None):
    """Status, standard output, and lines on the standard error, in a folder of its own; status and files are checked."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)

        def prepare():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if user:
                os.setgroups([]), os.setgid(user), os.setuid(user)
            if limit:
                resource.setrlimit(*limit)

        r = subprocess.run([support.BINARY, *line.split()], cwd=folder, capture_output=True, text=True, timeout=120, preexec_fn=prepare,
                           env={**os.environ, "TMPDIR": folder})
        lines, files = r.stderr.splitlines(), os.listdir(folder)
        if r.returncode == 1:
            assert len([x for x in lines if x.startswith("Error: ")]) == 1 and lines[-1].startswith("Error: "), (line, lines)
        assert not [x for x in files if x.startswith(".deadwood")], (line, files)
        return r.returncode, r.stdout, lines


def no_threads():
    """A limit under which no thread can be started. Root is not held to it, and becomes a user without processes."""
    return dict(limit=(resource.RLIMIT_NPROC, (1, 1)), user=54321 if os.getuid() == 0 else None)


@case
def threads(_):
    if subprocess.run(["setpriv", "--reuid", "54321", "test", "-x", support.BINARY]).returncode and os.getuid() == 0:
        return "not run: other users may not run the program"
    for line in VERBS:
        status, _, lines = limited(line, **no_threads())
        assert status == 0, (line, status, lines)
        assert len([x for x in lines if "refuses more threads" in x]) == 1, (line, lines)
    status, _, lines = limited(f"benchmark {MODEL} --seconds 0.05 --threads 1,4", **no_threads())
    assert status == 1 and "grants 1 of 4 threads" in lines[-1], lines


def default(number):
    """Has a signal end the process again that inherits to ignore it."""
    signal.signal(number, signal.SIG_DFL)


@case
def signals_without_threads(_):
    for number, status in ((2, 130), (15, 143)):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            limits = no_threads()

            def prepare():
                # What was started in the background may be told to ignore it.
                default(2)
                if limits["user"]:
                    os.setgroups([]), os.setgid(limits["user"]), os.setuid(limits["user"])
                resource.setrlimit(*limits["limit"])

            run = subprocess.Popen([support.BINARY, *TRAINING.replace("--max-steps 6", "--epochs 900").split()], cwd=folder,
                                   stderr=subprocess.PIPE, text=True, preexec_fn=prepare)
            while "pixels: " not in run.stderr.readline():
                pass
            time.sleep(1)
            run.send_signal(number)
            assert "--resume goes on" in run.communicate(timeout=300)[1] and run.returncode == status, run.returncode
            assert sorted(os.listdir(folder)) == ["t.h5", "t.h5.training"]


@case
def memory(_):
    refused = 0
    # Below, libraries end the process before it begins.
    for line, size in itertools.product(VERBS, range(120, 360, 16)):
        status, _, lines = limited(line, limit=(resource.RLIMIT_AS, (size << 20, size << 20)))
        assert status in (0, 1), (line, size, status, lines)
        if status == 1:
            assert "memory" in lines[-1] or "MiB" in lines[-1], (line, size, lines)
            refused += 1
    assert refused > 10, refused
    return f"{refused} runs ended for want of memory"
