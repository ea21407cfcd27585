"""One store for each account: which object a call of the store's class returns."""

from __future__ import annotations

import functools
from typing import Any

from ...errors import complaint_of
from ...store import MetaSingleton

__all__ = ["KeyedByAccount", "OfStore", "complaint_about"]


class KeyedByAccount(MetaSingleton):
    """Makes a class return one object for each account, and the first one where none is named.

    The stores of other accounts have the settings of the first, but for what they are given, and
    share its login.
    """

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        account = str(kwargs.get("account_id") or "").strip()
        first = cls._singleton
        if first is None or not account or first.serves(account):
            return super().__call__(*args, **kwargs)
        stores: dict[str, Any] = first.others
        if account not in stores:
            settings = {**first.p._getkwargs(), **kwargs, "account_id": account}
            store = super(MetaSingleton, cls).__call__(*args, **settings)
            store.belong_to(first, account)
            stores[account] = store
        return stores[account]


class OfStore(classmethod):
    """A class method that makes something of a store, by the store or by its class.

    Parameters
    ----------
    attribute
        Name of the attribute of the store that has the class to be made.
    doc
        What it is documented as.
    """

    def __init__(self, attribute: str, doc: str) -> None:
        def make(cls: Any, *args: Any, **kwargs: Any) -> Any:
            return getattr(cls, attribute)(*args, **kwargs)

        make.__doc__ = doc
        super().__init__(make)
        self._attribute = attribute

    def __get__(self, store: Any, owner: Any = None) -> Any:
        make = getattr(owner, self._attribute)
        account = "" if store is None else store.key
        return functools.partial(make, account_id=account) if account else make


def complaint_about(made: Any, store: Any, kwargs: dict[str, Any]) -> str:
    """Return what is wrong with keywords that a feed or a broker hands on to its store: "" where
    they are parameters of the store.

    A store that is there already takes no parameters, so that a misspelt one would not be noticed.
    """
    if not hasattr(store, "params"):
        return ""
    known = [*made.params._getkeys(), *store.params._getkeys()]
    return complaint_of(type(made).__name__, kwargs, known)
