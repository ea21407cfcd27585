"""The check that nothing but the legacy files needs IbPy."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("check_ibpy", ROOT / "tools" / "check_ibpy.py")
check_ibpy = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check_ibpy)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "backtrader" / "stores").mkdir(parents=True)
    (tmp_path / "backtrader" / "__init__.py").write_text("")
    (tmp_path / "backtrader" / "stores" / "__init__.py").write_text("")
    return tmp_path


def write(project, name, text):
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "import ib",
        "import ib.ext.Contract",
        "from ib.opt import ibConnection",
        "def f():\n    from ib.ext.Order import Order",
        "import importlib\nimportlib.import_module('ib.opt')",
    ],
)
def test_an_import_of_ibpy_is_found(project, text):
    write(project, "backtrader/stores/ibstore.py", text)
    assert len(check_ibpy.imports_found(project)) == 1


@pytest.mark.parametrize("text", ["import ibind", "from . import ib", "ib = 1", "import libib"])
def test_other_names_are_left_alone(project, text):
    write(project, "backtrader/stores/other.py", text)
    assert check_ibpy.imports_found(project) == []


def test_a_legacy_file_may_import_it(project):
    write(project, "backtrader/stores/ibstore_legacy.py", "from ib.opt import ibConnection")
    assert check_ibpy.imports_found(project) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.py", 'install_requires=["IbPy>=0.8"]'),
        ("requirements.txt", "ibpy2==0.8.0"),
        ("requirements-dev.txt", "numpy\nib-py"),
        ("tox.ini", "deps =\n    IbPy"),
    ],
)
def test_a_requirement_is_found(project, name, text):
    write(project, name, text)
    assert len(check_ibpy.requirements_found(project)) == 1


def test_ibind_is_no_finding(project):
    write(project, "setup.py", 'extras_require={"ib": ["ibind[oauth]>=0.2.2"]}')
    assert check_ibpy.requirements_found(project) == []


def test_a_module_that_imports_it_in_a_roundabout_way_fails_at_run_time(project):
    text = "name = 'i' + 'b'\n__import__(name)\n"
    write(project, "backtrader/stores/sneaky.py", text)
    assert check_ibpy.imports_found(project) == []
    assert "backtrader.stores.sneaky" in check_ibpy.import_failures(project)[0]


def test_this_project_is_clean():
    assert check_ibpy.main([str(ROOT)]) == 0
