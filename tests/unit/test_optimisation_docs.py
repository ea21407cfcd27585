"""The examples of docs/optimisation.rst run; those of Dask and Ray where they are installed."""

import ast
import importlib.util
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "optimisation.rst").read_text(encoding="utf-8")
BLOCKS = re.findall(r"\.\. code-block:: python\n\n((?:    .*\n|\n)+)", TEXT)
PACKAGES = ("dask", "ray")


def packages(code):
    """Return the optional packages that the code imports."""
    nodes = list(ast.walk(ast.parse(code)))
    names = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom)]
    return [name for name in PACKAGES if name in {each.partition(".")[0] for each in names}]


def case(block):
    code = textwrap.dedent(block)
    needed = packages(code)
    marks = [getattr(pytest.mark, name) for name in needed]
    return pytest.param(code, needed, marks=marks, id="-".join(["example", *needed]))


@pytest.mark.parametrize(("code", "needed"), [case(block) for block in BLOCKS])
def test_the_example_runs(code, needed, tmp_path):
    for name in needed:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    script = tmp_path / "example.py"
    script.write_text(code, encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    assert len(finished.stdout.splitlines()) == 4 or "4 runs" in finished.stdout


def test_there_is_an_example_of_each():
    assert [packages(textwrap.dedent(block)) for block in BLOCKS] == [[], [], ["dask"], ["ray"]]
