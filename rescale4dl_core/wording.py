"""How numbers are written for a person: three digits, in the unit that fits."""

from __future__ import annotations

_BYTES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def number(value: float) -> str:
    """Return `value` with three significant digits, without an exponent.

    Examples
    --------
    >>> number(0.123456), number(12.0), number(1234567)
    ('0.123', '12', '1,234,567')
    """
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return text if "e" not in text else f"{value:.9f}".rstrip("0")


def about(count: float) -> str:
    """Return a count to the three digits that mean something.

    Examples
    --------
    >>> about(204_895.3), about(12.0)
    ('205,000', '12')
    """
    return number(float(f"{count:.3g}"))


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
    return about(value)


def counted(n: int, noun: str) -> str:
    """Return a whole number of things.

    Examples
    --------
    >>> counted(1, "image"), counted(1200, "file")
    ('1 image', '1,200 files')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def names(found: tuple[str, ...], limit: int = 5) -> str:
    """Return up to `limit` names, and how many more there are.

    Examples
    --------
    >>> names(("a", "b", "c"), limit=2)
    'a, b and 1 more'
    """
    shown = ", ".join(found[:limit])
    return shown if len(found) <= limit else f"{shown} and {len(found) - limit} more"


def times(ratio: float) -> str:
    """Return a factor such as "2.5x"."""
    return f"{number(ratio)}x"


def share(ratio: float) -> str:
    """Return a ratio as a person says it: "1/6.25 of" below 1, "4x" from 1 on.

    Examples
    --------
    >>> share(0.16), share(4.0)
    ('1/6.25 of', '4x')
    """
    return times(ratio) if ratio >= 1 else f"1/{number(1 / ratio)} of"


def change(ratio: float) -> str:
    """Return new / old of an amount.

    Examples
    --------
    >>> change(4.0), change(0.25), change(1.0)
    ('4x', '1/4', 'the same')
    """
    return "the same" if ratio == 1 else share(ratio).removesuffix(" of")


def coarser_or_finer(ratio: float) -> str:
    """Return a ratio of pixel sizes in words.

    Examples
    --------
    >>> coarser_or_finer(4.0), coarser_or_finer(0.25), coarser_or_finer(1.0)
    ('4x coarser', '4x finer', 'as taken')
    """
    if ratio == 1:
        return "as taken"
    return f"{number(ratio)}x coarser" if ratio > 1 else f"{number(1 / ratio)}x finer"


def microns(length_um: float) -> str:
    """Return a length such as "0.62 µm", in nm where that is what a person would say.

    Examples
    --------
    >>> microns(0.0799), microns(0.0046)
    ('0.0799 µm', '4.6 nm')
    """
    if length_um < 0.01:
        return f"{number(1000 * length_um)} nm"
    return f"{number(length_um)} µm"


def pixel(size_um: float | None, ratio: float) -> str:
    """Return a pixel size, or how many times the sample's pixels where it is unknown.

    Examples
    --------
    >>> pixel(0.4, 2.0), pixel(None, 2.0), pixel(None, 0.5), pixel(None, 1.0)
    ('0.4 µm', '2x coarser', '2x finer', 'as taken')
    """
    return coarser_or_finer(ratio) if size_um is None else microns(size_um)


def dose(j_per_cm2: float) -> str:
    """Return a light dose in the unit that keeps it short.

    Examples
    --------
    >>> dose(12.0), dose(0.000842), dose(2e-8)
    ('12 J/cm²', '0.842 mJ/cm²', '0.02 µJ/cm²')
    """
    for unit, size in (("J", 1.0), ("mJ", 1e-3)):
        if j_per_cm2 >= 0.1 * size:
            return f"{number(j_per_cm2 / size)} {unit}/cm²"
    return f"{number(j_per_cm2 / 1e-6)} µJ/cm²"


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
    for unit, size in _BYTES:
        if n_bytes >= size:
            return f"{number(n_bytes / size)} {unit}"
    return f"{n_bytes:.0f} bytes"
