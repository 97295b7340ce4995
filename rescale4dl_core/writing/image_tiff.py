"""Images and labels as TIFF that Fiji, napari and QuPath open with the right pixel size."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import OutputError
from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.quantities import PixelSize


_IMAGEJ_GREY = ("uint8", "uint16", "float32")
_OME = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64")
# Classic TIFF counts bytes in 32 bits (4 GB); some are for what is not pixels.
_CLASSIC_TIFF_BYTES = 3_900_000_000


def write_image_tiff(
    path: Path,
    pixels: NDArray[Any],
    pixel_size: PixelSize | None,
    *,
    overwrite: bool = False,
) -> None:
    """Write one plane, losslessly compressed (zlib).

    What ImageJ's own format can hold (8-bit, 16-bit, 32-bit float, 8-bit RGB, under
    4 GB) is written so, anything else as OME-TIFF.

    Parameters
    ----------
    path : Path
        Where to write; missing folders are made.
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any real dtype; booleans become 0 and 255, 64-bit integers have to fit in 32.
    pixel_size : PixelSize or None
        Written in µm; None leaves the file without calibration.
    overwrite : bool
        Whether a file at `path` may be replaced.

    Raises
    ------
    OutputError
        If `path` exists and `overwrite` is false, if nothing can be written there, or if
        the values do not fit the format.
    """
    import tifffile

    stored = _storable(pixels, path)
    is_rgb = stored.ndim == 3
    suits_imagej = str(stored.dtype) in (("uint8",) if is_rgb else _IMAGEJ_GREY)
    in_imagej = suits_imagej and stored.nbytes < _CLASSIC_TIFF_BYTES
    with fresh_file(path, overwrite=overwrite) as temporary:
        tifffile.imwrite(
            temporary,
            stored,
            imagej=in_imagej,
            ome=not in_imagej,
            bigtiff=not in_imagej,
            photometric="rgb" if is_rgb else "minisblack",
            compression="zlib",
            resolution=_per_um(pixel_size) if in_imagej else None,
            metadata=_imagej(pixel_size) if in_imagej else _ome(pixel_size, is_rgb),
        )


def _storable(pixels: NDArray[Any], path: Path) -> NDArray[Any]:
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    if pixels.dtype == np.float16:
        return pixels.astype(np.float32)
    # ImageJ cannot open 64-bit integers: see decision 0003.
    if pixels.dtype.kind in "iu" and pixels.dtype.itemsize == 8:
        for dtype in (np.int32, np.uint32):
            bounds = np.iinfo(dtype)
            if bounds.min <= pixels.min() and pixels.max() <= bounds.max:
                return pixels.astype(dtype)
    if str(pixels.dtype) not in _OME:
        raise OutputError(
            f"{path}: values of type {pixels.dtype} do not fit into a TIFF that other "
            "programs read. Convert the image to 16-bit or 32-bit first."
        )
    return np.ascontiguousarray(pixels)


def _per_um(pixel_size: PixelSize | None) -> tuple[float, float] | None:
    """Return pixels per µm along x and y, the order of the TIFF tags."""
    return None if pixel_size is None else (1 / pixel_size.x_um, 1 / pixel_size.y_um)


def _imagej(pixel_size: PixelSize | None) -> dict[str, str | float]:
    """Return ImageJ's header as Fiji writes it."""
    if pixel_size is None:
        return {}
    spacing = {} if pixel_size.z_um is None else {"spacing": pixel_size.z_um}
    return {"unit": "micron", **spacing}


def _ome(pixel_size: PixelSize | None, is_rgb: bool) -> dict[str, str | float]:
    axes = {"axes": "YXS" if is_rgb else "YX"}
    if pixel_size is None:
        return {**axes}
    sizes = {"Y": pixel_size.y_um, "X": pixel_size.x_um, "Z": pixel_size.z_um}
    given = {axis: size for axis, size in sizes.items() if size is not None}
    return {
        **axes,
        **{f"PhysicalSize{axis}": size for axis, size in given.items()},
        **{f"PhysicalSize{axis}Unit": "µm" for axis in given},
    }


def write_labels_tiff(
    path: Path,
    labels: Labels,
    pixel_size: PixelSize | None,
    *,
    overwrite: bool = False,
) -> None:
    """Write labels as 16-bit TIFF where they fit, else as 32-bit OME-TIFF.

    The values stay as they are; `write_image_tiff` gives parameters and errors.
    """
    largest = int(labels.pixels.max())
    dtype = np.uint16 if largest <= np.iinfo(np.uint16).max else np.int32
    write_image_tiff(path, labels.pixels.astype(dtype), pixel_size, overwrite=overwrite)


def labels_tiff_bytes(labels: Labels, pixel_size: PixelSize | None) -> bytes:
    """Return the file that `write_labels_tiff` writes, to be downloaded."""
    with tempfile.TemporaryDirectory(prefix="rescale4dl-") as folder:
        path = Path(folder) / "labels.tif"
        write_labels_tiff(path, labels, pixel_size)
        return path.read_bytes()
