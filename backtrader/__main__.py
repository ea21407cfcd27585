"""``python -m backtrader`` is ``btrun``."""

from .btrun import btrun

if __name__ == "__main__":
    btrun()
