"""Up to four plans of the throughput page, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.downloads import csv_file, download_row
from pages._ui.shared.messages import plain
from pages._ui.shared.side_by_side import show_side_by_side
from pages._ui.shared.state import CHOICE_PREFIX, forget_widgets, keep_choices
from rescale4dl_core.exports.methods import time_in_words
from rescale4dl_core.session.choices import MOST_KEPT, KeptPlan
from rescale4dl_core.session.experiment import compared_plans
from rescale4dl_core.wording import change, count, dose, duration, number, pixel, storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.planning.what_if import WhatIf
    from rescale4dl_core.session.choices import Choices


def show_comparison(measurement: Measurement, choices: Choices, recommended: float) -> None:
    """Offer to keep the plan on the screen, and show those kept."""
    kept = choices.plan.kept
    st.subheader("Compare plans")
    name, button = st.columns([3, 1], vertical_alignment="bottom")
    wanted = name.text_input(
        "Name of this plan",
        placeholder=_free_name(kept),
        max_chars=60,
        key=f"{CHOICE_PREFIX}plan_name_{len(kept)}",
    )
    if button.button(
        "Keep this plan",
        key="keep_plan",
        disabled=len(kept) >= MOST_KEPT,
        help=f"Up to {MOST_KEPT} plans stand side by side.",
    ):
        plan = KeptPlan.of(choices, wanted.strip() or _free_name(kept))
        _keep(choices, (*kept, plan))
        st.rerun()
    if not kept:
        st.caption(
            "Keep this plan, change the sliders, keep the next one: up to four stand side "
            "by side, for your sample."
        )
        return
    rows = _rows(compared_plans(measurement, choices, recommended))
    names = [plan.name for plan in kept]
    show_side_by_side(rows, names)
    by_plan = {name.strip("*"): row for name, row in rows.items()}
    download_row(csv_file("plans.csv", {"Plan": names, **by_plan}))
    _offer_kept(choices)


def _free_name(kept: tuple[KeptPlan, ...]) -> str:
    names = {plan.name for plan in kept}
    return next(name for i in range(1, MOST_KEPT + 2) if (name := f"Plan {i}") not in names)


def _offer_kept(choices: Choices) -> None:
    kept = choices.plan.kept
    with st.container(horizontal=True):
        for index, plan in enumerate(kept):
            if st.button(f"Show {plain(plan.name)}", key=f"show_plan_{index}"):
                keep_choices(plan.applied_to(choices))
                forget_widgets()
                st.rerun()
        for index, plan in enumerate(kept):
            if st.button(
                f"Remove {plain(plan.name)}", key=f"remove_plan_{index}", type="tertiary"
            ):
                _keep(choices, kept[:index] + kept[index + 1 :])
                st.rerun()


def _keep(choices: Choices, kept: tuple[KeptPlan, ...]) -> None:
    keep_choices(replace(choices, plan=replace(choices.plan, kept=kept)))


def _rows(pairs: Sequence[tuple[KeptPlan, WhatIf]]) -> dict[str, list[str]]:
    columns = [_column(plan, result) for plan, result in pairs]
    return {name: [column[name] for column in columns] for name in columns[0]}


def _column(plan: KeptPlan, result: WhatIf) -> dict[str, str]:
    timing = plan.timing
    best_case = " at best" if result.is_best_case else ""
    per_hour = result.objects_per_hour or result.objects_per_hour_ceiling
    return {
        "Pixel size": pixel(result.pixel_um, result.gain.ratio),
        "By": result.gain.route.words,
        "Exposure": f"{number(timing.exposure_s)} s",
        "Stage move and settling": f"{number(timing.stage_move_s)} s",
        "Channels, planes, time points": (
            f"{timing.n_channels}, {timing.n_planes}, {timing.n_timepoints}"
        ),
        "Every": "as fast as it goes"
        if plan.interval_s is None
        else time_in_words(plan.interval_s),
        "Wells, objects in each": f"{plan.n_wells:,}, {plan.n_objects_wanted:,}",
        "Overlap": f"{number(plan.overlap_percent)} %",
        "Time per field": f"{number(timing.tau_s)} s",
        "**Objects per hour**": f"{count(per_hour)}{best_case}",
        "**Time**": duration(result.hours),
        "**Disk**": storage(result.storage_bytes),
        "**Light**": light(result),
    }


def light(result: WhatIf) -> str:
    """Return the dose in J/cm² where the power is known, else against the sample."""
    if result.dose_j_per_cm2 is not None:
        return dose(result.dose_j_per_cm2)
    return change(result.relative_dose)
