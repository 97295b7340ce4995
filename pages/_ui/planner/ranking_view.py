"""How the planner page shows its answer: in words, as a ranked table, as a front."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from pages._ui.shared.downloads import Download, chart_files, download_row
from pages._ui.shared.messages import plain, show_side_by_side
from pages._ui.shared.state import CHOICE_PREFIX, current_session, keep_choices, set_widget
from rescale4dl_core.advice.configuration_words import (
    comparison,
    goal_cautions,
    sampling_sentence,
    short_name,
    stack_sentences,
)
from rescale4dl_core.charts.pareto_front import front_chart
from rescale4dl_core.exports.methods import time_in_words
from rescale4dl_core.microscope.ranking_table import (
    ranking_columns,
    ranking_fields,
    shown_columns,
    table_of,
)
from rescale4dl_core.microscope.stack import stack_of
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR
from rescale4dl_core.wording import (
    change,
    count,
    counted,
    dose,
    duration,
    microns,
    number,
    storage,
)
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.microscope.ranking import Option, Ranking


METRIC_WIDTH_PX = 240
CHART_HEIGHT_PX = 360
MOST_LISTED = 500


def shown_options(ranking: Ranking, *, only_inside: bool) -> tuple[Option, ...]:
    """Return what the chart and the lists hold: at least the first one."""
    return ranking.top(min(ranking.n_shown(only_inside=only_inside), MOST_LISTED))


def show_objects(goal: Goal) -> None:
    """Say what the ranking is for."""
    window = goal.window
    density = (
        "their density is not known, so objects per hour are the ceiling (Eq. 3)"
        if goal.density_per_um2 is None
        else f"{number(goal.density_per_um2 * 1e6)} of them per mm²"
    )
    said = f"For objects **{microns(goal.diameter_um)}** across, {density}."
    if goal.for_structure:
        said += (
            " To see structure inside them, lenses that tell "
            f"{microns(goal.resolution_um)} apart, sampled at Nyquist or finer, come "
            "first; the size of the objects does not decide."
        )
    else:
        said += (
            " A network finds them well where a pixel spans "
            f"**{number(window.low_percent)} to {number(window.high_percent)} %** of the "
            f"diameter: {microns(goal.diameter_um * window.low_percent / 100)} to "
            f"{microns(goal.diameter_um * window.high_percent / 100)} per pixel."
        )
    st.markdown(said)
    for caution in goal_cautions(goal):
        st.caption(plain(caution))
    if goal.curve is not None and not goal.for_structure:
        st.caption(
            f"Expected scores: {plain(goal.curve.source)}. They decide before the range "
            f"does: good is what loses {number(goal.tolerance_percent)} % of the best one "
            "at most."
        )
    st.caption(
        f"Planned as {goal.light.modality.words}; another kind of microscope can be chosen "
        "under Light."
    )


def show_chosen(option: Option, ranking: Ranking) -> None:
    """Show the configuration to book with its numbers."""
    configuration = option.configuration
    st.subheader(plain(configuration.label), anchor=False)
    best_case = " at best" if ranking.goal.density_per_um2 is None else ""
    wanted = ranking.goal.n_objects_wanted * ranking.goal.n_wells
    metrics = [
        ("Pixel size", microns(option.pixel_um), f"{number(option.coverage_percent)} %"),
        (
            "Width of a field",
            _mm(option.field_width_um),
            f"{_mm(option.field_height_um)} high",
        ),
        (
            f"Objects per hour{best_case}",
            count(option.objects_per_hour),
            "new ones" if ranking.goal.interval_s is None else "while imaging",
        ),
        (
            f"Time for {counted(wanted, 'object')}",
            _hours(option),
            f"{time_in_words(option.tau_s)} per field",
        ),
        ("Storage", _bytes(option.storage_bytes), _compressed(option, ranking.goal)),
        ("Light on the sample", *_light(option, ranking)),
    ]
    if option.expected_iou is not None:
        interval = (
            f"{option.expected_iou_low or 0:.2f} to {option.expected_iou_high or 0:.2f}"
        )
        metrics.insert(1, ("Expected IoU", f"{option.expected_iou:.2f}", interval))
    numbers = st.container(horizontal=True)
    for label, value, below in metrics:
        numbers.metric(
            label,
            value,
            delta=below,
            delta_color="off",
            delta_arrow="off",
            border=True,
            width=METRIC_WIDTH_PX,
        )
    st.caption(f"{_sentence(option.standing.meaning)} {sampling_sentence(option)}")
    if not ranking.goal.equal_light:
        st.warning(
            "All lenses are exposed alike here, and a lens of low aperture collects much "
            "less light, so weak lenses stand too high. "
            + (
                "Fill in “The objective of your sample”, and each takes as long as it "
                "needs for pixels as bright."
                if ranking.goal.taken_light is None
                else "Switch on equal brightness under “Light”."
            )
        )


def show_front(options: tuple[Option, ...], chosen: Option, ranking: Ranking) -> None:
    """Show what more objects per hour cost in quality."""
    front = ranking.front
    chart = front_chart(options, front, chosen, ranking.goal)
    st.altair_chart(
        chart,
        width="stretch",
        height=CHART_HEIGHT_PX,
        alt="Objects per hour against quality",
    )
    st.caption(
        "Dashed: the Pareto front, where more objects per hour cost expected score. "
        "Diamond: the configuration above."
        if front
        else "Green band: the window. Diamond: the configuration above. With a network and "
        "its evidence the expected score takes the place of the coverage."
    )
    download_row(*chart_files("plan", chart))


def show_comparison(chosen: Option, other: Option) -> None:
    """Show what it means to take one configuration instead of another."""
    sum_of_it, *details = comparison(chosen, other)
    st.markdown(f"**{plain(sum_of_it)}**")
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in details))
    pair = (chosen, other)
    figures: dict[str, Callable[[Option], str]] = {
        "Pixel size": lambda one: microns(one.pixel_um),
        "One pixel, of a diameter": lambda one: f"{number(one.coverage_percent)} %",
        "Suits the objects": lambda one: one.standing.meaning,
        "Expected IoU": _iou,
        "Field": lambda one: f"{_mm(one.field_width_um)} × {_mm(one.field_height_um)}",
        "Objects per hour": lambda one: count(one.objects_per_hour),
        "Exposure": lambda one: time_in_words(one.exposure_s),
        "Planes": lambda one: str(one.n_planes),
        "Time": _hours,
        "Disk": lambda one: _bytes(one.storage_bytes),
        "Pixel size ÷ Nyquist": lambda one: _known(one.nyquist_ratio),
        "Dose for equally bright pixels": lambda one: _known(one.relative_dose),
    }
    if all(one.expected_iou is None for one in pair):
        figures.pop("Expected IoU")
    show_side_by_side(
        {name: [figure(one) for one in pair] for name, figure in figures.items()},
        [one.configuration.label for one in pair],
    )


def show_stack(chosen: Option, goal: Goal) -> None:
    """Show the planes of a stack."""
    stack = stack_of(chosen.configuration, goal)
    planes, *rule = stack_sentences(stack, goal.object_height_um)
    st.markdown(f"With {plain(short_name(chosen.configuration))}: {plain(planes)}")
    for sentence in rule:
        st.markdown(plain(sentence))
    depth_um = chosen.depth_of_field_um
    if depth_um is not None:
        whole = " The whole object is."
        st.caption(
            f"Depth of field: {microns(depth_um)} is in focus at once."
            f"{whole if depth_um >= goal.object_height_um else ''}"
        )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _iou(option: Option) -> str:
    iou = option.expected_iou
    return "not known" if iou is None else f"{iou:.2f}"


def _known(value: float | None) -> str:
    return "not known" if value is None else number(value)


def _mm(length_um: float) -> str:
    return f"{number(length_um / 1000)} mm"


def _hours(option: Option) -> str:
    seconds = option.duration_s
    return "never" if seconds is None else duration(seconds / SECONDS_PER_HOUR)


def _bytes(n_bytes: float | None) -> str:
    return "not known" if n_bytes is None else storage(n_bytes)


def _compressed(option: Option, goal: Goal) -> str:
    if goal.compression == 1:
        return "not compressed"
    return f"{_bytes(option.compressed_bytes)} compressed"


def _light(option: Option, ranking: Ranking) -> tuple[str, str]:
    if option.dose_j_per_cm2 is not None:
        return (
            dose(option.dose_j_per_cm2),
            f"{time_in_words(option.exposure_s)} each",
        )
    if option.relative_dose is None:
        return "not known", "aperture missing"
    return change(option.relative_dose), f"of the {ranking.reference}"


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
