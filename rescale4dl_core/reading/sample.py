"""A sample from files: image, labels and pixel size put together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.images import Sample
from rescale4dl_core.progress import silent
from rescale4dl_core.reading.image import as_image, read_info, read_plane
from rescale4dl_core.reading.masks import as_labels
from rescale4dl_core.reading.opened import choices_of
from rescale4dl_core.reading.pixel_size import disagreement, overriding, typed_pixel_size

if TYPE_CHECKING:
    from pathlib import Path

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.reading.image import Plane
    from rescale4dl_core.reading.opened import Selection


def read_sample(
    image_path: Path,
    labels_path: Path | None = None,
    *,
    selection: Selection | None = None,
    pixel_size_um: float | None = None,
    may_be_empty: bool = False,
    allow_large: bool = False,
    progress: Progress = silent,
) -> Sample:
    """Read an image, with its labels where there are any.

    Parameters
    ----------
    image_path, labels_path : Path
        Files of any supported format. The mask is read whole where it holds a single
        plane, else at the same `selection` as the image.
    selection : Selection, optional
        What to read of the image.
    pixel_size_um : float, optional
        Typed by the user, in µm; it overrides what the file says.
    may_be_empty : bool
        Whether a mask without objects is accepted, as in `read_labels`.
    allow_large : bool
        Whether more than 2 GB may be decoded.

    Raises
    ------
    ReadingError, SelectionError, TooLargeError, ImageError
        As `read_image`.
    LabelImageError
        As `read_labels`, and where mask and image differ in shape.
    QuantityError
        If `pixel_size_um` is zero, negative or not finite.
    """
    typed = None if pixel_size_um is None else typed_pixel_size(pixel_size_um)
    plane = read_plane(image_path, selection, allow_large=allow_large, progress=progress)
    image = as_image(plane)
    if typed is not None:
        image = image.with_pixel_size(overriding(typed, image.known))
    sample = Sample(image, plane.info)
    if labels_path is None:
        return sample
    info = read_info(labels_path)
    mask = read_plane(
        labels_path,
        selection if choices_of(info) else None,
        allow_large=allow_large,
        progress=progress,
    )
    return sample.with_labels(_labels_of(sample, mask, may_be_empty))


def _labels_of(sample: Sample, mask: Plane, may_be_empty: bool) -> Labels:
    labels = as_labels(mask, may_be_empty=may_be_empty)
    differs = disagreement(sample.info, mask.info)
    return replace(labels, notes=(*labels.notes, *differs))
