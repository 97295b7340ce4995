"""Tells a pixel density that describes the sample from one meant for a printer."""

from __future__ import annotations

import math

from rescale4dl_core.reading.pixel_size import PixelSizeClaim
from rescale4dl_core.reading.units import um_per_unit

FINEST_PRINT_DPI = 2000
"""Printers and screens have fewer dots per inch; 2000 dpi is 12.7 µm per pixel."""

_PRINT_DPI = (
    *(72, 90, 96, 100, 120, 144, 150, 180, 200, 240, 250),
    *(300, 350, 360, 400, 600, 720, 1200),
)


def density_claim(
    source: str, y: float, x: float, unit: str
) -> tuple[PixelSizeClaim | None, str | None]:
    """Return a claim from the length per pixel `y`, `x`, or a remark that it is for print.

    Parameters
    ----------
    source : str
        Where the density was found; it opens the remark.
    y, x : float
        Length of one pixel in `unit`; NaN where the file gives 0 or no fraction.
    unit : str
        "inch" or "cm". Densities per inch up to 2000 dpi are taken for print, those
        per cm only where they are one of the customary printing densities.
    """
    scale = um_per_unit(unit)
    if scale is None or not (math.isfinite(x) and x > 0):
        return None, None
    dpi = 25_400.0 / (x * scale)
    customary = any(math.isclose(dpi, usual, rel_tol=0.01) for usual in _PRINT_DPI)
    if customary or (unit == "inch" and dpi <= FINEST_PRINT_DPI) or dpi < _PRINT_DPI[0]:
        return None, (
            f"The {source} says {dpi:.4g} dpi, a density for screens and printers that "
            "does not tell the size of a pixel on the sample."
        )
    return PixelSizeClaim(source, y, x, None, unit), None
