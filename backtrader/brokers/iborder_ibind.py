"""Other names for the orders of `brokers.ibbroker`, for scripts that import them from here."""

from .ibbroker import IBOrder, IBOrderState

__all__ = ["IBOrder", "IBOrderIbind", "IBOrderState"]

IBOrderIbind = IBOrder
