"""The fonts of a PDF, and which of them has which letter."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.metadata import distribution
from itertools import groupby

FONT, BOLD = "DejaVuSans", "DejaVuSans-Bold"
"""Latin, Greek, Cyrillic and many more; Matplotlib carries the files, and they may be
embedded freely."""

EAST_ASIAN = (
    ("STSong-Light", ((0x2E80, 0x30FF), (0x3200, 0x9FFF), (0xF900, 0xFAFF))),
    ("HYSMyeongJo-Medium", ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))),
)
"""Fonts that a PDF names and every reader supplies, with their ranges of letters."""


def marked_up(text: str) -> str:
    """Return `text` for a ReportLab paragraph, each run of letters in a font that has them.

    Letters that no font has are printed as "?".
    """
    one_line = " ".join(text.split())
    return "".join(
        _run(font, "".join(letters)) for font, letters in groupby(one_line, key=_font_of)
    )


def shortened(text: str, most: int) -> str:
    """Return `text`, the middle left out where it has more than `most` letters.

    Examples
    --------
    >>> shortened("a_very_long_name.tif", 9)
    'a_ve….tif'
    """
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"


@cache
def register_fonts() -> frozenset[int]:
    """Make the fonts known to ReportLab, and return what the first one can print."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    fonts = distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf")
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(fonts.joinpath(f"{name}.ttf"))))
    for name, _ in EAST_ASIAN:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(pdfmetrics.getFont(FONT).face.charToGlyph)


def _font_of(letter: str) -> str | None:
    """Return the font for a letter, "" for the paragraph's own, None where none has it."""
    code = ord(letter)
    if code in register_fonts():
        return ""
    for font, ranges in EAST_ASIAN:
        if any(first <= code <= last for first, last in ranges):
            return font
    return None


def _run(font: str | None, letters: str) -> str:
    if font is None:
        return "?" * len(letters)
    return f'<font name="{font}">{escape(letters)}</font>' if font else escape(letters)
