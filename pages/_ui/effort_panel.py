"""From the recommended pixel size to an experiment: fields and hours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.amounts import count, duration
from pages._ui.messages import plain, show_error
from pages._ui.state import keep_choices, seeded
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.effort import added_error, comparison_of, effort_to_find

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.planning.effort import Effort
    from rescale4dl_core.session.model import Choices, Session
    from rescale4dl_core.study.results import Sweep

ABOUT = (
    "With the camera and the times of the Throughput page. Objects that the network misses "
    "have to be imaged too, so the effective throughput is objects per hour × share found."
)

REPLICATES = (
    "Cells of one dish are not independent: this is the number of cells for one pair of "
    "dishes. Repeat the whole on independent samples, and compare their means."
)


def show_effort(advice: Recommendation, session: Session, sweep: Sweep | None) -> None:
    """Ask for a number of objects or a difference in size, and answer both."""
    if advice.ratio is None:
        return
    st.subheader("What an experiment takes", anchor=False)
    st.caption(ABOUT)
    counting, comparing = st.columns(2, gap="large")
    try:
        with counting:
            choices = _ask_number(session.choices)
            _answer_number(advice, choices)
        with comparing:
            choices = _ask_difference(choices)
            _answer_difference(advice, replace(session, choices=choices), sweep)
    except RescaleError as error:
        show_error(error)


def _ask_number(choices: Choices) -> Choices:
    wanted = st.number_input(
        "Objects to find in each well",
        min_value=1,
        max_value=1_000_000_000,
        step=1000,
        key=seeded("n_objects_wanted", choices.n_objects_wanted),
    )
    choices = replace(choices, n_objects_wanted=wanted)
    keep_choices(choices)
    return choices


def _answer_number(advice: Recommendation, choices: Choices) -> None:
    wanted = choices.n_objects_wanted
    effort = effort_to_find(advice, choices, wanted)
    wells = "" if choices.n_wells == 1 else f" in each of {choices.n_wells} wells"
    st.markdown(
        f"**{_fields_and_time(effort)}** for {wanted:,} objects found{wells}. "
        f"{_rate(effort, advice)}"
    )


def _rate(effort: Effort, advice: Recommendation) -> str:
    rate = f"Effective throughput: {count(effort.found_per_hour)} objects found per hour"
    if advice.expected_recall is None:
        return (
            f"{rate}, if all are found: how many the network finds is not known. Choose a "
            "network, or sweep your images with a mask."
        )
    return f"{rate}, {100 * effort.recall:.0f} % of those imaged."


def _ask_difference(choices: Choices) -> Choices:
    difference, power = st.columns(2)
    percent = difference.number_input(
        "Difference in mean size to detect (%)",
        min_value=0.1,
        max_value=100.0,
        step=1.0,
        format="%.1f",
        key=seeded("difference_percent", choices.sweep.difference_percent),
        help="Between two conditions, in percent of the mean diameter.",
    )
    chance = power.number_input(
        "Chance to detect it (%)",
        min_value=50.0,
        max_value=99.9,
        step=5.0,
        format="%.1f",
        key=seeded("power_percent", choices.sweep.power_percent),
        help="The power of the test. A false alarm is accepted in 5 % of the cases.",
    )
    asked = replace(choices.sweep, difference_percent=percent, power_percent=chance)
    choices = replace(choices, sweep=asked)
    keep_choices(choices)
    return choices


def _answer_difference(
    advice: Recommendation, session: Session, sweep: Sweep | None
) -> None:
    asked = session.choices.sweep
    try:
        found = comparison_of(
            advice,
            session.choices,
            added_error(advice, session, sweep),
            difference_percent=asked.difference_percent,
            power_percent=asked.power_percent,
        )
    except RescaleError as error:
        st.info(plain(str(error)))
        return
    st.markdown(
        f"**{found.n_each:,} objects in each of two conditions:** "
        f"{_fields_and_time(found.effort)}. Your objects spread by "
        f"{found.spread_percent:.1f} % around their mean, and measuring them at this pixel "
        f"size adds {found.error.percent:.1f} % ({plain(found.error.source)})."
    )
    st.caption(REPLICATES)


def _fields_and_time(effort: Effort) -> str:
    best_case = ", if objects touched everywhere" if effort.is_best_case else ""
    fields = "1 field" if effort.n_fields == 1 else f"{effort.n_fields:,} fields"
    return f"{fields}, {duration(effort.hours)}{best_case}"
