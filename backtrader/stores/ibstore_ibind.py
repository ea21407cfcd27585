"""Another name for `stores.ibstore`, for scripts that import it from here."""

from .ibstore import IBStore, RTVolume

__all__ = ["IBStore", "IBStoreIbind", "RTVolume"]

IBStoreIbind = IBStore
