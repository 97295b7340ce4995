"""Where the pixels of a rescaled and cropped image lie on the original; the way back."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import LabelImageError, ReadingError
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.crop import CentredWindow
from rescale4dl_core.rescaling.grid import Grid
from rescale4dl_core.rescaling.series import rescale_labels
from rescale4dl_core.writing.csv_text import columns_of, csv_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "mapping.csv"


@dataclass(frozen=True, slots=True)
class GridMapping:
    """A window on the rescaled image.

    The position (row, column) of a pixel centre in the window, 0.0 for the first pixel,
    lies at `(position + offset_px + 0.5) * ratio - 0.5` on the original.
    """

    factor: RescaleFactor
    original_shape_px: tuple[int, int]
    shape_px: tuple[int, int]
    """Rows and columns of the window."""

    offset_px: tuple[int, int]
    """Row and column of the window on the rescaled image; negative where it was padded."""

    @classmethod
    def centred(
        cls,
        original_shape_px: tuple[int, int],
        factor: RescaleFactor,
        shape_px: tuple[int, int],
    ) -> GridMapping:
        """Return the window of `shape_px` around the centre of the rescaled image."""
        window = CentredWindow(Grid(original_shape_px, factor).shape, shape_px)
        return cls(factor, original_shape_px, shape_px, window.offset_px)

    @property
    def scaled_shape_px(self) -> tuple[int, int]:
        """Rows and columns of the whole rescaled image."""
        return Grid(self.original_shape_px, self.factor).shape

    def original_position(self, position_px: tuple[float, float]) -> tuple[float, float]:
        """Return where a position (row, column) in the window lies on the original."""
        ratio = float(self.factor.ratio)
        row, column = (
            (position + offset + 0.5) * ratio - 0.5
            for position, offset in zip(position_px, self.offset_px, strict=True)
        )
        return row, column

    def restore_labels(self, labels: Labels) -> Labels:
        """Return labels drawn or predicted on the window on the grid of the original.

        Every pixel of the original takes the label of the pixel it lies in. What the
        window does not show, and less than one coarse pixel at the lower and right edge,
        is background.

        Parameters
        ----------
        labels : Labels
            Label image of `shape_px`.

        Raises
        ------
        LabelImageError
            If it has another shape.
        """
        if labels.shape != self.shape_px:
            raise LabelImageError(
                f"{labels.source} is {_by(labels.shape)} px, but the image it belongs to "
                f"was written as {_by(self.shape_px)} px. Choose the labels of that image, "
                "or resize them to its shape."
            )
        scaled = _moved(labels, self.scaled_shape_px, self.offset_px)
        back = rescale_labels(scaled, RescaleFactor(1 / self.factor.ratio))
        return _moved(back, self.original_shape_px, (0, 0))


def _moved(labels: Labels, shape: tuple[int, int], offset: tuple[int, int]) -> Labels:
    """Return labels in an image of `shape`, their first pixel at `offset`."""
    pixels = np.zeros(shape, labels.pixels.dtype)
    taken, put = [], []
    for old, new, start in zip(labels.shape, shape, offset, strict=True):
        first, last = max(start, 0), min(start + old, new)
        put.append(slice(first, max(first, last)))
        taken.append(slice(first - start, max(first, last) - start))
    pixels[tuple(put)] = labels.pixels[tuple(taken)]
    return Labels.parse(pixels, source=labels.source, notes=labels.notes)


def mapping_csv(mappings: Mapping[str, GridMapping]) -> str:
    """Return a table with one line per file; `read_mappings` reads it."""
    rows = [
        {
            "file": file,
            # A fraction: the float 1.1 is more than 11/10, and 110 px / 1.1 below 100.
            "ratio": str(mapping.factor.ratio),
            "original_rows_px": mapping.original_shape_px[0],
            "original_columns_px": mapping.original_shape_px[1],
            "rows_px": mapping.shape_px[0],
            "columns_px": mapping.shape_px[1],
            "offset_row_px": mapping.offset_px[0],
            "offset_column_px": mapping.offset_px[1],
        }
        for file, mapping in mappings.items()
    ]
    return csv_text(columns_of(rows))


def read_mappings(path: Path) -> dict[str, GridMapping]:
    """Return the mapping of each file that a `mapping.csv` lists.

    Raises
    ------
    ReadingError
        If it is missing or is no such table.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return {row["file"]: _mapping_of(row) for row in csv.DictReader(io.StringIO(text))}
    except OSError as error:
        raise ReadingError(
            f"{path} cannot be read ({error.strerror}). Give the {FILE_NAME} that was "
            "written beside the cropped images."
        ) from error
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise ReadingError(
            f"{path} is not the table that was written beside the cropped images. Take the "
            "unchanged one, or delete it and write the images again."
        ) from error


def _mapping_of(row: Mapping[str, str]) -> GridMapping:
    return GridMapping(
        RescaleFactor(Fraction(row["ratio"])),
        (int(row["original_rows_px"]), int(row["original_columns_px"])),
        (int(row["rows_px"]), int(row["columns_px"])),
        (int(row["offset_row_px"]), int(row["offset_column_px"])),
    )


def _by(shape: tuple[int, int]) -> str:
    return f"{shape[0]} x {shape[1]}"
