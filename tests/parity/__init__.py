"""Scenarios that are run under upstream backtrader and under ours, and must come out the same.

``scenarios/`` builds them from the public API, ``recorder`` runs one and writes down all that a
user can observe, ``compare`` finds the first difference of two such results, ``recording`` keeps
upstream's results in ``recorded/``, and ``record`` makes these anew.
"""
