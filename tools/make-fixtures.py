#!/usr/bin/env python3
"""Makes every binary file in fixtures/ again.

usage: make-fixtures.py [--retrain] [fashion | activations | layers | formats | keras1 | keras2 | pictures] ...

Needs the packages in tools/requirements.txt and, beside them, tf_keras for keras2 (Keras 2's own writer) and Pillow for
pictures. `fashion` needs Debian's dataset-fashion-mnist and keeps the trained file unless --retrain is given (a quarter of
an hour on two cores).
"""
import argparse, importlib, os, sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "fixtures"))

KINDS = ("fashion", "activations", "layers", "formats", "keras1", "keras2", "pictures")
parser = argparse.ArgumentParser()
parser.add_argument("kinds", nargs="*", choices=KINDS)
parser.add_argument("--retrain", action="store_true")
parser.add_argument("--output", default=os.path.join(here, "..", "fixtures"))
arguments = parser.parse_args()
for kind in arguments.kinds or KINDS:
    module = importlib.import_module(kind)
    module.make(arguments.output, *([arguments.retrain] if kind == "fashion" else []))
