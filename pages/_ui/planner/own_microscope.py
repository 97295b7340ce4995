"""The user's own microscope: two tables to edit, to fill from files and to take along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from pages._ui.shared.downloads import Download, download_row
from pages._ui.shared.messages import plain, show_error
from pages._ui.shared.state import CHOICE_PREFIX, keep_choices, seeded
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.microscope.catalogue import (
    CAMERA_COLUMNS,
    OBJECTIVE_COLUMNS,
    cameras_csv,
    objectives_csv,
    read_cameras,
    read_objectives,
)
from rescale4dl_core.session.own_microscope import own_cameras, own_objectives, with_file
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.session.choices import Choices


Items = TypeVar("Items", "tuple[Objective, ...]", "tuple[Camera, ...]")
HEADERS = {
    "manufacturer": "Maker",
    "name": "Name",
    "magnification": "Magnification",
    "numerical_aperture": "NA",
    "immersion": "Immersion",
    "immersion_index": "Refractive index",
    "working_distance_mm": "Working distance (mm)",
    "field_number_mm": "Field number (mm)",
    "tube_lens_mm": "Tube lens (mm)",
    "correction": "Correction",
    "kind": "Kind",
    "pitch_um": "Pixel pitch (µm)",
    "rows_px": "Rows (px)",
    "columns_px": "Columns (px)",
    "read_noise_e": "Read noise (e⁻)",
    "qe_525_percent": "QE at 525 nm (%)",
    "full_well_e": "Full well (e⁻)",
    "bit_depth": "Bits",
    "frame_rate_hz": "Frames per second",
    "source": "Source",
}
"""How the columns of the files are called on the screen."""

TABLES = ("objectives", "cameras")
NOTICE = f"{CHOICE_PREFIX}own_notice"
TEXTS = ("manufacturer", "name", "immersion", "correction", "kind", "source")


def ask_microscope(choices: Choices) -> Choices:
    """Ask whose objectives and cameras are ranked, and for the user's own; keep them."""
    own = st.segmented_control(
        "Objectives and cameras",
        (False, True),
        format_func=lambda own: "My microscope" if own else "Catalogue",
        key=seeded("own_microscope", choices.plan.own_microscope),
        required=True,
    )
    choices = replace(choices, plan=replace(choices.plan, own_microscope=bool(own)))
    if own:
        choices = _ask_own(choices)
    else:
        st.caption(
            "Every value was read on a public page that the table names; unknown ones are "
            "left empty. Check those of the lens that you will use."
        )
    keep_choices(choices)
    return choices


def _ask_own(choices: Choices) -> Choices:
    choices = _ask_files(choices)
    st.caption(
        "Edit a cell, add a row at the end, or mark rows at the left to remove them."
    )
    plan = choices.plan
    objectives = _edited(
        "objectives", own_objectives(plan), OBJECTIVE_COLUMNS, read_objectives
    )
    cameras = _edited("cameras", own_cameras(plan), CAMERA_COLUMNS, read_cameras)
    download_row(
        _table_file("objectives", objectives_csv(objectives)),
        _table_file("cameras", cameras_csv(cameras)),
    )
    return replace(choices, plan=replace(plan, objectives=objectives, cameras=cameras))


def _ask_files(choices: Choices) -> Choices:
    with st.form("own_microscope_files", clear_on_submit=True):
        files = st.file_uploader(
            "Table of objectives or cameras (CSV), or Micro-Manager configuration (.cfg)",
            type=["csv", "cfg"],
            accept_multiple_files=True,
            key="own_microscope_files",
        )
        wanted = st.form_submit_button("Use these files")
    if wanted:
        st.session_state.pop(NOTICE, None)
    if wanted and files:
        try:
            said = []
            plan = choices.plan
            # A .cfg last: its pixel sizes need the camera that another file may bring.
            for file in sorted(files, key=lambda file: file.name.endswith(".cfg")):
                plan, found = with_file(plan, file.getvalue(), file.name)
                said.append(found)
            choices = replace(choices, plan=plan)
            _forget_tables()
            st.session_state[NOTICE] = " ".join(said)
        except RescaleError as error:
            show_error(error)
    if NOTICE in st.session_state:
        st.success(plain(st.session_state[NOTICE]))
    return choices


def _edited(
    name: str,
    items: Items,
    columns: tuple[str, ...],
    read: Callable[..., Items],
) -> Items:
    """Show a table to edit; where an edit makes no sense, say so and keep the last one."""
    import pandas as pd

    base = f"{CHOICE_PREFIX}base_{name}"
    if base not in st.session_state:
        st.session_state[base] = pd.DataFrame(
            {column: _cells(items, column) for column in columns}
        )
    st.markdown(f"**Your {name}**")
    edited = st.data_editor(
        st.session_state[base],
        num_rows="dynamic",
        column_config=HEADERS,
        hide_index=True,
        width="stretch",
        key=f"{CHOICE_PREFIX}edit_{name}",
    )
    table: dict[str, list[Any]] = {
        column: [None if pd.isna(cell) else cell for cell in edited[column]]
        for column in columns
    }
    try:
        return read(csv_text(table), name=f"Your table of {name}")
    except RescaleError as error:
        show_error(error)
        st.caption("Until that is mended, the table as it was before is ranked below.")
        return items


def _cells(items: Sequence[Objective] | Sequence[Camera], column: str) -> Any:
    import pandas as pd

    values = [getattr(item, column) for item in items]
    if column in TEXTS:
        return pd.Series([str(value) for value in values], dtype="object")
    return pd.Series(values, dtype="float64")


def _table_file(name: str, text: str) -> Download:
    return Download(f"My {name} (CSV)", f"my_{name}.csv", "text/csv", text.encode())


def _forget_tables() -> None:
    """Let both tables start anew from the session, and show them."""
    for name in TABLES:
        for kind in ("base", "edit"):
            st.session_state.pop(f"{CHOICE_PREFIX}{kind}_{name}", None)
