"""A dictionary with both an order and a factory for missing values."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

__all__ = ["OrderedDefaultdict"]


class OrderedDefaultdict(OrderedDict[Any, Any]):
    """Be an ordered dictionary that makes missing values.

    Parameters
    ----------
    *args
        The factory, a callable without arguments, or ``None`` (missing keys then raise
        ``KeyError``); after it whatever ``OrderedDict`` takes.
    **kwargs
        Items.

    Raises
    ------
    TypeError
        The factory is neither callable nor ``None``.
    """

    default_factory: Callable[[], Any] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        factory, *contents = args or (None,)
        if not (factory is None or callable(factory)):
            raise TypeError(
                f"OrderedDefaultdict: the first argument must be callable or None, not {factory!r}"
            )
        self.default_factory = factory
        super().__init__(*contents, **kwargs)

    def __missing__(self, key: Any) -> Any:
        if self.default_factory is None:
            raise KeyError(key)
        made = self[key] = self.default_factory()
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        factory = () if self.default_factory is None else (self.default_factory,)
        return type(self), factory, None, None, iter(self.items())

    def copy(self) -> "OrderedDefaultdict":
        """Return a shallow copy with the same factory."""
        return type(self)(self.default_factory, self)

    __copy__ = copy
