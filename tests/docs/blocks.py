"""The code blocks of the documentation, out of its sources.

A comment right before a block says what a reader need not see: in rst ``.. not run: WHY``, in
Markdown ``<!-- not run: WHY -->``. A Python block whose first line is ``# continued`` goes on where
the block before it ended.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *(ROOT / "docs").rglob("*.rst"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("*.md"),
        *ROOT.glob("*.rst"),
    ]
)
_RST = re.compile(
    r"^(?P<not>\.\. not run: (?P<why>[^\n]+)\n\n)?"
    r"(?:\.\. code-block:: (?P<kind>\w+)|::)\n\n(?P<code>(?:[ \t]+[^\n]*\n|\n)+)",
    re.MULTILINE,
)
_MARKDOWN = re.compile(
    r"^(?P<not><!-- not run: (?P<why>[^\n]+) -->\n)?```(?P<kind>\w*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SHELL = ("bash", "console", "sh")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of code in a page; `why` says why it is not run, where it is not."""

    page: str
    line: int
    kind: str
    code: str
    why: str | None

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def continues(self) -> bool:
        return self.code.startswith("# continued")


def blocks_of(path: Path) -> list[Block]:
    """Return the blocks of a page, in order."""
    text = path.read_text(encoding="utf-8")
    pattern = _MARKDOWN if path.suffix == ".md" else _RST
    return [
        Block(
            path.relative_to(ROOT).as_posix(),
            text.count("\n", 0, found.start("code")) + 1,
            found["kind"] or "text",
            textwrap.dedent(found["code"]).strip("\n") + "\n",
            found["why"],
        )
        for found in pattern.finditer(text)
    ]


def all_blocks() -> list[Block]:
    """Return the blocks of all pages."""
    return [block for page in PAGES for block in blocks_of(page)]


def python_runs() -> list[list[Block]]:
    """Return the Python blocks that are run, those that continue one together with it."""
    runs: list[list[Block]] = []
    for block in all_blocks():
        if block.kind != "python" or block.why:
            continue
        if block.continues:
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs
