"""How numbers are written in a sentence: three digits, with their unit."""

from __future__ import annotations


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


def objects(n_objects: int) -> str:
    """Return a count such as "1 object" or "1,200 objects"."""
    return f"{n_objects:,} object{'' if n_objects == 1 else 's'}"


def names(found: tuple[str, ...], limit: int = 5) -> str:
    """Return up to `limit` names, and how many more there are.

    Examples
    --------
    >>> names(("a", "b", "c"), limit=2)
    'a, b and 1 more'
    """
    shown = ", ".join(found[:limit])
    return shown if len(found) <= limit else f"{shown} and {len(found) - limit} more"
