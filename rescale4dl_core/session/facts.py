"""What is known of an image, each value with where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.reading.opened import choices_of
from rescale4dl_core.reading.pixel_size import in_um

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.images import KnownPixelSize
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.measuring.objects import ObjectTable
    from rescale4dl_core.reading.opened import Choice
    from rescale4dl_core.session.model import Entry


FROM_FILE = "the file"
SIMULATED = "the simulation"
_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in words."""

    name: str
    value: str
    source: str
    """Where the value came from; empty where there is no value."""


def entry_facts(entry: Entry) -> tuple[Fact, ...]:
    """Return what the file of `entry` holds, and what the user typed in instead."""
    sample, info = entry.sample, entry.sample.info
    source = SIMULATED if entry.is_demo else FROM_FILE
    rows, columns = sample.image.shape
    colour = ", red, green and blue" if sample.image.is_rgb else ""
    facts = [
        Fact("Format", info.format, source),
        Fact("This image", f"{rows} × {columns} px (rows × columns){colour}", source),
        Fact("All axes", f"{info.axes}, {' × '.join(map(str, info.shape))}", source),
        Fact("Pixel values", info.dtype, source),
    ]
    facts += [
        Fact(f"{c.kind.capitalize()}s", _offered(c), source) for c in choices_of(info)
    ]
    known = sample.image.known
    from_where = "" if known.size is None else known.source
    facts.append(Fact("Pixel size", pixel_size_in_words(known), from_where))
    if known.size is not None and known.size.z_um is not None:
        facts.append(Fact("Between planes", f"{known.size.z_um:.4g} µm", known.source))
    mask = sample.labels
    facts.append(
        Fact("Outlines", "none yet", "")
        if mask is None
        else Fact("Outlines", "mask", mask.source)
    )
    return tuple(facts)


def pixel_size_in_words(known: KnownPixelSize) -> str:
    """Return "0.108 µm", or "unknown"."""
    return "unknown" if known.size is None else in_um(known.size)


def _offered(choice: Choice) -> str:
    """Return the names of channels and scenes; planes and times are only counted."""
    has_names = choice.kind in ("channel", "scene") and len(choice.names) <= _MOST_NAMES
    return ", ".join(choice.names) if has_names else str(len(choice.names))


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
