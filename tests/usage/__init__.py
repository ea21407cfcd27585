"""Scripts as people write them for backtrader; each must print under ours what it prints upstream.

``scripts/`` holds them, ``runner`` runs them and keeps what they print, ``record`` writes down
upstream's prints in ``recorded.json.gz``. The scripts are in the manner of what is found in forums
and repositories, quirks included, so the house style does not count for them.
"""
