"""What pyfolio and quantstats take."""

from __future__ import annotations

from typing import Any

from ..analyzer import Analyzer
from ..dataseries import TimeFrame
from ..errors import MissingDependencyError
from .leverage import GrossLeverage
from .positions import PositionsValue
from .timereturn import TimeReturn
from .transactions import Transactions

__all__ = ["PyFolio"]


class PyFolio(Analyzer):
    """Returns, positions, transactions and leverage, in the form that pyfolio and quantstats take.

    Parameters
    ----------
    timeframe, compression
        Periods of the returns, see `TimeFrameAnalyzerBase`; default days.

    Results
    -------
    returns, positions, transactions, gross_lev
        The results of `TimeReturn`, `PositionsValue`, `Transactions` and `GrossLeverage`.

    Notes
    -----
    Their sheets have been drawn with pyfolio-reloaded 0.10.1 and quantstats 0.0.86 on pandas 3.1.1;
    ``tox run -e sheets`` draws them with the releases of the day.
    """

    params = (("timeframe", TimeFrame.Days), ("compression", 1))

    def __init__(self) -> None:
        self._returns = TimeReturn(timeframe=self.p.timeframe, compression=self.p.compression)
        self._positions = PositionsValue(headers=True, cash=True)
        self._transactions = Transactions(headers=True)
        self._gross_lev = GrossLeverage()

    def stop(self) -> None:
        """Put the results together."""
        super().stop()
        self.rets["returns"] = self._returns.get_analysis()
        self.rets["positions"] = self._positions.get_analysis()
        self.rets["transactions"] = self._transactions.get_analysis()
        self.rets["gross_lev"] = self._gross_lev.get_analysis()

    def get_pf_items(self) -> tuple[Any, Any, Any, Any]:
        """Return what ``pyfolio.create_full_tear_sheet`` takes; the indices are in UTC.

        With periods of days or more, positions and leverage are those at the end of each day.

        Returns
        -------
        returns : pandas.Series
            Return of each period; what quantstats takes.
        positions : pandas.DataFrame
            Value of each position, and ``cash``.
        transactions : pandas.DataFrame
            ``amount``, ``price``, ``sid``, ``symbol`` and ``value`` of each transaction.
        gross_lev : pandas.Series
            Gross leverage.

        Raises
        ------
        MissingDependencyError
            pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise MissingDependencyError("PyFolio.get_pf_items", "pandas") from error
        results = self.rets

        def frame(rows: list[Any], columns: list[str], by_day: bool = False) -> Any:
            made = pandas.DataFrame.from_records(rows, index=columns[0], columns=columns)
            index = pandas.DatetimeIndex(made.index).astype("datetime64[ns]").tz_localize("UTC")
            made.index = index.normalize() if by_day else index
            return made[~made.index.duplicated(keep="last")] if by_day else made

        days = self.p.timeframe >= TimeFrame.Days
        returns = frame(list(results["returns"].items()), ["index", "return"])["return"]
        (_, names), *entries = results["positions"].items()
        positions = frame([[key, *row] for key, row in entries], ["Datetime", *names], days)
        (key_name, (names,)), *entries = results["transactions"].items()
        rows = [[key, *row] for key, some in entries for row in some]
        transactions = frame(rows, [key_name, *names])
        levels = list(results["gross_lev"].items())
        leverage = frame(levels, ["index", "gross_lev"], days)["gross_lev"]
        return returns, positions, transactions, leverage

    def to_frame(self) -> Any:
        """Return a ``pandas.DataFrame`` with ``return``, the value of each position, ``cash`` and
        ``gross_lev``, indexed by time in UTC; without the transactions.
        """
        returns, positions, _, leverage = self.get_pf_items()
        frame = positions.join(leverage, how="outer")
        return frame.join(returns, how="left")[["return", *frame.columns]]
