"""The run loops: batch, bar by bar, and over many combinations of parameters."""
