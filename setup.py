"""Packaging of backtrader; the tools are configured in ``pyproject.toml``."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent

# Each has a lower bound: `make audit` holds them to the known vulnerabilities.
EXTRAS = {
    # cryptography makes and checks keys: bt-ib
    "ib": ["cryptography>=42.0.4", "ibind[oauth]>=0.2.2", "requests>=2.33.0", "urllib3>=2.7.0"],
    "metrics": ["prometheus_client>=0.20"],
    "oanda": ["requests>=2.32.0"],
    "plotting": ["bokeh>=3.1", "matplotlib>=3.10"],
    # the simulator knows the hours of exchanges by their time zones, which Windows does not have
    "sim": [
        "aiohttp>=3.10.11",
        "cryptography>=42.0.4",
        'tzdata>=2023.3; sys_platform == "win32"',
    ],
    # 0.8.2 has no wheel for Python 3.10, and its source needs TA-Lib's library in C
    "talib": [
        'TA-Lib>=0.4.28; python_version >= "3.11"',
        'TA-Lib>=0.4.28,<0.8.2; python_version < "3.11"',
    ],
}
EXTRAS["all"] = sorted({name for names in EXTRAS.values() for name in names})
# the reference imports the simulator and its fixtures
EXTRAS["docs"] = [*EXTRAS["sim"], "myst-parser>=3.0", "pytest>=7.4", "sphinx>=7.2"]
EXTRAS["dev"] = [
    # the tests trade through the real ibind on the simulator, draw, and call TA-Lib
    *EXTRAS["ib"],
    *EXTRAS["metrics"],
    *EXTRAS["plotting"],
    *EXTRAS["sim"],
    *EXTRAS["talib"],
    "build>=1.0",
    "hypothesis>=6.80",
    "mypy>=1.8",
    "pandas>=1.5.3",
    "pytest>=7.4",
    "pytest-xdist>=3.3",
    "ruff>=0.6",
    "time-machine>=2.14",
    "tox>=4.4",
    "twine>=5.0",
]


def read_version() -> str:
    """Return ``__version__`` as written in the package, without importing it."""
    text = (HERE / "backtrader" / "version.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise RuntimeError('backtrader/version.py has no line __version__ = "..."')
    return found.group(1)


setup(
    name="backtrader",
    version=read_version(),
    description="Backtesting and live trading of strategies",
    long_description=(HERE / "README.rst").read_text(encoding="utf-8"),
    long_description_content_type="text/x-rst",
    license="GPL-3.0-or-later",
    keywords=["trading", "backtesting", "finance", "interactive brokers"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Financial and Insurance Industry",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Programming Language :: Python :: 3.14",
        "Topic :: Office/Business :: Financial",
    ],
    python_requires=">=3.10",
    packages=find_packages(include=["backtrader", "backtrader.*"]),
    package_data={"backtrader": ["py.typed"]},
    install_requires=["numpy>=1.23"],
    extras_require=EXTRAS,
    entry_points={
        "console_scripts": [
            "btrun=backtrader.btrun:btrun",
            "bt-ib=backtrader.stores._ib.command:main",
        ]
    },
    scripts=["tools/bt-run.py"],
    zip_safe=False,
)
