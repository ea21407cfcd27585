"""Fail where anything but a ``*_legacy.py`` file imports or requires IbPy.

Interactive Brokers is reached over ibind. IbPy (the package ``ib``) is not maintained, and only the
files that keep the old socket path alive may name it. Checked are, one after the other:

- the imports of every Python file, also those inside functions and ``importlib.import_module``
  calls with a literal name;
- the requirements in setup.py, pyproject.toml, tox.ini and requirements files;
- that every module of the package can be imported while ``ib`` cannot.

Run without arguments; exits with 1 and one line for each finding.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("backtrader", "samples", "contrib", "tools", "tests", "examples", "bench", "docs")
REQUIREMENTS = ("setup.py", "setup.cfg", "pyproject.toml", "tox.ini", "requirements*.txt")
_REQUIRED = re.compile(r"""(?i)(?:^|["'\s=,\[])(ibpy2?|ib-?py)(?=["'\s=<>~!;,\]]|$)""")

# imports every module of the package with `ib` kept away, but for the legacy ones
_IMPORT_ALL = """
import importlib, importlib.abc, pkgutil, sys, warnings

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "ib" or name.startswith("ib."):
            raise ImportError(f"{name} is kept away by the check")

sys.meta_path.insert(0, Blocked())
warnings.simplefilter("ignore")
import backtrader

failed = []
for module in pkgutil.walk_packages(backtrader.__path__, "backtrader."):
    if module.name.endswith("_legacy") or module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except ImportError as error:
        # an optional package that is not installed here is no business of this check
        if "kept away by the check" in str(error):
            failed.append(f"{module.name}: {error}")
if any(name == "ib" or name.startswith("ib.") for name in sys.modules):
    failed.append("something put `ib` into sys.modules")
print("\\n".join(failed))
"""


def is_ibpy(name: str | None) -> bool:
    """Whether the module `name` belongs to IbPy."""
    return name is not None and (name == "ib" or name.startswith("ib."))


def _imports(tree: ast.AST) -> Iterator[tuple[int, str | None]]:
    """Line and name of every module that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call) and node.args:
            function, first = node.func, node.args[0]
            called = getattr(function, "attr", getattr(function, "id", ""))
            literal = isinstance(first, ast.Constant) and isinstance(first.value, str)
            if called in {"import_module", "__import__"} and literal:
                yield node.lineno, str(getattr(first, "value", ""))


def imports_found(root: Path) -> list[str]:
    """Return ``file:line: what`` for each import of IbPy below `root`."""
    found = []
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    for path in [*files, *sorted(root.glob("*.py"))]:
        if path.stem.endswith("_legacy"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for line, name in _imports(tree):
            if is_ibpy(name):
                found.append(f"{path.relative_to(root)}:{line}: imports {name}")
    return found


def requirements_found(root: Path) -> list[str]:
    """Return ``file:line: text`` for each requirement of IbPy in the packaging files of `root`."""
    found = []
    for path in sorted({path for pattern in REQUIREMENTS for path in root.glob(pattern)}):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if _REQUIRED.search(text.split("#", 1)[0]):
                found.append(f"{path.relative_to(root)}:{number}: requires IbPy: {text.strip()}")
    return found


def import_failures(root: Path) -> list[str]:
    """Return what could not be imported while `ib` was kept away."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return [f"the package cannot be imported without IbPy:\n{done.stderr}"]
    return [line for line in done.stdout.splitlines() if line]


def main(arguments: list[str] | None = None) -> int:
    """Check, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="project to check")
    root = parser.parse_args(arguments).root
    found = [*imports_found(root), *requirements_found(root), *import_failures(root)]
    for line in found:
        print(line)
    print(f"IbPy: {len(found)} findings" if found else "IbPy: nothing outside *_legacy.py needs it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
