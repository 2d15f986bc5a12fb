"""Holds deadwood against Keras on small models, each made for one thing that could go wrong.

usage: python tools/cases DEADWOOD [PATTERN...]     (PATTERN: of a case's name, 'identity.*'; default: all)

Every other file in this folder holds the cases of one topic. Ends with 'N passed, N failed'; exit 1 if any failed.
"""
import fnmatch, glob, importlib, os, sys, tempfile

if len(sys.argv) < 2:
    sys.exit(__doc__.split("\n\n")[1])
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
import support

support.BINARY = os.path.abspath(sys.argv[1])
wanted, passed, failed = sys.argv[2:], 0, 0
for path in sorted(glob.glob(os.path.join(here, "*.py"))):
    topic = os.path.basename(path)[:-3]
    if topic not in ("__main__", "support"):
        importlib.import_module(topic)
for name, test in support.CASES.items():
    if wanted and not any(fnmatch.fnmatch(name, pattern) for pattern in wanted):
        continue
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
