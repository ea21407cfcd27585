"""Installed for real: over upstream and back, from a wheel and from an sdist; `make replace`."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.index

ROOT = Path(__file__).resolve().parents[2]
UPSTREAM = "1.9.78.123"
LOOK = "import backtrader, os; print(backtrader.__version__, os.path.dirname(backtrader.__file__))"


class Environment:
    """A virtual environment of its own."""

    def __init__(self, folder):
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")

    def run(self, *command, **options):
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            capture_output=True,
            text=True,
            cwd=self.bin.parent,
            check=False,
            **options,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def install(self, *what):
        self.run("python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *what)

    def version(self):
        """Return the version that is imported, after a look at what is left of the other one."""
        version, folder = self.run("python", "-c", LOOK).split(maxsplit=1)
        installed = self.run("python", "-m", "pip", "freeze").splitlines()
        assert len([line for line in installed if line.startswith("backtrader")]) == 1
        ours = (Path(folder.strip()) / "_core").is_dir()
        assert ours == (version != UPSTREAM), "files of both are there"
        return version


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return Environment(tmp_path_factory.mktemp("replacing") / "venv")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Wheel and sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "-o", str(folder), str(ROOT)], check=True)
    return sorted(folder.iterdir())


def test_it_replaces_upstream_and_back(environment):
    environment.install(f"backtrader=={UPSTREAM}")
    assert environment.version() == UPSTREAM
    environment.install(str(ROOT))
    assert environment.version() != UPSTREAM
    environment.install(f"backtrader=={UPSTREAM}")
    assert environment.version() == UPSTREAM
    environment.install(str(ROOT))
    assert environment.version() != UPSTREAM


def test_the_installed_commands_run(environment):
    environment.install(str(ROOT))
    data = str(ROOT / "datas" / "2006-day-001.txt")
    ways = [("btrun",), ("python", "-m", "backtrader"), ("python", str(script(environment)))]
    printed = {environment.run(*way, "-d", data, "-st", ":MA_CrossOver", "-wr") for way in ways}
    assert len(printed) == 1 and "MA_CrossOver" in printed.pop()


def script(environment):
    return environment.bin / "bt-run.py"


def test_what_is_built_can_be_published(built):
    done = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *map(str, built)])
    assert done.returncode == 0
    assert {path.suffix for path in built} == {".gz", ".whl"}


def test_the_wheel_has_the_package_and_no_more(built):
    with zipfile.ZipFile(next(path for path in built if path.suffix == ".whl")) as wheel:
        names = wheel.namelist()
    folders = {name.partition("/")[0] for name in names}
    assert len(folders) == 3 and "backtrader" in folders, folders
    assert "backtrader/py.typed" in names
    assert not [name for name in names if name.startswith("backtrader/tests")]


def test_the_sdist_has_all_that_its_tests_need(built):
    with tarfile.open(next(path for path in built if path.suffix == ".gz")) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for needed in ("tests/conftest.py", "datas/2006-day-001.txt", "docs/conf.py", "LICENSE"):
        assert needed in names
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_sdist_installs(built, tmp_path):
    environment = Environment(tmp_path / "venv")
    environment.install(str(next(path for path in built if path.suffix == ".gz")))
    assert environment.version() != UPSTREAM
