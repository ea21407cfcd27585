"""Rules about the files themselves, which no tool checks."""

import ast
import functools
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "backtrader"
SOURCES = {
    path.relative_to(PACKAGE): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")
}
LONGEST_MODULE = 500


@functools.cache
def imports():
    """Return the imports of each module, as nodes."""
    return {
        path: [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Import | ast.ImportFrom)]
        for path, text in SOURCES.items()
    }


def absolute_names(path):
    """Yield the dotted name of every module or name that a module imports absolutely."""
    for node in imports()[path]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers_of(*packages):
    """Return the modules that import from any of the packages, each a dotted name."""
    beginnings = tuple(f"{package}." for package in packages)
    return {
        path.as_posix()
        for path in SOURCES
        if any(f"{name}.".startswith(beginnings) for name in absolute_names(path))
    }


def test_no_module_is_too_long():
    lengths = {path.as_posix(): len(text.splitlines()) for path, text in SOURCES.items()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_the_package_does_not_import_itself_by_name():
    assert importers_of("backtrader") == set()


def test_star_imports_stand_in_package_files_alone():
    starred = {path for path, nodes in imports().items() for n in nodes if n.names[0].name == "*"}
    assert {path.as_posix() for path in starred if path.name != "__init__.py"} == set()


def test_the_former_ib_api_is_left_to_legacy_modules():
    users = importers_of("ib.ext", "ib.opt")
    assert {path for path in users if not path.endswith("_legacy.py")} == set()


def test_kernels_import_no_other_part_of_the_package():
    assert {
        path.as_posix()
        for path, nodes in imports().items()
        if path.parent.name == "_kernels"
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.level > 1
    } == set()
