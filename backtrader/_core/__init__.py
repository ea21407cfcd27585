"""Machinery beneath the public modules: declaration, construction, lines and clocks."""
