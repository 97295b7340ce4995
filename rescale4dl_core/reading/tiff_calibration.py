"""Where the dialects of TIFF keep the size of a pixel."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from rescale4dl_core.reading.pixel_size import PixelSizeClaim
from rescale4dl_core.reading.print_density import density_claim

if TYPE_CHECKING:
    from tifffile import TiffFile, TiffPage

    from rescale4dl_core.reading.ome_xml import OmeImage

RESOLUTION_TAG = "TIFF resolution tag"
_NO_UNIT = {"", "pixel", "pixels", "px"}
_MPP = re.compile(r"\bMPP\s*=\s*([-+0-9.eE]+)")


def pixel_size_claims(
    tiff: TiffFile, page: TiffPage, ome_image: OmeImage | None
) -> tuple[list[PixelSizeClaim], list[str]]:
    """Return what each place of the file says about the pixel size, the best place first.

    OME-XML, then the vendor's own tag, then the TIFF resolution tags, whose unit is a
    length only where no program of the field took them over. Beside the claims come
    remarks on a resolution that is a printing density.
    """
    if tiff.is_imagej and ome_image is None:
        return [_imagej_claim(tiff, page)], []
    claims = [ome_image.claim] if ome_image is not None else []
    if tiff.is_stk:
        claims += _metamorph_claims(tiff)
    elif tiff.is_lsm:
        claims += _lsm_claims(tiff)
    elif tiff.is_svs:
        claims += _svs_claims(page)
    claim, remark = _resolution_claim(page)
    if claim is not None:
        claims.append(claim)
    has_better = any(claim.x is not None for claim in claims)
    return claims, [remark] if remark and not has_better else []


def _imagej_claim(tiff: TiffFile, page: TiffPage) -> PixelSizeClaim:
    """Return ImageJ's calibration: pixels per unit in the tags, the unit in the header."""
    header = tiff.imagej_metadata or {}
    unit = str(header.get("unit", ""))
    if unit in _NO_UNIT:
        return PixelSizeClaim("ImageJ tag", None, None, None, None)
    spacing = header.get("spacing")
    return PixelSizeClaim(
        "ImageJ tag",
        _length_per_pixel(page, "YResolution"),
        _length_per_pixel(page, "XResolution"),
        float(spacing) if isinstance(spacing, int | float) else None,
        unit,
    )


def _metamorph_claims(tiff: TiffFile) -> list[PixelSizeClaim]:
    header = tiff.stk_metadata or {}
    if not header.get("SpatialCalibration"):
        return []
    return [
        PixelSizeClaim(
            "MetaMorph UIC1 tag",
            float(header["YCalibration"]),
            float(header["XCalibration"]),
            None,
            str(header.get("CalibrationUnits", "")).strip("\0 "),
        )
    ]


def _lsm_claims(tiff: TiffFile) -> list[PixelSizeClaim]:
    header = tiff.lsm_metadata or {}
    y, x, z = (header.get(f"VoxelSize{axis}") for axis in "YXZ")
    return [PixelSizeClaim("LSM tag", y, x, z, "m")]


def _svs_claims(page: TiffPage) -> list[PixelSizeClaim]:
    """Return the microns per pixel that Aperio writes in the description."""
    found = _MPP.search(page.description)
    if found is None:
        return []
    side_um = float(found[1])
    return [PixelSizeClaim("SVS header", side_um, side_um, None, "µm")]


def _resolution_claim(page: TiffPage) -> tuple[PixelSizeClaim | None, str | None]:
    """Return the resolution tags as a claim, or a remark where they are about paper."""
    unit = page.tags.valueof("ResolutionUnit", 2)
    y = _length_per_pixel(page, "YResolution")
    x = _length_per_pixel(page, "XResolution")
    if y is None or x is None or unit not in (2, 3):
        return None, None
    return density_claim(RESOLUTION_TAG, y, x, "inch" if unit == 2 else "cm")


def _length_per_pixel(page: TiffPage, tag: str) -> float | None:
    """Return 1 / resolution in the tag's unit, NaN where the fraction means nothing."""
    value = page.tags.valueof(tag)
    if value is None:
        return None
    pixels, per_lengths = value
    return per_lengths / pixels if pixels and per_lengths else math.nan
