"""A checked label image: which object each pixel belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.digest import digest_of
from rescale4dl_core.errors import LabelImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST_LABEL = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One integer per pixel: 0 is background, each other value is one object.

    Build it with `Labels.parse`, or `read_labels`; code that receives a `Labels` does not
    check again.

    Examples
    --------
    >>> import numpy as np
    >>> import rescale4dl_core as r4
    >>> labels = r4.Labels.parse(np.array([[0, 1], [2, 2]]), source="drawn")
    >>> labels.shape, int(labels.pixels.max())
    ((2, 2), 2)
    """

    pixels: NDArray[np.int32]
    """Read-only array of shape (rows, columns)."""

    source: str
    """Where the labels came from: a file name, "threshold and watershed", a network."""

    notes: tuple[str, ...] = ()
    """What had to be reported while reading them, in plain sentences."""

    _digest: str = field(default="", init=False, repr=False)

    @classmethod
    def parse(
        cls, array: NDArray[Any], *, source: str, notes: tuple[str, ...] = ()
    ) -> Labels:
        """Check `array` and keep a read-only copy, so that the check stays true.

        Parameters
        ----------
        array : ndarray of shape (rows, columns), boolean or any integer dtype
            Label image as read from file or returned by a segmenter. Label values need
            not be consecutive.
        source : str
            Where the array came from; it opens every error message.
        notes : tuple of str
            Sentences to carry along.

        Raises
        ------
        LabelImageError
            If the array is not 2-D, empty, not integer, or has labels that are negative
            or do not fit in 32 bits.
        """
        if array.ndim != 2:
            raise LabelImageError(
                f"{source}: a label image has 2 axes (rows, columns), this one has "
                f"shape {array.shape}. Pick one channel and one plane first."
            )
        if array.size == 0:
            raise LabelImageError(
                f"{source}: the label image has no pixels (shape {array.shape}). "
                "Choose another file."
            )
        if array.dtype != np.bool_ and not np.issubdtype(array.dtype, np.integer):
            raise LabelImageError(
                f"{source}: labels must be integers, this image is {array.dtype}. "
                "It may be a probability map; threshold and label it first."
            )
        smallest, largest = int(array.min()), int(array.max())
        if smallest < 0:
            raise LabelImageError(
                f"{source}: labels must be 0 or more, the smallest is {smallest}. "
                "Relabel it with 0 as background."
            )
        if largest > LARGEST_LABEL:
            raise LabelImageError(
                f"{source}: labels must be {LARGEST_LABEL} or less, the largest is "
                f"{largest}. Relabel its objects 1, 2, 3, ..."
            )
        pixels = array.astype(np.int32)
        pixels.setflags(write=False)
        return cls(pixels, source, notes)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.pixels.shape
        return rows, columns

    def digest(self) -> str:
        """Return a fingerprint of every pixel, for use as a cache key."""
        if not self._digest:
            object.__setattr__(self, "_digest", digest_of(self.pixels))
        return self._digest
