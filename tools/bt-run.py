#!/usr/bin/env python3
"""``btrun`` for those who call it by the name of the script."""

from backtrader.btrun import btrun

if __name__ == "__main__":
    btrun()
