"""The store that knows where Visual Chart keeps its files."""

from __future__ import annotations

import os
from typing import Any, ClassVar

from ..feeds import vchartfile
from ..store import Store

__all__ = ["VChartFile"]

_KEY = r"SOFTWARE\VCG\Visual Chart 6\Config"


class VChartFile(Store):
    """Knows the folder of Visual Chart's data.

    Parameters
    ----------
    path : None
        The folder; default the one that Visual Chart noted in the registry of Windows, or none.
    """

    params: Any = {"path": None}

    DataCls: ClassVar[Any] = vchartfile.VChartFile

    def __init__(self) -> None:
        self._path: str = self.p.path or _installed_path()

    def get_datapath(self) -> str:
        """Return the folder; empty where none is known."""
        return self._path


def _installed_path() -> str:
    """The folder that the registry of Windows names; empty where there is none."""
    try:
        import winreg
    except ImportError:
        return ""
    registry: Any = winreg
    for root in (registry.HKEY_CURRENT_USER, registry.HKEY_LOCAL_MACHINE):
        try:
            with registry.OpenKey(root, _KEY) as key:
                folder = registry.QueryValueEx(key, "DocsDirectory")[0]
        except OSError:
            continue
        return os.path.join(folder, "Realserver", "Data", "01")
    return ""


vchartfile.VChartFile._store_class = VChartFile
