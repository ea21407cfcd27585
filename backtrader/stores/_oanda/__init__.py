"""The rooms beneath OandaStore: OANDA's v20 REST API over requests."""
