"""Where the pixels of a rescaled image lie on the image it came from.

Both grids start at the same top-left corner, so the new pixel k spans the old grid from
k ratio to (k + 1) ratio, edge to edge, and images and labels use the same formula. What is
left over at the bottom and at the right, less than one new pixel, is cropped; nothing is
ever padded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError

if TYPE_CHECKING:
    from rescale4dl_core.quantities import RescaleFactor


@dataclass(frozen=True, slots=True)
class Grid:
    """The pixel grid of an image of `old_shape` after rescaling by `factor`.

    Raises
    ------
    QuantityError
        If the image is too small for a single new pixel.

    Examples
    --------
    >>> from rescale4dl_core.quantities import RescaleFactor
    >>> grid = Grid((100, 103), RescaleFactor.coarser(4))
    >>> grid.shape
    (25, 25)
    >>> grid.old_from_new(0.0), grid.new_from_old(1.5)
    (1.5, 0.0)
    """

    old_shape: tuple[int, int]
    """Rows and columns before."""

    factor: RescaleFactor

    def __post_init__(self) -> None:
        shortest = min(self.old_shape)
        if shortest < self.factor.ratio:
            rows, columns = self.old_shape
            raise QuantityError(
                f"{float(self.factor.ratio):.6g}x coarser pixels do not fit: the image is "
                f"{rows} x {columns} px, so that not one whole new pixel is left. "
                f"Choose a factor of {shortest} or less."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns after: the whole new pixels that fit."""
        rows, columns = self.old_shape
        ratio = self.factor.ratio
        return int(rows / ratio), int(columns / ratio)

    @property
    def kept_px(self) -> tuple[float, float]:
        """Rows and columns of the old grid that the new pixels span."""
        rows, columns = self.shape
        ratio = self.factor.ratio
        return float(rows * ratio), float(columns * ratio)

    def old_from_new(self, position_px: float) -> float:
        """Return where a position of the new grid lies on the old one, along an axis.

        Positions count pixel centres: 0.0 is the centre of the first pixel.
        """
        return (position_px + 0.5) * float(self.factor.ratio) - 0.5

    def new_from_old(self, position_px: float) -> float:
        """Return where a position of the old grid lies on the new one, along an axis."""
        return (position_px + 0.5) / float(self.factor.ratio) - 0.5
