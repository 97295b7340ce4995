"""The sizes that were measured, the choice of diameter, and the tables behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.shared.downloads import Download, csv_file, download_row
from pages._ui.shared.messages import plain
from pages._ui.shared.state import keep_choices, seeded
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.session.facts import drawn_columns, image_columns, object_columns
from rescale4dl_core.session.measuring import measured_entries
from rescale4dl_core.wording import counted, number
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.measuring.objects import ObjectTable
    from rescale4dl_core.session.model import Session


IMAGE_COLUMNS: dict[str, Any] = {
    "image": "Image",
    "n_objects": "Objects measured",
    "n_border": "Cut by the border",
    "diameter_px": st.column_config.NumberColumn("Mean diameter (px)", format="%.2f"),
    "diameter_um": st.column_config.NumberColumn("Mean diameter (µm)", format="%.3f"),
}
MOST_ROWS_SHOWN = 1000
"""A browser is slow with more; the file to download has them all."""

BY_SHAPE = "by shape"
ESTIMATORS: dict[str, str] = {
    BY_SHAPE: "chosen by the shape of the objects",
    Estimator.EQUIVALENT_CIRCLE: "circle of the same area, for round objects",
    Estimator.SKELETON: "width along the middle line, for long objects",
}
AGGREGATES = {
    Aggregate.MEAN: "mean, as the paper prints it",
    Aggregate.MEDIAN: "median, as the paper's code does",
}


def show_legend(session: Session, tables: Sequence[ObjectTable]) -> None:
    """Say what the outlines mean, and how many objects of each kind the image has."""
    (table,) = (
        table
        for entry, table in zip(measured_entries(session), tables, strict=True)
        if entry is session.entry
    )
    n_cut = int(table.touches_border.sum())
    st.caption(
        f":blue[━━ blue]: {counted(len(table) - n_cut, 'object')}, measured. "
        f":orange[╍╍ orange, dashed]: {counted(n_cut, 'object')} cut by the border of the "
        "image, left out of the sizes."
    )


def show_sizes(measurement: Measurement) -> None:
    """Show the mean diameter, its spread, the number of objects and the coverage."""
    size, spread, counted, coverage = st.columns([3, 4, 3, 3])
    size.metric(
        "Mean diameter",
        _length(measurement.diameter_px, measurement),
        help="The mean over the images of the mean diameter in each (Eq. 2).",
    )
    spread.metric(
        "90 % of the objects are",
        f"{_length(measurement.diameter_px_p05, measurement, unit=False)} – "
        f"{_length(measurement.diameter_px_p95, measurement)}",
        help="5 % of the objects are smaller than the first value, 5 % are larger than the "
        "second.",
    )
    counted.metric(
        "Objects measured",
        f"{measurement.n_objects:,}",
        help="Objects cut by the border are left out: nobody knows their size.",
    )
    coverage.metric(
        "One pixel now spans",
        f"{number(measurement.coverage.percent)} %",
        help="of an object's diameter: its coverage, 100 ÷ diameter in px. Each network "
        "works best within a range of it.",
    )
    for note in measurement.notes:
        st.caption(plain(note))


def ask_estimator(session: Session, measurement: Measurement) -> None:
    """Show both diameters, which one counts and why, and let the user choose."""
    choices = session.choices
    if measurement.other_diameter_px is None:
        st.caption(plain(measurement.estimator_reason))
    else:
        _show_both(measurement)
        chosen = st.selectbox(
            "Diameter that counts",
            list(ESTIMATORS),
            format_func=ESTIMATORS.__getitem__,
            key=seeded("estimator", choices.estimator or BY_SHAPE),
            help="Chosen once for all images. It can move the advice by a factor of two.",
        )
        st.caption(plain(measurement.estimator_reason))
        estimator = None if chosen == BY_SHAPE else _estimator_called(chosen)
        choices = replace(choices, estimator=estimator)
    aggregate = st.radio(
        "Diameter of one image",
        list(AGGREGATES),
        format_func=AGGREGATES.__getitem__,
        key=seeded("aggregate", choices.aggregate),
        help="How the objects of an image are put together before images are averaged.",
    )
    choices = replace(choices, aggregate=aggregate)
    if choices != session.choices:
        keep_choices(choices)
        st.rerun()


def show_tables(
    session: Session, measurement: Measurement, tables: Sequence[ObjectTable]
) -> None:
    """Show one row per image and one per object, with files to download."""
    by_image = image_columns(measurement)
    columns = (
        object_columns(measured_entries(session), tables)
        if tables
        else drawn_columns(session.entries)
    )
    if measurement.n_images > 1:
        st.dataframe(
            by_image, width="stretch", hide_index=True, column_config=IMAGE_COLUMNS
        )
    n_rows = len(columns["image"])
    first = "" if n_rows <= MOST_ROWS_SHOWN else f", the first {MOST_ROWS_SHOWN:,} shown"
    with st.expander(f"Table of all objects ({n_rows:,} rows{first})"):
        shown = {name: column[:MOST_ROWS_SHOWN] for name, column in columns.items()}
        st.dataframe(shown, width="stretch", hide_index=True)
    download_row(
        Download(
            "All objects (CSV)",
            "objects.csv",
            "text/csv",
            lambda: csv_text(columns).encode(),
        ),
        csv_file("images.csv", by_image, "Per image (CSV)"),
    )


def _estimator_called(name: str) -> Estimator | None:
    return next((one for one in Estimator if one == name), None)


def _show_both(measurement: Measurement) -> None:
    used = measurement.estimator
    for estimator, name in (
        (Estimator.EQUIVALENT_CIRCLE, "Circle of the same area (Eq. 1)"),
        (Estimator.SKELETON, "Width: 2 × distance to the edge, on the skeleton"),
    ):
        is_used = estimator is used
        diameter_px = measurement.diameter_px if is_used else measurement.other_diameter_px
        if diameter_px is not None:
            text = f"{name}: {_length(diameter_px, measurement)}"
            st.markdown(f"**{text} — counts**" if is_used else text)


def _length(length_px: float, measurement: Measurement, *, unit: bool = True) -> str:
    """Return a length in µm, or in px where the pixel size is unknown."""
    size = measurement.pixel_size
    name, value = ("px", length_px) if size is None else ("µm", length_px * size.mean_um)
    return f"{number(value)} {name}" if unit else number(value)
