"""Stores: connections to brokers that feeds and brokers share."""
