"""A report as Markdown: words and tables; figures are named by their captions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.report.document import Report, Section, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_ADDRESS = re.compile(
    r"(?<!\S)(https?://[\w.~:/?#@!$&()*+,;=%-]+[\w/])(?=[.,;:)]*(?:\s|$))"
)
"""A word that is an address, without the punctuation behind it."""


def report_markdown(report: Report) -> str:
    """Return `report` as Markdown, every text in it letter by letter."""
    parts = [
        f"# {_plain(report.title)}",
        f"{_plain(report.made_by)}, {_plain(report.made_on)}",
        *(_section(section) for section in report.sections),
    ]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    parts = [f"## {_plain(section.heading)}"]
    parts += [_plain(sentence) for sentence in section.sentences]
    if section.bullets:
        parts.append("\n".join(f"- {_plain(bullet)}" for bullet in section.bullets))
    parts += [f"*Figure (see HTML or PDF): {_plain(f.caption)}*" for f in section.figures]
    parts += [_table(table) for table in section.tables]
    if section.paragraph:
        parts.append(f"> {_plain(section.paragraph)}")
    return "\n\n".join(parts)


def _table(table: Table) -> str:
    rule = "|".join("---" for _ in table.columns)
    lines = [
        f"**{_plain(table.caption)}**",
        "",
        _row(table.columns),
        f"|{rule}|",
        *map(_row, table.rows),
    ]
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return `text` on one line, nothing in it read as Markdown or HTML but addresses."""
    parts = _ADDRESS.split(" ".join(text.split()))
    return "".join(
        f"<{part}>" if index % 2 else _SPECIAL.sub(r"\\\1", part)
        for index, part in enumerate(parts)
    )
