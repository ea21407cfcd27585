"""Other names for `brokers.ibbroker`, for scripts that import it from here."""

from .ibbroker import IBBroker, IBCommInfo, IBOrder, IBOrderState

__all__ = ["IBBroker", "IBBrokerIbind", "IBCommInfo", "IBOrder", "IBOrderState"]

IBBrokerIbind = IBBroker
