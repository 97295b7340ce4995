"""The ranked table: every configuration, to sort and to book from."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pages._ui.shared.downloads import Download, download_row
from pages._ui.shared.state import CHOICE_PREFIX, current_session, keep_choices, set_widget
from rescale4dl_core.microscope.ranking_table import option_fields, ranking_fields, table_of
from rescale4dl_core.writing.csv_text import columns_of, csv_text

if TYPE_CHECKING:
    import pandas as pd

    from rescale4dl_core.microscope.ranking import Option, Ranking


def ranking_csv(ranking: Ranking) -> bytes:
    """Return one line per configuration, best first."""
    rows = []
    for option in ranking.top(len(ranking)):
        fields = option_fields(option)
        sides = {
            f"{name}_{axis}": value
            for name in ("fov_um", "image_px")
            for axis, value in fields.pop(name).items()
        }
        rows.append({**fields, **sides})
    return csv_text(columns_of(rows)).encode()


def ranking_json(ranking: Ranking) -> bytes:
    """Return the goal and every configuration, named as by `rescale4dl plan --json`."""
    fields = ranking_fields(ranking, ranking.top(len(ranking)))
    return json.dumps(fields, indent=1, ensure_ascii=False, allow_nan=False).encode()


ROWS = f"{CHOICE_PREFIX}planner_rows"
MOST_ROWS = 20_000
OPTIONAL = ("expected_iou", "dose_j_per_cm2", "relay")


def show_table(ranking: Ranking, chosen: Option, *, only_inside: bool) -> None:
    """Show the table; a click on a header sorts it, a mark at a row books it.

    Another ranking or another choice is another table: its marks would be of other rows.
    """
    n_rows = min(ranking.n_shown(only_inside=only_inside), MOST_ROWS)
    key = f"{ROWS}_{hash((ranking.stand, ranking.goal, chosen.configuration))}"
    st.dataframe(
        _frame(ranking, n_rows),
        hide_index=True,
        width="stretch",
        height=390,
        column_config=_columns(),
        selection_mode="single-row",
        on_select=partial(_book, ranking, key),
        key=key,
    )
    st.caption(
        f"{n_rows:,} of {len(ranking):,} configurations, best first: first those that keep "
        "the quality, then by objects per hour. A click on a header sorts; a mark at the "
        "left of a row books it. Light and brightness are against the "
        f"{ranking.reference}; an empty cell is not known. "
        + (
            "For structure, pixels at Nyquist or finer come first."
            if ranking.goal.for_structure
            else "Sampling coarser than Nyquist is information, never held against one."
        )
    )
    download_row(
        Download("All as CSV", "plan.csv", "text/csv", partial(ranking_csv, ranking)),
        Download(
            "All as JSON", "plan.json", "application/json", partial(ranking_json, ranking)
        ),
    )


def _book(ranking: Ranking, key: str) -> None:
    """Make the row that was marked the configuration to book."""
    rows = st.session_state[key].selection.rows
    if not rows:
        return
    chosen = ranking.configuration(rows[0])
    choices = current_session().choices
    keep_choices(replace(choices, plan=replace(choices.plan, chosen=chosen)))
    set_widget("chosen", chosen.label)


def _frame(ranking: Ranking, n_rows: int) -> pd.DataFrame:
    import pandas as pd

    columns = dict(table_of(ranking, n_rows))
    columns["objects_per_hour"] = _three_digits(columns["objects_per_hour"])
    shown = {name: columns[name] for name in _columns() if _says_something(name, columns)}
    return pd.DataFrame(shown)


def _says_something(name: str, columns: dict[str, Any]) -> bool:
    """Return whether a column that few need has anything to tell."""
    if name not in OPTIONAL:
        return True
    values = columns[name]
    return bool(np.any(values != 1) if name == "relay" else np.isfinite(values).any())


def _three_digits(values: Any) -> Any:
    digits = 10.0 ** (np.floor(np.log10(np.maximum(values, 1.0))) - 2)
    return np.round(values / digits) * digits


def _columns() -> dict[str, Any]:
    """Return the columns in their order, the deciding ones first."""

    def figure(label: str, form: str = "%.3g", help_: str | None = None) -> Any:
        return st.column_config.NumberColumn(label, format=form, help=help_)

    return {
        "rank": figure("Rank", "%d"),
        "objective": st.column_config.TextColumn("Objective", width="medium"),
        "camera": st.column_config.TextColumn("Camera", width="medium"),
        "binning": "Binning",
        "relay": figure("Relay"),
        "standing": "Suits?",
        "expected_iou": figure("Expected IoU", "%.2f"),
        "objects_per_hour": figure("Objects per hour", "localized"),
        "pixel_um": figure("Pixel (µm)"),
        "coverage_percent": figure(
            "% of diameter", "%.3g", "One pixel, of the mean diameter of the objects."
        ),
        "field_width_mm": figure("Field width (mm)"),
        "field_height_mm": figure("Field height (mm)"),
        "duration_h": figure("Hours"),
        "storage_gb": figure("GB"),
        "relative_dose": figure("Light dose", "%.3g", "For equally bright pixels."),
        "dose_j_per_cm2": figure(
            "J/cm²", "%.3g", "The power spread over the field circle of the objective."
        ),
        "relative_brightness": figure(
            "Brightness", "%.3g", "Of a pixel at the same lamp and exposure."
        ),
        "nyquist_ratio": figure(
            "÷ Nyquist", "%.2g", "Pixel size over Nyquist: above 1 coarser."
        ),
        "rayleigh_um": figure(
            "Resolution (µm)", "%.2g", "Rayleigh: 0.61 × emission ÷ NA, two points apart."
        ),
        "immersion": "Immersion",
        "working_distance_mm": figure("Working distance (mm)"),
    }
