"""Upstream's results in ``recorded/``: one compressed file a scenario, equal parts stored once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from .encode import Plain

FOLDER = Path(__file__).resolve().parent / "recorded"
REFERENCE = "$"
SHORTEST_SHARED = 60  # characters of JSON; below that a reference saves nothing
DIGITS = 13  # significant ones kept of a float: far more than is compared


def _rounded(value: Plain) -> Plain:
    """Return `value` with its floats cut to `DIGITS`, and without the words of errors."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items() if key != "message"}
    return value


class _Pool:
    """Parts of a result, each kept once and known by its place."""

    def __init__(self) -> None:
        self.parts: list[Plain] = []
        self._places: dict[str, int] = {}

    def shared(self, value: Plain) -> Plain:
        """Return `value` with its long parts, and itself if long, replaced by references."""
        if isinstance(value, dict):
            value = {key: self.shared(item) for key, item in value.items()}
        elif isinstance(value, list):
            value = [self.shared(item) for item in value]
        else:
            return value
        text = json.dumps(value)
        if len(text) < SHORTEST_SHARED:
            return value
        if text not in self._places:
            self._places[text] = len(self.parts)
            self.parts.append(value)
        return {REFERENCE: self._places[text]}


def pack(results: dict[str, Plain]) -> bytes:
    """Return results by mode as compressed JSON; the same results give the same bytes."""
    pool = _Pool()
    shared = {mode: pool.shared(_rounded(result)) for mode, result in results.items()}
    text = json.dumps({"modes": shared, "parts": pool.parts}, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def unpack(packed: bytes) -> dict[str, Plain]:
    """Return the results by mode; equal parts are the same objects, so do not change them."""
    stored = json.loads(gzip.decompress(packed))
    parts: list[Plain] = []

    def whole(value: Plain) -> Plain:
        if isinstance(value, dict):
            if REFERENCE in value:
                return parts[value[REFERENCE]]
            return {key: whole(item) for key, item in value.items()}
        return [whole(item) for item in value] if isinstance(value, list) else value

    for part in stored["parts"]:
        parts.append(whole(part))
    return {mode: whole(result) for mode, result in stored["modes"].items()}


def save(name: str, results: dict[str, Plain], folder: Path = FOLDER) -> None:
    """Write the recording of a scenario."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json.gz").write_bytes(pack(results))


def load(name: str, folder: Path = FOLDER) -> dict[str, Plain]:
    """Return the recorded results of a scenario by mode."""
    return unpack((folder / f"{name}.json.gz").read_bytes())


def names(folder: Path = FOLDER) -> Iterator[str]:
    """Yield the names of the recorded scenarios."""
    for path in sorted(folder.glob("*.json.gz")):
        yield path.name.removesuffix(".json.gz")
