"""Ready-made signals; there are none so far."""
