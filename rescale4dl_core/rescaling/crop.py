"""Bring images to one common shape: cropped or padded with zeros, around the centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, Sample
from rescale4dl_core.labels import Labels

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CentredWindow:
    """A window of `shape` around the centre of an image of `old_shape`.

    Each axis is cropped where the image is longer and padded where it is shorter,
    independently of the other. Of an odd difference the larger part is at the end.

    Raises
    ------
    QuantityError
        If the window has no pixels.

    Examples
    --------
    >>> window = CentredWindow((100, 7), (60, 10))
    >>> window.offset_px
    (20, -1)
    """

    old_shape: tuple[int, int]
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        if min(self.shape) < 1:
            raise QuantityError(
                f"A crop of {self.shape[0]} x {self.shape[1]} px has no pixels. Give the "
                "rows and columns to keep, 512x512 for instance."
            )

    @property
    def offset_px(self) -> tuple[int, int]:
        """Row and column to add to a position in the window to get the old position."""
        row, column = (
            (old - new) // 2 if old >= new else -((new - old) // 2)
            for old, new in zip(self.old_shape, self.shape, strict=True)
        )
        return row, column

    def of(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Return the window of `pixels`, of shape `old_shape` (RGB axis allowed)."""
        out = np.zeros((*self.shape, *pixels.shape[2:]), pixels.dtype)
        sources, targets = [], []
        for old, new, offset in zip(
            self.old_shape, self.shape, self.offset_px, strict=True
        ):
            start, stop = max(offset, 0), min(offset + new, old)
            sources.append(slice(start, stop))
            targets.append(slice(start - offset, stop - offset))
        out[tuple(targets)] = pixels[tuple(sources)]
        return out


def centre_crop_image(image: Image, shape: tuple[int, int]) -> Image:
    """Return the centre of `image` as `shape` (rows, columns), zeros where it ends."""
    window = CentredWindow(image.shape, shape)
    return Image.parse(window.of(image.pixels), name=image.name, known=image.known)


def centre_crop_labels(labels: Labels, shape: tuple[int, int]) -> Labels:
    """Return the centre of `labels` as `shape`, background where they end."""
    window = CentredWindow(labels.shape, shape)
    return Labels.parse(window.of(labels.pixels), source=labels.source, notes=labels.notes)


def centre_crop_sample(sample: Sample, shape: tuple[int, int]) -> Sample:
    """Return the centre of image and labels as `shape`, registered to each other."""
    labels = sample.labels
    return Sample(
        centre_crop_image(sample.image, shape),
        sample.info,
        None if labels is None else centre_crop_labels(labels, shape),
    )
