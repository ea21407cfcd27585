"""Run scripts one after the other in this process; as a script, under any interpreter.

``runner.py CASES RESULTS`` reads a list of ``[script, [argument, ...]]`` and writes what each
printed, both as JSON.
"""

import contextlib
import io
import json
import os
import runpy
import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

FAILED = "failed: "  # before the error of a script, in the results


def printed_by(script, arguments):
    """Return what a script of `samples` prints when run as a program."""
    path = SAMPLES / script
    kept = sys.argv, list(sys.path), set(sys.modules)
    sys.argv = [str(path), *arguments]
    sys.path.insert(0, str(path.parent))
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.argv, sys.path[:], known = kept
        for name in set(sys.modules) - known:
            # two folders may have a module of the same name
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(SAMPLES):
                del sys.modules[name]
    return output.getvalue()


def main():
    source, target = sys.argv[1:]
    results = {}
    for script, arguments in json.loads(Path(source).read_text(encoding="utf-8")):
        try:
            text = printed_by(script, arguments)
        except Exception as error:
            text = f"{FAILED}{type(error).__name__}: {error}\n"
        results[" ".join([script, *arguments])] = text
        print(script, *arguments, file=sys.stderr)
    Path(target).write_text(json.dumps(results), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "Agg")
    main()
