"""Length units as microscope software writes them."""

from __future__ import annotations

import re

_UM_PER_UNIT = {
    "pm": 1e-6,
    "picometer": 1e-6,
    "å": 1e-4,
    "angstrom": 1e-4,
    "nm": 1e-3,
    "nanometer": 1e-3,
    "um": 1.0,
    "µm": 1.0,
    "micron": 1.0,
    "micrometer": 1.0,
    "mm": 1e3,
    "millimeter": 1e3,
    "cm": 1e4,
    "centimeter": 1e4,
    "m": 1e6,
    "meter": 1e6,
    "in": 25_400.0,
    "inch": 25_400.0,
}
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def um_per_unit(unit: str) -> float | None:
    r"""Return how many µm one `unit` is, None where it is no length (pixel, second).

    Spelling as found in files: both micro signs, ``\u00B5m`` written out, plural,
    British and American, any case.

    >>> um_per_unit("nm"), um_per_unit("Micrometres"), um_per_unit("\\u00B5m")
    (0.001, 1.0, 1.0)
    >>> um_per_unit("pixel") is None
    True
    """
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), unit).strip().strip('"')
    text = text.lower().replace("\N{GREEK SMALL LETTER MU}", "µ").replace("metre", "meter")
    text = {"inches": "inch", "\u212b": "å", "mkm": "um"}.get(text, text)
    if len(text) > 2:
        text = text.removesuffix("s")
    return _UM_PER_UNIT.get(text)
