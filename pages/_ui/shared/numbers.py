"""Amounts as a person says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.messages import plain
from rescale4dl_core.advice.wording import microns, number, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_UNITS = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def duration(hours: float) -> str:
    """Return a time in the unit that fits.

    Examples
    --------
    >>> [duration(hours) for hours in (0.004, 0.5, 2.25, 100.0)]
    ['14 s', '30 min', '2 h 15 min', '4.2 days']
    """
    minutes = round(hours * 60)
    if hours * 60 < 2:
        return f"{hours * 3600:.0f} s"
    if minutes < 60:
        return f"{minutes} min"
    if hours < 72:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{hours / 24:.1f} days"


def storage(n_bytes: float) -> str:
    """Return bytes in the unit that fits.

    Examples
    --------
    >>> [storage(n) for n in (12.0, 8_388_608.0, 2.5e9, 3e13)]
    ['12 bytes', '8.39 MB', '2.5 GB', '30 TB']
    """
    for unit, size in _UNITS:
        if n_bytes >= size:
            return f"{number(n_bytes / size)} {unit}"
    return f"{n_bytes:.0f} bytes"


def count(value: float | None) -> str:
    """Return a number of objects to three digits, "not measured" where it is unknown.

    Examples
    --------
    >>> [count(value) for value in (13_711_887.0, 12345.6, 0.25, None)]
    ['13.7 million', '12,300', '0.25', 'not measured']
    """
    if value is None:
        return "not measured"
    if value >= 1e6:
        return f"{number(value / 1e6)} million"
    return number(float(f"{value:.3g}"))


def some(n: int, noun: str) -> str:
    """Return a whole number of things.

    Examples
    --------
    >>> some(1, "image"), some(1200, "file")
    ('1 image', '1,200 files')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def change(ratio: float) -> str:
    """Return new / old of an amount.

    Examples
    --------
    >>> change(4.0), change(0.25), change(1.0)
    ('4x', '1/4', 'the same')
    """
    return "the same" if ratio == 1 else share(ratio).removesuffix(" of")


def pixel(size_um: float | None, ratio: float) -> str:
    """Return a pixel size, or how many times the sample's pixels where it is unknown.

    Examples
    --------
    >>> pixel(0.4, 2.0), pixel(None, 2.0), pixel(None, 0.5), pixel(None, 1.0)
    ('0.4 µm', '2x coarser', '2x finer', 'as taken')
    """
    return times(ratio) if size_um is None else microns(size_um)


def times(ratio: float) -> str:
    """Return a ratio of pixel sizes in words.

    Examples
    --------
    >>> times(4.0), times(0.25), times(1.0)
    ('4x coarser', '4x finer', 'as taken')
    """
    if ratio == 1:
        return "as taken"
    return f"{number(ratio)}x coarser" if ratio > 1 else f"{number(1 / ratio)}x finer"


def show_side_by_side(rows: Mapping[str, Sequence[str]], names: Sequence[str]) -> None:
    """Show `rows`, each a name and one text per column; `names` head the columns."""
    heads = " | ".join(map(plain, names))
    lines = [f"| {name} | {' | '.join(row)} |" for name, row in rows.items()]
    st.markdown(f"| | {heads} |\n|---|{'---|' * len(names)}\n" + "\n".join(lines))
