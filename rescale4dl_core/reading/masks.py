"""Label images from files: one number per object, or a binary mask to be split."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import silent
from rescale4dl_core.reading.image import read_plane

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rescale4dl_core.progress import Progress
    from rescale4dl_core.reading.image import Plane
    from rescale4dl_core.reading.opened import Selection


EXPORT_ADVICE = (
    "Export the label image itself: 0 for background and one number per object, as "
    "16-bit TIFF or PNG (Cellpose: *_cp_masks; ImageJ: ROIs to a label map)."
)
_WHITE = 255
_COUNTED_UP_TO = 1 << 24
"""Counting takes 8 bytes for each value up to the largest; above this, they are sorted."""

_MOST_CLASSES = 8
_MOST_PIECES_PER_LABEL = 3
"""Over 755 real label images with more than 8 labels the largest was 1.6, over 236 real
images of samples the smallest 4.5."""


def read_labels(
    path: Path,
    selection: Selection | None = None,
    *,
    may_be_empty: bool = False,
    allow_large: bool = False,
    progress: Progress = silent,
) -> Labels:
    """Read which object each pixel belongs to.

    A mask with a single value besides 0 is split into connected pieces; pixels belong
    together where they touch at a side or a corner (8 neighbours, as in ImageJ's particle
    analyser). A colour picture whose channels are all equal counts as grey, a palette
    picture by its indices; both come with a note.

    Parameters
    ----------
    path : Path
        A file of any supported format, or an OME-Zarr folder.
    selection : Selection, optional
        What to read; may be left out where the file holds a single image.
    may_be_empty : bool
        Whether a mask without objects is accepted: one of several images, or of a data set.
    allow_large : bool
        Whether more than 2 GB may be decoded.

    Raises
    ------
    LabelImageError
        If the image has colours, fractions, negative labels or no object at all, is a
        JPEG, or holds grey levels instead of labels.
    ReadingError, SelectionError, TooLargeError
        As `read_image`.
    """
    plane = read_plane(path, selection, allow_large=allow_large, progress=progress)
    return as_labels(plane, may_be_empty=may_be_empty)


def stored_values(plane: Plane) -> Labels:
    """Return the values of a mask as they are in the file, an empty one included.

    Raises
    ------
    LabelImageError
        If the format changes values, as JPEG does, or the plane has colours, fractions
        or negative values.
    """
    source, pixels = plane.info.name, plane.pixels
    if not plane.format.holds_labels:
        raise LabelImageError(
            f"{source}: {plane.format} changes the values of pixels a little, so it cannot "
            f"hold labels. {EXPORT_ADVICE}"
        )
    notes: tuple[str, ...] = ()
    if plane.palette is not None:
        notes = (f"{source}: the mask has a colour table; its indices are the labels.",)
    if pixels.ndim == 3:
        pixels = _grey(pixels, source)
        notes = (f"{source}: the mask is stored as colour; its channels are all equal.",)
    _refuse_whole_floats(pixels, source)
    return Labels.parse(pixels, source=source, notes=notes)


def as_labels(plane: Plane, *, may_be_empty: bool = False) -> Labels:
    """Return the labels in a plane, a binary mask split; `read_labels` tells the rules."""
    return objects_of(stored_values(plane), may_be_empty=may_be_empty)


def objects_of(labels: Labels, *, may_be_empty: bool = False) -> Labels:
    """Return the labels that stored values mean; `read_labels` tells the rules."""
    source = labels.source
    values = values_in(labels)
    if values.size == 0 and may_be_empty:
        return labels
    if values.size == 0:
        raise LabelImageError(
            f"{source}: every pixel is 0, so the mask holds no object. Choose the mask of "
            "an image with objects, or leave it out."
        )
    if values.size == 1:
        return _split(labels, int(values[0]))
    refuse_soft_edges(labels, values)
    if not is_in_pieces(labels, values.size):
        return labels
    if values.size > _MOST_CLASSES:
        raise LabelImageError(
            f"{source}: its {values.size} values lie in {n_pieces(labels.pixels):,} "
            "separate pieces, as grey levels of an image do and labels of objects do not. "
            f"Choose the mask. {EXPORT_ADVICE}"
        )
    note = (
        f"{source}: {values.size} values on many separate pieces look like classes, not "
        f"objects; each value counts as one object. {EXPORT_ADVICE}"
    )
    return replace(labels, notes=(*labels.notes, note))


def values_in(labels: Labels) -> NDArray[Any]:
    """Return the labels that occur, in order, without the background."""
    largest = int(labels.pixels.max())
    if largest < _COUNTED_UP_TO:
        values = np.flatnonzero(np.bincount(labels.pixels.ravel()))
    else:
        values = np.unique(labels.pixels)
    return values[values > 0]


def refuse_soft_edges(labels: Labels, values: NDArray[Any]) -> None:
    """Raise `LabelImageError` where most of the foreground is 255, the rest grey levels.

    `values` are those of `values_in`.
    """
    n_foreground = int(np.count_nonzero(labels.pixels))
    n_white = int(np.count_nonzero(labels.pixels == _WHITE))
    if values[-1] == _WHITE and values.size > 2 and 2 * n_white > n_foreground:
        raise LabelImageError(
            f"{labels.source}: {100 * n_white / n_foreground:.0f} % of the foreground is "
            "255 and the rest are softer values, so this is a binary mask with blurred "
            "edges. Threshold it at 128 and save it as TIFF or PNG."
        )


def is_in_pieces(labels: Labels, n_labels: int) -> bool:
    """Whether equal values lie in far more separate pieces than there are labels."""
    return n_pieces(labels.pixels) > _MOST_PIECES_PER_LABEL * n_labels


def n_pieces(pixels: NDArray[Any]) -> int:
    """Return the number of pieces of equal value besides 0, less their holes.

    That is the Euler characteristic with 4 neighbours, pixels - pairs + squares
    (Gray 1971), summed over all values at once.

    >>> n_pieces(np.array([[1, 1, 0, 2], [1, 1, 0, 1]]))
    3
    """
    foreground = pixels > 0
    beside = foreground[:, :-1] & (pixels[:, :-1] == pixels[:, 1:])
    below = foreground[:-1] & (pixels[:-1] == pixels[1:])
    squares = beside[:-1] & beside[1:] & below[:, :-1]
    counts = [int(np.count_nonzero(part)) for part in (foreground, beside, below, squares)]
    return counts[0] - counts[1] - counts[2] + counts[3]


def _refuse_whole_floats(pixels: NDArray[Any], source: str) -> None:
    if pixels.dtype.kind == "f" and np.array_equal(pixels, np.floor(pixels)):
        raise LabelImageError(
            f"{source}: the labels are whole numbers stored as decimals ({pixels.dtype}), "
            "labels must be integers. Save the mask as 16-bit (in Fiji: Image > Type)."
        )


def _grey(pixels: NDArray[Any], source: str) -> NDArray[Any]:
    """Return the one channel of a colour picture that is grey, and refuse others."""
    colours = pixels[..., :1] if pixels.shape[-1] == 2 else pixels[..., :3]
    if all(
        np.array_equal(colours[..., 0], colours[..., i]) for i in range(colours.shape[-1])
    ):
        grey: NDArray[Any] = colours[..., 0]
        return grey
    raise LabelImageError(
        f"{source}: this is a colour picture; it looks like outlines or colours drawn "
        f"over the image, and labels need one number per pixel. {EXPORT_ADVICE}"
    )


def _split(labels: Labels, value: int) -> Labels:
    from scipy import ndimage

    pieces, n_pieces = ndimage.label(labels.pixels, np.ones((3, 3)))
    if n_pieces == 1:
        return Labels.parse(pieces, source=labels.source, notes=labels.notes)
    note = (
        f"{labels.source}: the only value besides 0 is {value}, so it was read as a binary "
        f"mask and split into {n_pieces} connected pieces; objects that touch count as one."
    )
    return Labels.parse(pieces, source=labels.source, notes=(*labels.notes, note))
