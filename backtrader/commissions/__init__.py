"""Commission schemes for stocks and futures, with percentages or with an amount per unit."""

from __future__ import annotations

from ..comminfo import CommInfoBase

__all__ = ["CommInfo", "CommInfoBase", "CommInfo_Futures", "CommInfo_Futures_Fixed"]
__all__ += ["CommInfo_Futures_Perc", "CommInfo_Stocks", "CommInfo_Stocks_Fixed"]
__all__ += ["CommInfo_Stocks_Perc"]
__all__ += ["CommInfo_Futures_Perc", "CommInfo_Stocks", "CommInfo_Stocks_Fixed"]
__all__ += ["CommInfo_Stocks_Perc"]


class CommInfo(CommInfoBase):
    """Commission scheme whose kind follows from `margin`."""


class CommInfo_Futures(CommInfoBase):
    """Commission scheme of a futures-like instrument."""

    params = (("stocklike", False),)


class CommInfo_Futures_Perc(CommInfo_Futures):
    """Futures-like instrument whose commission is a percentage."""

    params = (("commtype", CommInfoBase.COMM_PERC),)


class CommInfo_Futures_Fixed(CommInfo_Futures):
    """Futures-like instrument whose commission is an amount per unit."""

    params = (("commtype", CommInfoBase.COMM_FIXED),)


class CommInfo_Stocks(CommInfoBase):
    """Commission scheme of a stock."""

    params = (("stocklike", True),)


class CommInfo_Stocks_Perc(CommInfo_Stocks):
    """Stock whose commission is a percentage."""

    params = (("commtype", CommInfoBase.COMM_PERC),)


class CommInfo_Stocks_Fixed(CommInfo_Stocks):
    """Stock whose commission is an amount per unit."""

    params = (("commtype", CommInfoBase.COMM_FIXED),)
