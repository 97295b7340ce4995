"""TIFF in all its dialects: plain, BigTIFF, OME, ImageJ, MetaMorph, SVS, LSM."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.axes import UNNAMED, channel_names, named
from rescale4dl_core.reading.choices import chosen_scene
from rescale4dl_core.reading.memory import require_believable_planes
from rescale4dl_core.reading.ome_xml import OmeImage, ome_images, trusted_ome_xml
from rescale4dl_core.reading.opened import IN_PLANE, OpenedImage
from rescale4dl_core.reading.pixel_size import resolve_pixel_size
from rescale4dl_core.reading.tiff_calibration import pixel_size_claims
from rescale4dl_core.reading.tiff_pages import decode_plane, page_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tifffile import TiffFile, TiffPageSeries

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
