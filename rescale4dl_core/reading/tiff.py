"""TIFF in all its dialects: plain, BigTIFF, OME, ImageJ, MetaMorph, SVS, LSM.

One page decoded, what each dialect claims of the pixel size, and the header.
"""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.limits import (
    HEADER_BYTES,
    require_believable_planes,
    require_stated_size,
)
from rescale4dl_core.reading.ome_xml import OmeImage, ome_images, trusted_ome_xml
from rescale4dl_core.reading.opened import (
    IN_PLANE,
    UNNAMED,
    OpenedImage,
    channel_names,
    chosen_scene,
    named,
)
from rescale4dl_core.reading.pixel_size import (
    PixelSizeClaim,
    density_claim,
    resolve_pixel_size,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tifffile import TiffFile, TiffFrame, TiffPage, TiffPageSeries


_STREAMS_WITH_A_SIZE = {6, 7, 33003, 33005, 34712, 34892}
"""Compression tags of JPEG and JPEG 2000."""


def decode_plane(
    tiff: TiffFile, series: TiffPageSeries, path: Path, index: tuple[int | slice, ...]
) -> NDArray[Any]:
    """Return `series[index]`, where `index` has one entry per axis of the series.

    Raises
    ------
    ReadingError
        If the page is stored in another file or the file ends before its data.
    """
    if series.dataoffset is not None and series.keyframe.is_memmappable:
        dtype = np.dtype(series.dtype).newbyteorder(tiff.byteorder)
        end = series.dataoffset + math.prod(series.shape) * dtype.itemsize
        if end > path.stat().st_size:
            raise _cut_short(path)
        mapped = np.memmap(path, dtype, "r", series.dataoffset, series.shape)
        return np.array(mapped[index], series.dtype)
    n_leading = _axes_over_pages(series)
    leading = tuple(int(i) for i in index[:n_leading] if not isinstance(i, slice))
    page_index = int(np.ravel_multi_index(leading, series.shape[:n_leading]))
    page = series.pages[page_index]
    if page is None:
        raise ReadingError(
            f"{path.name}: this plane is stored in another file of the set. Open that "
            "file, or save the set as one file."
        )
    _require_all_bytes(page, path)
    _require_stated_sizes(tiff, page, path)
    pixels: NDArray[Any] = page.asarray().reshape(series.shape[n_leading:])
    return pixels[index[n_leading:]]


def page_bytes(series: TiffPageSeries) -> int:
    """Return how many bytes one decoded page takes."""
    n_leading = _axes_over_pages(series)
    return math.prod(series.shape[n_leading:]) * np.dtype(series.dtype).itemsize


def _axes_over_pages(series: TiffPageSeries) -> int:
    """Return how many leading axes of the series run over pages."""
    n_pages, n_leading = 1, 0
    while n_pages < len(series.pages):
        n_pages *= series.shape[n_leading]
        n_leading += 1
    return n_leading


def _require_all_bytes(page: TiffPage | TiffFrame, path: Path) -> None:
    """Raise `ReadingError` where the file is shorter than the page says."""
    size = path.stat().st_size
    if any(
        offset + count > size
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False)
    ):
        raise _cut_short(path)


def _require_stated_sizes(tiff: TiffFile, page: TiffPage | TiffFrame, path: Path) -> None:
    """Raise `ReadingError` where a JPEG inside states more pixels than its tile has."""
    if page.compression not in _STREAMS_WITH_A_SIZE:
        return
    segment_px = math.prod(page.chunks)
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False):
        tiff.filehandle.seek(offset)
        start = tiff.filehandle.read(min(count, HEADER_BYTES))
        require_stated_size(path.name, start, segment_px)


def _cut_short(path: Path) -> ReadingError:
    return ReadingError(
        f"{path.name}: the file ends before its last pixels; it was cut short. Copy or "
        "export it again."
    )


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


_PREVIEWS = {"Thumbnail", "Label", "Macro", "Overview", "Map"}
"""Series of slide scanners that show the glass, not the sample."""

_REDUCED = 1
_PALETTE_PHOTOMETRIC = 3
_COLOUR_PHOTOMETRICS = {2, 6}
"""RGB, and YCbCr which is decoded to RGB."""


@contextmanager
def open_tiff(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open a TIFF file and read the header of one of its series."""
    import tifffile

    with tifffile.TiffFile(path, _multifile=False) as tiff:
        ome_xml = tiff.ome_metadata
        page_values = max(tiff.pages.first.size, 1)
    images = ome_images(ome_xml, path.name) if ome_xml else []
    for image in images:
        require_believable_planes(path.name, [max(image.n_values // page_values, 1)])
    own_xml = trusted_ome_xml(ome_xml, path.name) if ome_xml else None
    with tifffile.TiffFile(path, omexml=own_xml, _multifile=False) as tiff:
        first, *others = tiff.series
        all_series = [first, *(series for series in others if not _is_preview(series))]
        names = [
            series.name or f"image {number}" for number, series in enumerate(all_series)
        ]
        scene = chosen_scene(names, scene, name=path.name)
        series = all_series[scene]
        yield _opened(tiff, series, path, tuple(names), _ome_image(images, series, scene))


def _opened(
    tiff: TiffFile,
    series: TiffPageSeries,
    path: Path,
    scenes: tuple[str, ...],
    ome_image: OmeImage | None,
) -> OpenedImage:
    axes = _named_axes(series)
    if "Y" not in axes or "X" not in axes:
        raise ReadingError(
            f"{path.name}: the array in the file has shape {series.shape}; an image needs "
            "rows and columns. Choose another file."
        )
    n_pages = [
        n for axis, n in zip(axes, series.shape, strict=True) if axis not in IN_PLANE
    ]
    require_believable_planes(path.name, n_pages)
    claims, remarks = pixel_size_claims(tiff, series.keyframe, ome_image)
    n_channels = series.shape[axes.index("C")] if "C" in axes else 1
    info = ImageInfo(
        name=path.name,
        format=_format(tiff),
        axes=axes,
        shape=tuple(series.shape),
        dtype=str(np.dtype(series.dtype)),
        known=resolve_pixel_size(claims, remarks=remarks),
        channels=channel_names(_channel_labels(tiff, ome_image), n_channels),
        scenes=scenes,
    )

    def decode(index: tuple[int, ...]) -> NDArray[Any]:
        chosen = iter(index)
        full = tuple(slice(None) if axis in IN_PLANE else next(chosen) for axis in axes)
        plane = decode_plane(tiff, series, path, full)
        kept = [axis for axis in axes if axis in IN_PLANE]
        return np.transpose(plane, [kept.index(axis) for axis in "YXS" if axis in kept])

    return OpenedImage(info, decode, page_bytes(series), _palette(tiff, series))


def _is_preview(series: TiffPageSeries) -> bool:
    """Whether a series shows the glass slide or repeats another one smaller."""
    return series.name in _PREVIEWS or bool(series.keyframe.subfiletype & _REDUCED)


def _named_axes(series: TiffPageSeries) -> str:
    """Return one letter per axis; samples that are no colours are channels."""
    axes = list(series.axes)
    if "S" in axes:
        is_colour = series.keyframe.photometric in _COLOUR_PHOTOMETRICS
        if not is_colour or series.shape[axes.index("S")] not in (3, 4):
            axes[axes.index("S")] = UNNAMED if "C" in axes else "C"
    return named(axes)


def _format(tiff: TiffFile) -> str:
    if tiff.is_ome:
        return "OME-TIFF"
    if tiff.is_imagej:
        return "ImageJ TIFF"
    if tiff.is_stk:
        return "MetaMorph TIFF"
    if tiff.is_svs:
        return "SVS"
    if tiff.is_lsm:
        return "LSM"
    return "BigTIFF" if tiff.is_bigtiff else "TIFF"


def _ome_image(
    images: list[OmeImage], series: TiffPageSeries, scene: int
) -> OmeImage | None:
    """Return the OME-XML image of a series: by its name, else by its place."""
    named = [image for image in images if image.name == series.name]
    if len(named) == 1:
        return named[0]
    return images[scene] if scene < len(images) else None


def _channel_labels(tiff: TiffFile, ome_image: OmeImage | None) -> Sequence[str]:
    if ome_image is not None:
        return ome_image.channels
    if tiff.is_imagej and tiff.imagej_metadata:
        return [str(label) for label in tiff.imagej_metadata.get("Labels", ())]
    return ()


def _palette(tiff: TiffFile, series: TiffPageSeries) -> NDArray[Any] | None:
    """Return the colour table of a palette image; ImageJ's is only for display."""
    page = series.keyframe
    if page.photometric != _PALETTE_PHOTOMETRIC or page.colormap is None:
        return None
    if tiff.is_imagej or tiff.is_ome:
        return None
    return (np.asarray(page.colormap).T >> 8).astype(np.uint8)
