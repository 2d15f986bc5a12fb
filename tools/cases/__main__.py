"""Holds deadwood against Keras on small models, each made for one thing that could go wrong.

usage: python tools/cases DEADWOOD [PATTERN...] [--share K/N | --alone]

PATTERN: of a case's name, 'identity.*'; default: all. --share: every Nth from the Kth on, so that several can run at a
time; but for those that --alone runs, which limit, or race with, what another one would take.

Every other file in this folder holds the cases of one topic. Ends with 'N passed, N failed'; exit 1 if any failed.
"""
import fnmatch, glob, importlib, os, sys, tempfile

if len(sys.argv) < 2:
    sys.exit(__doc__.split("\n\n")[1])
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
import support

support.BINARY = os.path.abspath(sys.argv[1])
arguments, passed, failed = sys.argv[2:], 0, 0
share = arguments.pop() if arguments[-2:-1] == ["--share"] else None
alone = arguments[-1:] == ["--alone"]
wanted = [argument for argument in arguments if not argument.startswith("--")]
for path in sorted(glob.glob(os.path.join(here, "*.py"))):
    topic = os.path.basename(path)[:-3]
    if topic not in ("__main__", "support"):
        importlib.import_module(topic)
names = [name for name in support.CASES if not wanted or any(fnmatch.fnmatch(name, pattern) for pattern in wanted)]
if share or alone:
    names = [name for name in names if name.startswith(("resources.", "writing.")) == alone]
if share:
    part, number = map(int, share.split("/"))
    names = names[part - 1 :: number]
for name in names:
    test = support.CASES[name]
    with tempfile.TemporaryDirectory() as folder:
        try:
            note = test(folder) or ""
            passed += 1
            print(f"ok   {name}  {note}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAIL {name}  {type(error).__name__}: {' '.join(str(error).split())[:400]}", flush=True)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
