"""Tables of objectives or cameras as CSV: read strictly, written as they are read."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.microscope.uploaded_text import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; empty cells are not known."""

    table: str
    """Name of the file, for messages."""

    number: int
    """Line in the file, from 1 for the header."""

    cells: dict[str, str]
    decimal_comma: bool

    def text(self, column: str) -> str:
        """Return a cell without blanks around it; empty where there is none."""
        return self.cells.get(column, "")

    def needed_text(self, column: str) -> str:
        """Return a cell that may not be empty."""
        text = self.text(column)
        if not text:
            raise self.fault(f"has no {column}. Fill it in, or leave the row out.")
        return text

    def number_in(self, column: str) -> float | None:
        """Return a number; None where the cell is empty.

        Raises
        ------
        CatalogueError
            If the cell holds anything else.
        """
        text = self.text(column)
        if not text:
            return None
        try:
            number = float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.fault(
                f"has {text[:40]!r} as {column}, where a number was expected. Correct it, "
                "or leave the cell empty where the value is not known."
            )
        return number

    def needed_number(self, column: str) -> float:
        """Return a number that may not be missing."""
        self.needed_text(column)
        return self.number_in(column) or 0.0

    def whole_in(self, column: str) -> int | None:
        """Return a whole number; None where the cell is empty."""
        number = self.number_in(column)
        if number is not None and number != int(number):
            raise self.fault(
                f"has {number:g} as {column}, where a whole number was expected."
            )
        return None if number is None else int(number)

    def fault(self, what: str) -> CatalogueError:
        """Return an error that names the table and the row."""
        return CatalogueError(f"{self.table}, row {self.number} {what}")


def rows_of(
    data: bytes | str, *, name: str, needed: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[Row]:
    """Yield the rows of a CSV table with a header line.

    Commas, semicolons or tabs separate; with semicolons, 0,75 is 0.75. Columns that are
    not `known` are left alone.

    Parameters
    ----------
    data : bytes or str
        The whole file, UTF-8.
    name : str
        Of the file, for messages.
    needed : tuple of str
        Columns that must be there.
    known : tuple of str
        All columns that are read.

    Raises
    ------
    CatalogueError
        If it is not such a table, or a column is missing.
    """
    text = text_of(data, name).strip("\n")
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise CatalogueError(
            f"{name} is not a readable CSV table ({error}). Save it as CSV (UTF-8) again."
        ) from error
    columns = [cell.strip().lower().replace(" ", "_") for cell in lines[0]]
    missing = [column for column in needed if column not in columns]
    if missing:
        raise CatalogueError(
            f"{name} lacks the column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(missing)} in its first row. The columns are {', '.join(known)}; "
            f"only {', '.join(needed)} must be there. Add what is missing."
        )
    n_rows = 0
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        n_rows += 1
        by_column = {
            column: cell.strip()
            for column, cell in zip(columns, cells, strict=False)
            if column in known
        }
        row = Row(name, number, by_column, separator == ";")
        if len(cells) != len(columns):
            raise row.fault(
                f"has {len(cells)} cells and the first row has {len(columns)}. Put text "
                "that holds the separator in quotes, and leave unknown cells empty."
            )
        yield row
    if not n_rows:
        raise CatalogueError(f"{name} has no row below its header. Add at least one.")
