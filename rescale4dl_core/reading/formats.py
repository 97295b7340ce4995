"""Images of any format: what a file holds, and one plane of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.images import Image
from rescale4dl_core.progress import silent
from rescale4dl_core.reading.plane import opened, read_plane

if TYPE_CHECKING:
    from pathlib import Path

    from rescale4dl_core.images import ImageInfo
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.reading.opened import Selection
    from rescale4dl_core.reading.plane import Plane

ALPHA_DROPPED = "The image has a transparency channel, which was left out."
PALETTE_APPLIED = "The image has a colour table, which was applied: it is read as colour."


def read_info(path: Path, *, scene: int | None = None) -> ImageInfo:
    """Return what a file holds, from its header alone.

    Parameters
    ----------
    path : Path
        A file of any supported format, or an OME-Zarr folder.
    scene : int, optional
        Index of the scene to describe, from 0; the first where none is given.

    Raises
    ------
    ReadingError
        If the file is missing, empty, broken or of no format that is read.
    SelectionError
        If it has no such scene.
    """
    with opened(path, scene) as image:
        return image.info


def read_image(
    path: Path,
    selection: Selection | None = None,
    *,
    allow_large: bool = False,
    progress: Progress = silent,
) -> Image:
    """Read one plane of a file, or an RGB picture; only that plane is decoded.

    Parameters
    ----------
    path : Path
        A file of any supported format, or an OME-Zarr folder.
    selection : Selection, optional
        What to read; may be left out where the file holds a single image.
    allow_large : bool
        Whether more than 2 GB may be decoded.

    Returns
    -------
    Image
        Grey of shape (rows, columns), or colour of shape (rows, columns, 3), in the
        dtype of the file. Transparency is dropped with a note, palettes become colour.

    Raises
    ------
    ReadingError
        If the file is missing, empty, broken or of no format that is read.
    SelectionError
        If the file holds several images and none is chosen; the message lists them.
    TooLargeError
        If decoding would take more than 2 GB and `allow_large` is false.
    ImageError
        If pixels are NaN, infinite or no real numbers.
    """
    return as_image(read_plane(path, selection, allow_large=allow_large, progress=progress))


def as_image(plane: Plane) -> Image:
    """Return a plane as an image, its palette applied and its transparency dropped."""
    pixels = plane.pixels
    notes: tuple[str, ...] = ()
    if plane.palette is not None:
        pixels, notes = plane.palette[pixels], (PALETTE_APPLIED,)
    if pixels.ndim == 3 and pixels.shape[-1] in (2, 4):
        pixels = pixels[..., 0] if pixels.shape[-1] == 2 else pixels[..., :3]
        notes = (ALPHA_DROPPED,)
    return Image.parse(pixels, name=plane.info.name, known=plane.info.known, notes=notes)
