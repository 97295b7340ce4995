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
from rescale4dl_core.microscope.ranking_table import (
    ranking_columns,
    ranking_fields,
    shown_columns,
    table_of,
)
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    import pandas as pd

    from rescale4dl_core.microscope.ranking import Option, Ranking


def ranking_csv(ranking: Ranking) -> bytes:
    """Return one line per configuration, best first."""
    return csv_text(ranking_columns(ranking)).encode()


def ranking_json(ranking: Ranking) -> bytes:
    """Return the goal and every configuration, named as by `rescale4dl plan --json`."""
    fields = ranking_fields(ranking, range(len(ranking)))
    return json.dumps(fields, indent=1, ensure_ascii=False, allow_nan=False).encode()


ROWS = f"{CHOICE_PREFIX}planner_rows"
MOST_ROWS = 20_000
PER_HOUR = "Objects per hour"


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
    columns[PER_HOUR] = _three_digits(columns[PER_HOUR])
    return pd.DataFrame(columns)


def _three_digits(values: Any) -> Any:
    digits = 10.0 ** (np.floor(np.log10(np.maximum(values, 1.0))) - 2)
    return np.round(values / digits) * digits


def _columns() -> dict[str, Any]:
    """Return how each column is written, its formula as the help of its header."""
    found = {}
    for column in shown_columns():
        if column.shown is None:
            continue
        label, form = column.shown.label, column.shown.form
        found[label] = (
            st.column_config.TextColumn(label, help=column.formula)
            if form is None
            else st.column_config.NumberColumn(label, format=form, help=column.formula)
        )
    return found
