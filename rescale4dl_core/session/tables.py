"""The numbers of a session as tables, for the screen and for CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.measure.objects import ObjectTable
    from rescale4dl_core.session.model import Entry

LENGTHS = ("equivalent_diameter", "skeleton_diameter")


def object_columns(
    entries: Sequence[Entry], tables: Sequence[ObjectTable]
) -> dict[str, list[object]]:
    """Return one row per object of every image, those cut by the border included.

    Parameters
    ----------
    entries : sequence of Entry
        The images.
    tables : sequence of ObjectTable
        Their objects, in the same order.

    Returns
    -------
    dict of str to list
        The name of the image, the columns of `ObjectTable`, and the area and both
        diameters in µm: None where the pixel size of the image is unknown.
    """
    parts = [_columns_of(e, t) for e, t in zip(entries, tables, strict=True)]
    return {name: [v for part in parts for v in part[name]] for name in parts[0]}


def image_columns(measurement: Measurement) -> dict[str, list[object]]:
    """Return one row per image: its objects and its mean diameter."""
    size = measurement.pixel_size
    diameters_px = [image.diameter_px for image in measurement.images]
    return {
        "image": [image.name for image in measurement.images],
        "n_objects": [image.n_objects for image in measurement.images],
        "n_border": [image.n_border for image in measurement.images],
        "diameter_px": list(diameters_px),
        "diameter_um": [
            None if size is None or length is None else length * size.mean_um
            for length in diameters_px
        ],
    }


def drawn_columns(entries: Sequence[Entry]) -> dict[str, list[object]]:
    """Return one row per drawn diameter: its image, end points and length."""
    rows = [(entry, line) for entry in entries for line in entry.drawn]
    sizes = [entry.sample.image.pixel_size for entry, _ in rows]
    return {
        "image": [entry.sample.image.name for entry, _ in rows],
        "start_row_px": [line.start_row_px for _, line in rows],
        "start_column_px": [line.start_column_px for _, line in rows],
        "end_row_px": [line.end_row_px for _, line in rows],
        "end_column_px": [line.end_column_px for _, line in rows],
        "length_px": [line.length_px for _, line in rows],
        "length_um": [
            None if size is None else line.length_px * size.mean_um
            for (_, line), size in zip(rows, sizes, strict=True)
        ],
    }


def _columns_of(entry: Entry, table: ObjectTable) -> dict[str, list[object]]:
    size = entry.sample.image.pixel_size
    n_objects = len(table)
    unknown: list[object] = [None] * n_objects
    return {
        "image": [entry.sample.image.name] * n_objects,
        **{name: column.tolist() for name, column in table.columns().items()},
        "area_um2": unknown if size is None else (table.area_px * size.area_um2).tolist(),
        **{
            f"{length}_um": unknown
            if size is None
            else np.multiply(getattr(table, f"{length}_px"), size.mean_um).tolist()
            for length in LENGTHS
        },
    }
