"""Up to four plans of the throughput page, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.amounts import change, count, duration, pixel, storage
from pages._ui.downloads import csv_file, download_row
from pages._ui.state import CHOICE_PREFIX, forget_widgets, keep_choices
from rescale4dl_core.advice.wording import number
from rescale4dl_core.session.acquisition import compared_plans
from rescale4dl_core.session.kept_plan import KeptPlan
from rescale4dl_core.session.plan_choices import MOST_KEPT
from rescale4dl_core.writing.csv_text import columns_of

if TYPE_CHECKING:
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.planning.what_if import WhatIf
    from rescale4dl_core.session.model import Choices


def show_comparison(measurement: Measurement, choices: Choices, recommended: float) -> None:
    """Offer to keep the plan on the screen, and show those kept."""
    kept = choices.plan.kept
    st.subheader("Compare plans")
    name, button = st.columns([3, 1], vertical_alignment="bottom")
    wanted = name.text_input(
        "Name of this plan",
        placeholder=f"Plan {len(kept) + 1}",
        max_chars=60,
        key=f"{CHOICE_PREFIX}plan_name_{len(kept)}",
    )
    if button.button(
        "Keep this plan",
        key="keep_plan",
        disabled=len(kept) >= MOST_KEPT,
        help=f"Up to {MOST_KEPT} plans stand side by side.",
    ):
        plan = KeptPlan.of(choices, wanted.strip() or f"Plan {len(kept) + 1}")
        _keep(choices, (*kept, plan))
        st.rerun()
    if not kept:
        st.caption(
            "Keep this plan, change the sliders, keep the next one: up to four stand side "
            "by side, for your sample."
        )
        return
    rows = [_row(*pair) for pair in compared_plans(measurement, choices, recommended)]
    st.dataframe(rows, hide_index=True, width="stretch")
    download_row(csv_file("plans.csv", columns_of(rows)))
    _offer_kept(choices)


def _offer_kept(choices: Choices) -> None:
    kept = choices.plan.kept
    with st.container(horizontal=True):
        for index, plan in enumerate(kept):
            if st.button(f"Show {plan.name}", key=f"show_plan_{index}"):
                keep_choices(plan.applied_to(choices))
                forget_widgets()
                st.rerun()
        for index, plan in enumerate(kept):
            if st.button(
                f"Remove {plan.name}", key=f"remove_plan_{index}", type="tertiary"
            ):
                _keep(choices, kept[:index] + kept[index + 1 :])
                st.rerun()


def _keep(choices: Choices, kept: tuple[KeptPlan, ...]) -> None:
    keep_choices(replace(choices, plan=replace(choices.plan, kept=kept)))


def _row(plan: KeptPlan, result: WhatIf) -> dict[str, Any]:
    timing = plan.timing
    per_hour = result.objects_per_hour or result.objects_per_hour_ceiling
    return {
        "Plan": plan.name,
        "Pixel": pixel(result.pixel_um, result.gain.ratio),
        "By": result.gain.route.value,
        "Exposure (s)": number(timing.exposure_s),
        "Channels × planes × times": (
            f"{timing.n_channels} × {timing.n_planes} × {timing.n_timepoints}"
        ),
        "Wells": plan.n_wells,
        "Overlap (%)": number(plan.overlap_percent),
        "s per field": number(timing.tau_s),
        "Objects per hour": f"{count(per_hour)}{' at best' if result.is_best_case else ''}",
        "Objects per well": plan.n_objects_wanted,
        "Time": duration(result.hours),
        "Disk": storage(result.storage_bytes),
        "Light": light(result),
    }


def light(result: WhatIf) -> str:
    """Return the dose in J/cm² where the power is known, else against the sample."""
    if result.dose_j_per_cm2 is not None:
        return f"{number(result.dose_j_per_cm2)} J/cm²"
    return change(result.relative_dose)
