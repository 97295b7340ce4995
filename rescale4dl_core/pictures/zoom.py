"""Which part of an image a picture shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zoom:
    """How many times closer than the whole image, and where."""

    times: int = 1
    row_percent: float = 50.0
    column_percent: float = 50.0
    """Where the part lies: 0 at the top and the left edge, 100 at the opposite ones."""

    def window_px(self, shape_px: tuple[int, int]) -> tuple[slice, slice]:
        """Return the rows and columns of the part, at least one of each.

        Examples
        --------
        >>> Zoom(4, row_percent=0, column_percent=100).window_px((400, 800))
        (slice(0, 100, None), slice(600, 800, None))
        """
        rows, columns = (
            _window(length_px, self.times, percent)
            for length_px, percent in zip(
                shape_px, (self.row_percent, self.column_percent), strict=True
            )
        )
        return rows, columns


WHOLE = Zoom()


def zooms_offered(shape_px: tuple[int, int], least_px: int = 64) -> list[int]:
    """Return the powers of 2 by which an image can be zoomed and still show `least_px`.

    Examples
    --------
    >>> zooms_offered((512, 300)), zooms_offered((50, 50))
    ([1, 2, 4, 8], [1])
    """
    zooms = [1]
    while max(shape_px) // (2 * zooms[-1]) >= least_px:
        zooms.append(2 * zooms[-1])
    return zooms


def _window(length_px: int, times: int, percent: float) -> slice:
    shown_px = max(1, -(-length_px // times))
    start = round((length_px - shown_px) * percent / 100)
    return slice(start, start + shown_px)
