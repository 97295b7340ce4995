"""A scale bar of a round length, drawn into the picture so that no copy loses it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Draw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from rescale4dl_core.pictures.view import View

SHARE_OF_WIDTH = 0.22
"""The bar is the longest round length below this share of the picture's width."""

ROUND_DIGITS = (1.0, 2.0, 5.0)

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """How long the bar is, on the picture and in words."""

    length_view_px: float
    label: str
    """"20 µm", "500 nm", or "100 px" where the pixel size is unknown."""


def scale_bar_of(view: View) -> ScaleBar:
    """Return the bar that fits `view`: in µm, or in image pixels of unknown size."""
    unit_per_px = view.um_per_view_px
    if unit_per_px is None:
        length_px = round_length_below(
            view.shape[1] * SHARE_OF_WIDTH * view.image_px_per_view_px
        )
        return ScaleBar(length_px / view.image_px_per_view_px, f"{length_px:g} px")
    length_um = round_length_below(view.shape[1] * SHARE_OF_WIDTH * unit_per_px)
    return ScaleBar(length_um / unit_per_px, length_label(length_um))


def round_length_below(longest: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50, ... (or 0.5, 0.2, ...) up to `longest`.

    Examples
    --------
    >>> [round_length_below(length) for length in (73.0, 4.9, 0.15)]
    [50.0, 2.0, 0.1]
    """
    exponent = math.floor(math.log10(longest))
    candidates = [
        digit * 10.0**power for power in (exponent - 1, exponent) for digit in ROUND_DIGITS
    ]
    fitting = [length for length in candidates if length <= longest]
    return float(f"{max(fitting):.1g}")


def length_label(length_um: float) -> str:
    """Return a length with the unit that a person would use.

    Examples
    --------
    >>> length_label(0.5), length_label(20.0), length_label(2000.0)
    ('500 nm', '20 µm', '2 mm')
    """
    if length_um < 1:
        return f"{length_um * 1000:g} nm"
    if length_um < 1000:
        return f"{length_um:g} µm"
    return f"{length_um / 1000:g} mm"


def with_scale_bar(view: View) -> View:
    """Return `view` with its scale bar in the lower right corner, white on black."""
    from PIL import Image as PilImage
    from PIL import ImageDraw
    from PIL.ImageFont import load_default

    bar = scale_bar_of(view)
    rows, columns = view.shape
    unit = max(1, round(columns / 300))
    font = load_default(size=max(10, 8 * unit))
    canvas = PilImage.fromarray(np.array(view.pixels))
    draw = ImageDraw.Draw(canvas)
    text_width = font.getlength(bar.label.replace("µ", "u"))
    ascent = font.getbbox("0", anchor="ls")[1]
    plate_width = max(bar.length_view_px, text_width) + 6 * unit
    plate_height = 9 * unit - ascent
    left, top = columns - plate_width - 3 * unit, rows - plate_height - 3 * unit
    middle = left + plate_width / 2
    draw.rectangle([left, top, left + plate_width, top + plate_height], fill=BLACK)
    _write(draw, (middle - text_width / 2, top + 2 * unit - ascent), bar.label, font)
    bar_length = round(bar.length_view_px)
    bar_left, bar_top = round(middle - bar_length / 2), round(top + plate_height - 4 * unit)
    draw.rectangle(
        [bar_left, bar_top, bar_left + bar_length - 1, bar_top + 2 * unit - 1], fill=WHITE
    )
    return view.with_pixels(np.array(canvas))


def _write(
    draw: Draw, baseline: tuple[float, float], label: str, font: FreeTypeFont | ImageFont
) -> None:
    """Write `label`; the font that comes with Pillow has no µ, so a u gets its stem."""
    draw.text(baseline, label.replace("µ", "u"), fill=WHITE, font=font, anchor="ls")
    before, mu, _ = label.partition("µ")
    if mu:
        _, height, width, _ = font.getbbox("u", anchor="ls")
        left = round(baseline[0] + font.getlength(before)) + 1
        stem_width = max(1, round(width / 12))
        y = round(baseline[1])
        draw.rectangle([left, y + height, left + stem_width, y - height // 2], fill=WHITE)
