"""Objectives and cameras: those that ship, and those of the user's own table."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rescale4dl_core.errors import CatalogueError, RescaleError
from rescale4dl_core.microscope.camera import Camera, CameraKind
from rescale4dl_core.microscope.objective import IMMERSION_INDEX, Objective
from rescale4dl_core.microscope.table import rows_of
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rescale4dl_core.microscope.table import Row

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
