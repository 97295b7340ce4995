"""The one place that decides which pixel size of a file can be trusted.

A reader passes on what the file says as `PixelSizeClaim`; nothing is ever guessed. What
is missing, zero, absurd or contradictory comes back as unknown, with a note that says so.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.images import TYPED_IN, UNKNOWN, KnownPixelSize
from rescale4dl_core.quantities import PixelSize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rescale4dl_core.images import ImageInfo


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


SMALLEST_UM = 0.001
"""1 nm; sampling of any microscope, the electron microscope included, is coarser."""

LARGEST_UM = 100.0
"""A 0.5x macro lens on a camera of 24 µm pixels, binned by two."""

LARGEST_ASPECT = 2.0
"""Height and width that differ by more are taken for a mistake in the file."""

AGREEMENT = 0.01
"""Two places in a file say the same if they differ by less than 1 %."""

TYPE_IT_IN = "Type the pixel size in to get lengths in µm."


@dataclass(frozen=True, slots=True)
class PixelSizeClaim:
    """What one place of a file says about the pixel size, in that place's own unit."""

    source: str
    """"OME-XML", "ImageJ tag", "TIFF resolution tag", ..."""

    y: float | None
    x: float | None
    z: float | None
    unit: str | None
    """None where the file gives a number without a unit."""

    @classmethod
    def per_axis(
        cls, source: str, lengths: Mapping[str, tuple[float, str | None]]
    ) -> PixelSizeClaim:
        """Build from a length and a unit for each of the axes Y, X and Z there is.

        >>> PixelSizeClaim.per_axis("OME-XML", {"Y": (200.0, "nm"), "X": (0.2, "µm")})
        PixelSizeClaim(source='OME-XML', y=0.2, x=0.2, z=None, unit='µm')
        """
        in_um: dict[str, float] = {}
        for axis, (length, unit) in lengths.items():
            scale = None if unit is None else um_per_unit(unit)
            if scale is not None:
                in_um[axis] = length * scale
            elif axis in "YX":
                return cls(source, length, length, None, unit)
        return cls(source, in_um.get("Y"), in_um.get("X"), in_um.get("Z"), "µm")


def resolve_pixel_size(
    claims: Sequence[PixelSizeClaim], *, remarks: Sequence[str] = ()
) -> KnownPixelSize:
    """Return the pixel size that all claims of a file support.

    Parameters
    ----------
    claims : sequence of PixelSizeClaim
        What the file says, in any number of places; none where it says nothing.
    remarks : sequence of str
        What the reader noticed itself, for example a printing density of 300 dpi.

    Returns
    -------
    KnownPixelSize
        The size in µm with its source; `size` is None and `source` "unknown" where no
        claim is usable or two usable ones contradict each other by more than 1 %.
    """
    notes = list(remarks)
    usable: list[tuple[str, PixelSize]] = []
    for claim in claims:
        size, reasons = _checked(claim)
        notes += reasons
        if size is not None:
            usable.append((claim.source, size))
    if not usable:
        if not notes:
            notes = ["The file does not say how large its pixels are."]
        return KnownPixelSize(None, UNKNOWN, (*notes, TYPE_IT_IN))
    source, size = usable[0]
    for other_source, other in usable[1:]:
        if not same_size(size, other):
            notes.append(
                f"The file contradicts itself: a pixel is {in_um(size)} by its {source}, "
                f"{in_um(other)} by its {other_source}. Neither is used."
            )
            return KnownPixelSize(None, UNKNOWN, (*notes, TYPE_IT_IN))
    if size.y_um == 1.0 and size.x_um == 1.0:
        notes.append(
            f"The pixel size in the file ({source}) is exactly 1 µm, which software often "
            "writes when it does not know. Check it against the microscope."
        )
    elif not size.is_square:
        notes.append(f"The pixels are not square: {in_um(size)}.")
    return KnownPixelSize(size, source, tuple(notes))


def typed_pixel_size(
    y_um: float, x_um: float | None = None, z_um: float | None = None
) -> KnownPixelSize:
    """Return a pixel size that the user typed, in µm; square where `x_um` is None.

    Raises
    ------
    QuantityError
        If a length is zero, negative, NaN or infinite.
    """
    size = PixelSize(y_um, y_um if x_um is None else x_um, z_um)
    notes = []
    if not _plausible(size.y_um) or not _plausible(size.x_um):
        notes.append(
            f"A pixel of {in_um(size)} is outside 1 nm to 100 µm. Check that it was typed "
            "in µm."
        )
    return KnownPixelSize(size, TYPED_IN, tuple(notes))


def overriding(typed: KnownPixelSize, found: KnownPixelSize) -> KnownPixelSize:
    """Return the typed size with the file's plane distance, and a note if they differ."""
    if typed.size is None or found.size is None:
        return typed
    size = replace(typed.size, z_um=found.size.z_um)
    if same_size(size, found.size):
        return replace(typed, size=size)
    note = (
        f"The file says {in_um(found.size)} per pixel ({found.source}); the "
        f"{in_um(size)} typed in is used."
    )
    return replace(typed, size=size, notes=(*typed.notes, note))


def disagreement(image: ImageInfo, mask: ImageInfo) -> tuple[str, ...]:
    """Return a note where a mask says another size than its image, whose size counts."""
    image_size, mask_size = image.known.size, mask.known.size
    if image_size is None or mask_size is None or same_size(image_size, mask_size):
        return ()
    return (
        f"{mask.name}: the mask says {in_um(mask_size)} per pixel and {image.name} says "
        f"{in_um(image_size)}. The image's size is used.",
    )


def same_size(first: PixelSize, second: PixelSize) -> bool:
    """Whether two pixel sizes agree within 1 % along rows and columns."""
    return math.isclose(first.y_um, second.y_um, rel_tol=AGREEMENT) and math.isclose(
        first.x_um, second.x_um, rel_tol=AGREEMENT
    )


def in_um(size: PixelSize) -> str:
    """Return the size in words: "0.2 µm", or "0.2 x 0.4 µm" (height x width)."""
    if size.is_square:
        return f"{size.y_um:.4g} µm"
    return f"{size.y_um:.4g} x {size.x_um:.4g} µm"


def _checked(claim: PixelSizeClaim) -> tuple[PixelSize | None, list[str]]:
    """Return the claim in µm, or None and why it cannot be used."""
    if claim.y is None and claim.x is None:
        return None, []
    where = f"in the file ({claim.source})"
    if claim.y is None or claim.x is None:
        side, other = ("width", "height") if claim.y is None else ("height", "width")
        return None, [f"The {side} of a pixel is {where}, its {other} is not."]
    scale = None if claim.unit is None else um_per_unit(claim.unit)
    if scale is None:
        unit = f"the unit {claim.unit!r}, which is no length" if claim.unit else "no unit"
        value = f"{claim.y:.4g}" if claim.y == claim.x else f"{claim.y:.4g} x {claim.x:.4g}"
        return None, [f"The pixel size {where} is {value} with {unit}."]
    y_um, x_um = _times(claim.y, scale), _times(claim.x, scale)
    given = f"The pixel size {where} is {y_um:.4g} x {x_um:.4g} µm (height x width)"
    if not all(math.isfinite(side) and side > 0 for side in (y_um, x_um)):
        return None, [f"{given}, which is no size."]
    if not (_plausible(y_um) and _plausible(x_um)):
        return None, [f"{given}; outside 1 nm to 100 µm it is taken for a mistake."]
    if max(y_um, x_um) > LARGEST_ASPECT * min(y_um, x_um):
        return None, [f"{given}; sides so different are taken for a mistake."]
    z_um = None if claim.z is None else _times(claim.z, scale)
    if z_um is None or (math.isfinite(z_um) and z_um > 0):
        return PixelSize(y_um, x_um, z_um), []
    note = f"The distance between planes {where} is {z_um:.4g} µm; it is not used."
    return PixelSize(y_um, x_um), [note]


def _times(length: float, scale: float) -> float:
    """Return the product to 12 digits, so that 1e-7 m is 0.1 µm and not 0.0999...9."""
    return length if scale == 1 else float(f"{length * scale:.12g}")


def _plausible(side_um: float) -> bool:
    return SMALLEST_UM * (1 - 1e-9) <= side_um <= LARGEST_UM * (1 + 1e-9)


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


def print_density_remark(source: str, y: float, x: float, unit: str) -> str | None:
    """Return what to say of a picture's density, which is never taken for a size.

    PNG and JPEG are written by programs for screens and paper, so that even a density
    finer than print is no proof of a calibration. Parameters as for `density_claim`.
    """
    return density_claim(source, y, x, unit)[1]
