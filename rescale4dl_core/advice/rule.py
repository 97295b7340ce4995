"""The rule: from a diameter, a window and a purpose to a ratio of pixel sizes.

Coverage rule: put the mean diameter at the target of the window, and keep the sample's
pixel size where it is already within a factor sqrt 2 of it. Nyquist rule, for structure
inside the cells: sample at Nyquist, and keep down to two pixels per Rayleigh distance.
See docs/decisions/0005-keep-what-you-have.md and 0006-measuring-size.md.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING

from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.window import FAITHFUL_SIZES, Window

if TYPE_CHECKING:
    from rescale4dl_core.planning.sampling import Optics
    from rescale4dl_core.quantities import PixelSize

KEEP_WITHIN = math.sqrt(2)
"""Published scales are a factor 2 apart: nearer than sqrt 2 they tell nothing apart."""


class Verdict(StrEnum):
    """What to do with the pixel size of the sample."""

    KEEP = "keep what you have"
    COARSER = "go coarser"
    FINER = "go finer"
    OPEN = "not decided"
    """Something has to be typed in first."""


def window_for(purpose: Purpose, window: Window) -> Window:
    """Return the part of `window` that serves the purpose.

    For sizes it ends at 6 %; a window that lies wholly above is returned as it is.
    """
    low_percent = max(window.low_percent, FAITHFUL_SIZES.low_percent)
    high_percent = min(window.high_percent, FAITHFUL_SIZES.high_percent)
    unchanged = (low_percent, high_percent) == (window.low_percent, window.high_percent)
    if purpose is not Purpose.SIZE or unchanged or low_percent >= high_percent:
        return window
    return Window(
        low_percent,
        high_percent,
        f"{window.source}; for sizes at most {FAITHFUL_SIZES.high_percent:g} %",
    )


def ratio_by_coverage(diameter_px: float, window: Window) -> float:
    """Return new / old pixel size that puts the diameter at the target; 1 to keep.

    Examples
    --------
    >>> from rescale4dl_core.window import PUBLISHED_WINDOW
    >>> ratio_by_coverage(50.0, PUBLISHED_WINDOW), ratio_by_coverage(12.0, PUBLISHED_WINDOW)
    (4.0, 1.0)
    """
    ratio = diameter_px / window.target_px
    near = 1 / KEEP_WITHIN <= ratio <= KEEP_WITHIN
    return 1.0 if near and window.contains(100.0 / diameter_px) else ratio


def ratio_by_nyquist(pixel_size: PixelSize | None, optics: Optics | None) -> float | None:
    """Return new / old pixel size that samples at Nyquist; 1 to keep, None if unknown.

    Examples
    --------
    >>> from rescale4dl_core.planning.sampling import Optics
    >>> from rescale4dl_core.quantities import PixelSize
    >>> ratio = ratio_by_nyquist(PixelSize.square(0.52), Optics(numerical_aperture=0.75))
    >>> round(ratio, 2)
    0.33
    """
    if pixel_size is None or optics is None:
        return None
    rayleigh_limit = optics.rayleigh_um / 2 / optics.nyquist_um
    sampling = optics.nyquist_ratio(pixel_size.mean_um)
    return 1.0 if 1 / KEEP_WITHIN <= sampling <= rayleigh_limit else 1 / sampling


def verdict_of(ratio: float | None) -> Verdict:
    """Return what a ratio means in words."""
    if ratio is None:
        return Verdict.OPEN
    if ratio == 1:
        return Verdict.KEEP
    return Verdict.COARSER if ratio > 1 else Verdict.FINER
