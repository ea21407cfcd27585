"""Configuration of Sphinx; ``make docs`` builds into build/docs."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = HERE.parent / "backtrader" / "version.py"

project = "backtrader"
copyright = "the authors of backtrader"
release = re.search(r'__version__ = "([^"]+)"', VERSION.read_text(encoding="utf-8"))[1]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["build"]

html_theme = "alabaster"
html_theme_options = {"description": "Backtesting and live trading", "page_width": "1080px"}
html_static_path = []

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_custom_sections = ["Lines", "Formula", "Source"]
napoleon_use_ivar = True
default_role = "code"
myst_heading_anchors = 3
# an attribute that several classes have is not looked up further
suppress_warnings = ["ref.python"]
