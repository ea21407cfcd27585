"""The brokers: the simulated one, and those of live trading as far as they are installed."""

from .bbroker import BackBroker, BrokerBack

__all__ = ["BackBroker", "BrokerBack"]
