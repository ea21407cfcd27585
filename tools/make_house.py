"""Draw the house: docs/house.svg, the floors of the package and who imports whom, from its imports.

usage: python tools/make_house.py [--check]

Every module stands on a floor and imports from its own and those below it. The drawing has a box
for each floor with its rooms, and at its side the floors that it imports from. An import that goes
up is an error, and so is a module without a floor. With --check nothing is written: exit status 1
where the drawing is not that of the code.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "backtrader"
TARGET = ROOT / "docs" / "house.svg"

# From the ground up: name, and what stands there. A name with a dot wins over its package's.
FLOORS: tuple[tuple[str, str], ...] = (
    ("Ground", "errors version mathsupport utils _kernels _core"),
    ("Components", "metabase"),
    ("Lines", "lineroot linebuffer lineseries"),
    ("Evaluation", "lineiterator functions indicator dataseries"),
    ("Bars in", "resamplerfilter tradingcal timer flt filters feed feeds _core.resampled"),
    (
        "Orders out",
        "order position trade comminfo commissions fillers sizer sizers broker brokers store"
        " _core.notices _core.ordering",
    ),
    (
        "User logic, and what watches it",
        "indicators studies talib signal signals strategy strategies observer observers analyzer"
        " analyzers summary writer _core.signalling _core.course",
    ),
    ("Cerebro", "cerebro _engine"),
    (
        "The outside world",
        "plot btrun stores ibsim __main__ feeds.ibdata feeds.ibdata_legacy feeds.iboptions"
        " feeds.oanda feeds.vcdata"
        " brokers.ibbroker brokers.ibbroker_ibind brokers.ibbroker_legacy brokers.iborder_ibind"
        " brokers.oandabroker brokers.vcbroker brokers._ibcalls brokers._ibguard"
        " brokers._ibpositions",
    ),
)
# These hand names on, also those of other floors, and do nothing else.
_PORCHES = {"", "brokers", "feeds", "stores"}
_FLOOR_OF = {room: number for number, (_, rooms) in enumerate(FLOORS) for room in rooms.split()}

WIDTH, HEIGHT, GAP, MARGIN, RAIL = 720, 62, 12, 16, 96


def modules() -> dict[str, Path]:
    """Return the files of the package by the names of their modules below it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path
    return found


def floor_of(module: str) -> int:
    """Return the number of the floor on which a module stands."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        floor = _FLOOR_OF.get(".".join(parts[:length]))
        if floor is not None:
            return floor
    raise LookupError(f"tools/make_house.py: {module} has no floor")


def imports() -> Iterator[tuple[str, str]]:
    """Yield importer and imported for each import at the top of a module, of another module."""
    files = modules()
    for module, path in files.items():
        package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            origin = ".".join(part for part in base if part)
            for alias in node.names:
                whole = f"{origin}.{alias.name}" if origin else alias.name
                target = whole if whole in files else origin
                if target != module:
                    yield module, target


def floors_imported() -> list[set[int]]:
    """Return for each floor those below it that it imports from.

    Raises
    ------
    ImportError
        An import goes up.
    """
    below: list[set[int]] = [set() for _ in FLOORS]
    for importer, imported in imports():
        if importer in _PORCHES or imported in _PORCHES:
            continue
        high, low = floor_of(importer), floor_of(imported)
        if low > high:
            raise ImportError(f"{importer} ({FLOORS[high][0]}) imports {imported} above it")
        if low < high:
            below[high].add(low)
    return below


def _box(floor: int, top: int) -> list[str]:
    name, rooms = FLOORS[floor]
    lines = _wrapped(_short(rooms))
    height = HEIGHT if len(lines) < 3 else HEIGHT + 16 * (len(lines) - 2)
    parts = [
        f'<rect x="{MARGIN}" y="{top}" width="{WIDTH}" height="{height}" rx="4"/>',
        f'<text class="name" x="{MARGIN + 12}" y="{top + 20}">{floor}  {escape(name)}</text>',
    ]
    for number, line in enumerate(lines):
        parts.append(f'<text x="{MARGIN + 12}" y="{top + 38 + 16 * number}">{escape(line)}</text>')
    return [str(height), *parts]


def _short(rooms: str) -> list[str]:
    return [room for room in rooms.split() if not room.endswith("_legacy")]


def _wrapped(words: list[str], longest: int = 96) -> list[str]:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > longest:
            lines.append("")
        lines[-1] += f"{word}  "
    return [line.rstrip() for line in lines]


def drawing() -> str:
    """Return the drawing as svg, the highest floor on top."""
    below = floors_imported()
    parts, top = [], MARGIN
    for floor in reversed(range(len(FLOORS))):
        height, *box = _box(floor, top)
        parts += box
        if below[floor]:
            told = " ".join(str(number) for number in sorted(below[floor]))
            x, y = MARGIN + WIDTH + 12, top + int(height) // 2
            parts.append(f'<text x="{x}" y="{y - 4}">imports from</text>')
            parts.append(f'<text class="name" x="{x}" y="{y + 14}">{told}</text>')
        top += int(height) + GAP
    width, height_all = 2 * MARGIN + WIDTH + RAIL + 30, top - GAP + MARGIN
    style = "rect{fill:#f6f6f2;stroke:#555}text{font:12px sans-serif}.name{font-weight:bold}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height_all}"'
        f' width="{width}" height="{height_all}" role="img">'
    )
    title = "<title>The floors of the package, and which floors each imports from</title>"
    return "\n".join([head, title, f"<style>{style}</style>", *parts, "</svg>", ""])


def main(arguments: list[str] | None = None) -> int:
    """Write or check the drawing, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    text = drawing()
    if parser.parse_args(arguments).check:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        return 0 if current == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
