"""Objectives and cameras: those that ship, and those of the user's own table."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rescale4dl_core.errors import CatalogueError, RescaleError
from rescale4dl_core.microscope.camera import Camera, CameraKind
from rescale4dl_core.microscope.objective import IMMERSION_INDEX, Objective
from rescale4dl_core.microscope.uploaded_text import text_of
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
# "30,000" may be 30 or 30000, so it is refused and not guessed: see decision 0045.
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+", re.ASCII)
NEAR_MISS = 0.8
"""Columns as much alike, of 0 to 1, are taken for the same one misspelt."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; empty cells are not known."""

    table: str
    """Name of the file, for messages."""

    number: int
    """Line in the file, from 1 for the header."""

    cells: dict[str, str]
    separator: str

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
        if self.separator != ";" and _THOUSANDS.fullmatch(text):
            raise self.fault(
                f"has {text[:40]!r} as {column}, where the comma may mark thousands or "
                f"decimals. Write {text.replace(',', '')[:40]} or "
                f"{text.replace(',', '.', 1)[:40]}."
            )
        number = text.replace(",", ".", 1)
        if not _NUMBER.fullmatch(number):
            raise self.fault(
                f"has {text[:40]!r} as {column}, where a number was expected. Correct it, "
                "or leave the cell empty where the value is not known."
            )
        return float(number)

    def needed_number(self, column: str) -> float:
        """Return a number that may not be missing."""
        self.needed_text(column)
        return self.number_in(column) or 0.0

    def whole_in(self, column: str) -> int | None:
        """Return a whole number; None where the cell is empty."""
        number = self.number_in(column)
        if number is not None and not number.is_integer():
            raise self.fault(
                f"has {self.text(column)[:40]} as {column}, where a whole number was "
                "expected. Correct it and try again."
            )
        return None if number is None else int(number)

    def fault(self, what: str) -> CatalogueError:
        """Return an error that names the table, the row and what it is about."""
        name = self.text("name")[:60]
        called = f"{name} in " if name else ""
        return CatalogueError(f"{self.table}, {called}row {self.number} {what}")


def rows_of(
    data: bytes | str, *, name: str, needed: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[Row]:
    """Yield the rows of a CSV table with a header line.

    Commas, semicolons or tabs separate; 0,75 is 0.75 where it stands in one cell. Columns
    that are not `known` are left alone, unless they look like one of those misspelt.

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
        If it is not such a table, or a column is missing, misspelt or there twice.
    """
    text = text_of(data, name)
    header = text.lstrip("\n").split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise CatalogueError(
            f"{name} is not a readable CSV table ({error}). Save it as CSV (UTF-8) again."
        ) from error
    filled = [
        (number, cells)
        for number, cells in enumerate(lines, start=1)
        if any(cell.strip() for cell in cells)
    ]
    header_cells = filled[0][1] if filled else []
    columns = [cell.strip().lower().replace(" ", "_") for cell in header_cells]
    _require_columns(columns, name=name, needed=needed, known=known)
    if len(filled) == 1:
        raise CatalogueError(f"{name} has no row below its header. Add at least one.")
    for number, cells in filled[1:]:
        by_column = {
            column: cell.strip()
            # Rows that are too short or too long are refused below, by name.
            for column, cell in zip(columns, cells, strict=False)
            if column in known
        }
        row = Row(name, number, by_column, separator)
        if len(cells) != len(columns):
            raise row.fault(
                f"has {len(cells)} cells and the first row has {len(columns)}. Put text "
                "that holds the separator in quotes, and leave unknown cells empty."
            )
        yield row


def _require_columns(
    columns: Sequence[str], *, name: str, needed: tuple[str, ...], known: tuple[str, ...]
) -> None:
    """Refuse a header with columns twice, misspelt or missing."""
    for column in columns:
        if column in known and columns.count(column) > 1:
            raise CatalogueError(
                f"{name} has {columns.count(column)} columns called {column}, so which one "
                "holds is not clear. Leave one of them, or call the other another name."
            )
        meant = get_close_matches(column, known, 1, NEAR_MISS) if column else []
        if column not in known and meant and meant[0] not in columns:
            raise CatalogueError(
                f"{name} has a column {column[:40]!r}, which is not read; {meant[0]!r} "
                "seems to be meant. Call it that, or give it a name less alike."
            )
    missing = [column for column in needed if column not in columns]
    if missing:
        raise CatalogueError(
            f"{name} lacks the column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(missing)} in its first row. The columns are {', '.join(known)}; "
            f"only {', '.join(needed)} must be there. Add what is missing."
        )


OBJECTIVE_COLUMNS = (
    *("manufacturer", "name", "magnification", "numerical_aperture", "immersion"),
    *("immersion_index", "working_distance_mm", "field_number_mm", "tube_lens_mm"),
    *("correction", "source"),
)
CAMERA_COLUMNS = (
    *("manufacturer", "name", "kind", "pitch_um", "rows_px", "columns_px", "read_noise_e"),
    *("qe_525_percent", "full_well_e", "bit_depth", "frame_rate_hz", "source"),
)
_DATA = Path(__file__).with_name("data")
Item = TypeVar("Item", Objective, Camera)


@cache
def shipped_objectives() -> tuple[Objective, ...]:
    """Return the objectives that ship, each with the public page it was read on."""
    path = _DATA / "objectives.csv"
    return read_objectives(path.read_bytes(), name=path.name)


@cache
def shipped_cameras() -> tuple[Camera, ...]:
    """Return the cameras that ship, each with the public page it was read on."""
    path = _DATA / "cameras.csv"
    return read_cameras(path.read_bytes(), name=path.name)


def read_objectives(data: bytes | str, *, name: str) -> tuple[Objective, ...]:
    """Return the objectives of a CSV table.

    Parameters
    ----------
    data : bytes or str
        The whole file: `OBJECTIVE_COLUMNS`, of which name, magnification and
        numerical_aperture must be there. Empty cells are not known.
    name : str
        Of the file, for messages.

    Raises
    ------
    CatalogueError
        With the column and the row at fault.
    """
    needed = ("name", "magnification", "numerical_aperture")
    rows = rows_of(data, name=name, needed=needed, known=OBJECTIVE_COLUMNS)
    return _items(rows, _objective)


def read_cameras(data: bytes | str, *, name: str) -> tuple[Camera, ...]:
    """Return the cameras of a CSV table.

    Parameters
    ----------
    data : bytes or str
        The whole file: `CAMERA_COLUMNS`, of which name, pitch_um, rows_px and columns_px
        must be there. Empty cells are not known.
    name : str
        Of the file, for messages.

    Raises
    ------
    CatalogueError
        With the column and the row at fault.
    """
    needed = ("name", "pitch_um", "rows_px", "columns_px")
    rows = rows_of(data, name=name, needed=needed, known=CAMERA_COLUMNS)
    return _items(rows, _camera)


def objectives_csv(objectives: Iterable[Objective]) -> str:
    """Return a table that `read_objectives` reads back."""
    return _csv(tuple(objectives), OBJECTIVE_COLUMNS)


def cameras_csv(cameras: Iterable[Camera]) -> str:
    """Return a table that `read_cameras` reads back."""
    return _csv(tuple(cameras), CAMERA_COLUMNS)


def _objective(row: Row) -> Objective:
    immersion = row.text("immersion").lower()
    index = row.number_in("immersion_index")
    if index is None and immersion and immersion not in IMMERSION_INDEX:
        raise row.fault(
            f"names the immersion {immersion[:40]!r}, whose refractive index is not known "
            f"here. Fill in immersion_index, or write {', '.join(IMMERSION_INDEX)}."
        )
    return Objective(
        name=row.needed_text("name"),
        magnification=row.needed_number("magnification"),
        numerical_aperture=row.number_in("numerical_aperture"),
        immersion=immersion,
        immersion_index=IMMERSION_INDEX.get(immersion, 1.0) if index is None else index,
        manufacturer=row.text("manufacturer"),
        working_distance_mm=row.number_in("working_distance_mm"),
        field_number_mm=row.number_in("field_number_mm"),
        tube_lens_mm=row.number_in("tube_lens_mm"),
        correction=row.text("correction"),
        source=row.text("source"),
    )


def _camera(row: Row) -> Camera:
    kind = row.text("kind") or CameraKind.SCMOS.value
    kinds = {one.value.lower(): one for one in CameraKind}
    if kind.lower() not in kinds:
        raise row.fault(
            f"has {kind[:40]!r} as kind; it is one of {', '.join(CameraKind)}. Correct it, "
            "or leave the cell empty for an sCMOS."
        )
    return Camera(
        name=row.needed_text("name"),
        pitch_um=row.needed_number("pitch_um"),
        rows_px=_whole(row, "rows_px"),
        columns_px=_whole(row, "columns_px"),
        kind=kinds[kind.lower()],
        manufacturer=row.text("manufacturer"),
        read_noise_e=row.number_in("read_noise_e"),
        qe_525_percent=row.number_in("qe_525_percent"),
        full_well_e=row.number_in("full_well_e"),
        bit_depth=row.whole_in("bit_depth"),
        frame_rate_hz=row.number_in("frame_rate_hz"),
        source=row.text("source"),
    )


def _whole(row: Row, column: str) -> int:
    row.needed_text(column)
    return row.whole_in(column) or 0


def _items(rows: Iterable[Row], build: Callable[[Row], Item]) -> tuple[Item, ...]:
    """Build each row's item; what the core refuses is said with its row."""
    first_row: dict[str, int] = {}
    items = []
    for row in rows:
        try:
            item = build(row)
        except CatalogueError:
            raise
        except RescaleError as error:
            raise row.fault(f"cannot be used: {error}") from error
        before = first_row.setdefault(item.label, row.number)
        if before != row.number:
            raise row.fault(
                f"repeats {item.label} of row {before}. Give each one a name of its own."
            )
        items.append(item)
    return tuple(items)


def _csv(
    items: tuple[Objective, ...] | tuple[Camera, ...], columns: tuple[str, ...]
) -> str:
    return csv_text(
        {column: [_cell(getattr(item, column)) for item in items] for column in columns}
    )


def _cell(value: object) -> object:
    return f"{value:.15g}" if isinstance(value, float) else value
