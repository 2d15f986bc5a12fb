"""Runs deadwood once under limits of time and memory, and says what was wrong with how it ended."""
import hashlib, os, re, resource, signal, subprocess, threading, time
from dataclasses import dataclass, field

SECONDS, BYTES = 10, 1 << 30
# What stands in files that no command may read: the targets of external links and external storage.
SECRET = b"\x5dnobody reads this\x5d"
# What the runtime and the sanitizers write when they stop a program.
TRACE = re.compile(r"Fatal error|Stack dump|Backtrace|Thread \d+ .*crashed|Sanitizer|runtime error:|terminate called")
# Control characters, marks that turn text around, and the separators of lines that terminals do not show as such.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass
class Command:
    """One call, the files that it writes when it succeeds, and how to read those with deadwood again."""

    arguments: list
    outputs: list = field(default_factory=list)
    again: list = field(default_factory=list)


@dataclass
class Outcome:
    status: int
    stdout: str
    stderr: str
    seconds: float
    memory: int


def run(binary, arguments, folder, seconds=SECONDS):
    """Ends the process group after `seconds`, with which it counts as hanging."""
    with open(f"{folder}/../stdout", "w+b") as out, open(f"{folder}/../stderr", "w+b") as err:
        start = time.monotonic()
        process = subprocess.Popen(
            [binary, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
        timer = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf8", "backslashreplace"))
    return Outcome(process.returncode, *texts, time.monotonic() - start, usage.ru_maxrss * 1024)


def contents(folder):
    """Every file below `folder` with a digest of its bytes; links and folders by their kind."""
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(parent, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
            else:
                found[os.path.relpath(path, folder)] = "link or folder"
    return found


def faults(outcome, command, before, after, folder):
    """Each fault as a word and what it rests on."""
    text, found = outcome.stderr + outcome.stdout, []
    errors = [line for line in outcome.stderr.splitlines() if line.startswith("Error: ")]
    if outcome.status == -signal.SIGKILL and outcome.seconds >= SECONDS:
        return [("hang", f"{outcome.seconds:.0f} s")]
    if outcome.status not in (0, 1) or TRACE.search(text):
        last = text.strip().splitlines()[-1:] or [""]
        found.append(("crash", f"status {outcome.status}: {last[0][:200]}"))
    elif outcome.status == 1 and (len(errors) != 1 or not outcome.stderr.endswith(errors[0] + "\n")):
        found.append(("message", f"not one line that begins with 'Error: ': {outcome.stderr[:200]!r}"))
    if outcome.memory > BYTES:
        found.append(("memory", f"{outcome.memory >> 20} MiB"))
    if CONTROL.search(text):
        found.append(("control", f"a control character: {text[CONTROL.search(text).start():][:40]!r}"))
    written = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    allowed = set(command.outputs) if outcome.status == 0 else set()
    if written - allowed:
        found.append(("written", f"status {outcome.status} and changed or new: {sorted(written - allowed)}"))
    if outcome.status == 0:
        if set(command.outputs) - after.keys():
            found.append(("missing", f"{sorted(set(command.outputs) - after.keys())}"))
        for name in set(command.outputs) & after.keys():
            with open(f"{folder}/{name}", "rb") as file:
                if SECRET in file.read():
                    found.append(("leak", f"{name} holds bytes of a file that was not given"))
    if SECRET.decode("latin1")[1:-1] in text:
        found.append(("leak", "the text holds bytes of a file that was not given"))
    return found


def judge(binary, command, folder):
    """Runs `command` in `folder` and, when it succeeds, what reads its outputs again.

    Returns the outcome and the faults. What its outputs were is taken away again.
    """
    before = contents(folder)
    outcome = run(binary, command.arguments, folder)
    if outcome.status == -signal.SIGKILL:
        # On a busy machine a good run may be late; one that hangs does so twice.
        restore(folder, before, contents(folder))
        outcome = run(binary, command.arguments, folder)
    found = faults(outcome, command, before, contents(folder), folder)
    if outcome.status == 0 and not found:
        for arguments in command.again:
            second = run(binary, arguments, folder)
            if second.status != 0:
                found.append(("reread", f"{' '.join(arguments)}: {second.stderr.strip()[:200]}"))
    return outcome, found


def restore(folder, before, after):
    """Takes away what is new."""
    for name in sorted(after.keys() - before.keys(), reverse=True):
        path = f"{folder}/{name}"
        os.rmdir(path) if os.path.isdir(path) and not os.path.islink(path) else os.remove(path)
