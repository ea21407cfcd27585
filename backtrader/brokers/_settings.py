"""What can be set on the simulated broker, and its defaults."""

from __future__ import annotations

from typing import Any

from ..broker import BrokerBase


class Settings(BrokerBase):
    """Parameters of the simulated broker, and the methods that set them."""

    params: Any = {
        # the account
        **{"cash": 10000.0, "checksubmit": True, "eosbar": False, "filler": None},
        # slippage
        **{"slip_perc": 0.0, "slip_fixed": 0.0, "slip_open": False},
        **{"slip_match": True, "slip_limit": True, "slip_out": False},
        # cheating, interest and short sales
        **{"coc": False, "coo": False, "int2pnl": True, "shortcash": True},
        # the account as a fund
        **{"fundstartval": 100.0, "fundmode": False},
    }

    def set_checksubmit(self, checksubmit: bool) -> None:
        """Set whether orders are checked against the cash before they are accepted."""
        self.p.checksubmit = checksubmit

    def set_eosbar(self, eosbar: bool) -> None:
        """Set whether a bar with the time of the session's end counts as the end of the session."""
        self.p.eosbar = eosbar

    seteosbar = set_eosbar

    def set_filler(self, filler: Any) -> None:
        """Set what decides how much of an order a bar executes, a callable; None for all of it."""
        self.p.filler = filler

    def set_coc(self, coc: bool) -> None:
        """Set whether market orders are executed at the close of the bar in which they were
        issued."""
        self.p.coc = coc

    def set_coo(self, coo: bool) -> None:
        """Set whether market orders may be executed at the open of the bar in which they were
        issued."""
        self.p.coo = coo

    def set_int2pnl(self, int2pnl: bool) -> None:
        """Set whether interest is counted in the profit of the trade that closes the position."""
        self.p.int2pnl = int2pnl

    def set_shortcash(self, shortcash: bool) -> None:
        """Set whether selling a stock short brings cash; otherwise it binds cash."""
        self.p.shortcash = shortcash

    def set_fundstartval(self, fundstartval: float) -> None:
        """Set the value of a share of the fund at the start."""
        self.p.fundstartval = fundstartval

    def set_fundmode(self, fundmode: bool, fundstartval: float | None = None) -> None:
        """Set whether the account is seen as a fund, and the value of a share at the start."""
        self.p.fundmode = fundmode
        if fundstartval is not None:
            self.set_fundstartval(fundstartval)

    def get_fundmode(self) -> bool:
        """Whether the account is seen as a fund."""
        mode: bool = self.p.fundmode
        return mode

    fundmode = property(
        lambda self: self.get_fundmode(),
        lambda self, value: self.set_fundmode(value),
        doc="Whether the account is seen as a fund.",
    )

    def set_slippage_perc(
        self,
        perc: float,
        slip_open: bool = True,
        slip_limit: bool = True,
        slip_match: bool = True,
        slip_out: bool = False,
    ) -> None:
        """Have prices slip by a fraction.

        Parameters
        ----------
        perc
            0.01 is one percent.
        slip_open
            Whether executions at the open slip.
        slip_limit
            Whether limit orders are brought back into the bar where `slip_match` is off.
        slip_match
            Whether a price that slips out of the bar is brought back to its high or low; otherwise
            the order is not executed.
        slip_out
            Whether such a price stands although the bar does not have it.
        """
        self._set_slippage(perc, 0.0, slip_open, slip_limit, slip_match, slip_out)

    def set_slippage_fixed(
        self,
        fixed: float,
        slip_open: bool = True,
        slip_limit: bool = True,
        slip_match: bool = True,
        slip_out: bool = False,
    ) -> None:
        """Have prices slip by an amount; the rest as in `set_slippage_perc`."""
        self._set_slippage(0.0, fixed, slip_open, slip_limit, slip_match, slip_out)

    def _set_slippage(
        self,
        perc: float,
        fixed: float,
        slip_open: bool,
        slip_limit: bool,
        slip_match: bool,
        slip_out: bool,
    ) -> None:
        p = self.p
        p.slip_perc, p.slip_fixed = perc, fixed
        p.slip_open, p.slip_limit = slip_open, slip_limit
        p.slip_match, p.slip_out = slip_match, slip_out
