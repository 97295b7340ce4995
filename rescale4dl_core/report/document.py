"""A report as content only: headings, sentences, tables and figures, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from altair.typing import ChartType


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; numbers are written as a person reads them."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing in Altair; whoever renders it draws it."""

    caption: str
    in_words: str
    """What it shows, for those who cannot see it."""

    chart: ChartType


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of pixels."""

    caption: str
    in_words: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with what stands below it, in this order."""

    heading: str
    sentences: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Chart | Picture, ...] = ()
    paragraph: str = ""
    """To be copied as it stands: a methods section."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that a facility manager or a reviewer is handed."""

    title: str
    headline: str
    made_on: str
    """Day, as 2026-11-21."""

    made_by: str
    """Program and version."""

    sections: tuple[Section, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    """The same numbers for programs, ready for JSON."""
