"""How the throughput page shows its answer, and up to four plans side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.downloads import chart_files, csv_file, download_row, json_file
from pages._ui.shared.messages import plain, show_side_by_side
from pages._ui.shared.state import CHOICE_PREFIX, forget_widgets, keep_choices
from rescale4dl_core.charts.throughput_curves import (
    objects_per_hour_chart,
    series_columns,
    timing_chart,
    timing_columns,
)
from rescale4dl_core.exports.methods import time_in_words
from rescale4dl_core.planning.gain import Detector, Gain, Route
from rescale4dl_core.planning.ratios import nearest_binning
from rescale4dl_core.session.choices import MOST_KEPT, KeptPlan
from rescale4dl_core.session.experiment import compared_plans
from rescale4dl_core.wording import change, count, dose, duration, number, pixel, storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.planning.what_if import Acquisition, WhatIf
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


METRIC_WIDTH_PX = 220
CHART_HEIGHT_PX = 400


def show_timing(timing: FieldTiming) -> None:
    """Show the time per field and its parts."""
    st.subheader(f"{number(timing.tau_s)} s per field of view")
    chart = timing_chart(timing)
    st.altair_chart(chart, width="stretch", alt="Parts of the time per field of view")
    download_row(
        csv_file("time_per_field.csv", timing_columns(timing)),
        *chart_files("time_per_field", chart),
    )


def show_answer(acquisition: Acquisition, now: WhatIf, tried: WhatIf) -> None:
    """Show the numbers that a user plans with, first of all."""
    best_case = " at best" if tried.is_best_case else ""
    per_hour, per_hour_now = (
        point.objects_per_hour_ceiling if tried.is_best_case else point.objects_per_hour
        for point in (tried, now)
    )
    numbers = st.container(horizontal=True)
    numbers.metric(
        f"Objects per hour{best_case}",
        count(per_hour),
        delta=f"{count(per_hour_now)} as taken",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width=METRIC_WIDTH_PX,
    )
    numbers.metric(
        f"Time for {acquisition.n_objects_wanted * acquisition.n_wells:,} objects",
        duration(tried.hours),
        delta=f"{duration(now.hours)} as taken",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width=METRIC_WIDTH_PX,
    )
    numbers.metric(
        "Fields of view",
        f"{tried.n_fields:,}",
        delta=f"{now.n_fields:,} as taken",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width=METRIC_WIDTH_PX,
    )
    numbers.metric(
        "Storage",
        storage(tried.storage_bytes),
        delta=f"{storage(now.storage_bytes)} as taken",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width=METRIC_WIDTH_PX,
    )
    numbers.metric(
        "Light for pixels as clean"
        if tried.dose_j_per_cm2 is None
        else "Light at this exposure",
        light(tried),
        delta=f"{light(now)} as taken",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width=METRIC_WIDTH_PX + 60,
        help="In J/cm² where the power at the sample is known: with the exposure at the "
        "left, over all channels, planes, time points and overlaps, the power spread over "
        "the field. Else against the sample as taken, exposed for equally good pixels in "
        "bright images.",
    )


def show_ceiling_and_count(now: WhatIf, tried: WhatIf) -> None:
    """Show the ceiling of Eq. 3 and the count at the measured density side by side."""
    names = ("Your sample as taken", f"Tried: {pixel(tried.pixel_um, tried.gain.ratio)}")
    points = (now, tried)
    rows = {
        "Pixel size": [pixel(point.pixel_um, point.gain.ratio) for point in points],
        "One pixel, of an object's diameter": [
            f"{number(point.coverage.percent)} %" for point in points
        ],
        "Mean diameter": [f"{number(point.coverage.diameter_px)} px" for point in points],
        "Field of view": [_field(point) for point in points],
        "Image saved": [
            f"{point.image_px[1]} × {point.image_px[0]} px" for point in points
        ],
        "Objects per field, at your density": [
            count(point.objects_per_fov) for point in points
        ],
        "Objects per field, ceiling": [
            count(point.objects_per_fov_ceiling) for point in points
        ],
        "Objects per hour, at your density": [
            count(point.objects_per_hour) for point in points
        ],
        "Objects per hour, ceiling": [
            count(point.objects_per_hour_ceiling) for point in points
        ],
    }
    show_side_by_side(rows, names)
    st.caption(
        "The **ceiling** (Eq. 3 of the ReScale4DL paper) counts objects packed edge to "
        "edge over the whole field: no sample exceeds it. **At your density** counts as "
        "many objects per area as your images show. Plan with the second."
    )


def show_routes(ratio: float, detector: Detector) -> None:
    """Show what a lower magnification changes and what binning does."""
    if ratio == 1:
        st.caption("Move the slider of the pixel size to compare both ways.")
        return
    if ratio < 1:
        st.caption(
            "Finer pixels need a higher magnification: binning only makes coarser ones."
        )
        return
    whole = nearest_binning(ratio)
    lens = Gain(whole, Route.MAGNIFICATION)
    binned = Gain(whole, Route.BINNING, detector)
    rows = {
        "Area per field": [change(gain.field_area) for gain in (lens, binned)],
        "Objects per hour": [change(gain.objects) for gain in (lens, binned)],
        "Storage for the same area": [change(gain.storage) for gain in (lens, binned)],
        "Light for the same signal-to-noise ratio": [
            change(lens.dose_low),
            change(binned.dose_low)
            if binned.dose_low == binned.dose_high
            else f"{change(binned.dose_low)} (bright images) "
            f"to {change(binned.dose_high)} (faint ones)",
        ],
    }
    show_side_by_side(
        rows,
        (f"{whole}x lower magnification", f"{whole} × {whole} binning, {detector.words}"),
    )
    st.caption(
        "Cameras bin by whole numbers: compared at the nearest one, 2 at least. "
        "A lower magnification shows more sample per field. Binning keeps the field: it "
        "saves storage and light, and images no more objects. Light is compared at the "
        "same NA; a lens of lower NA collects less, in proportion to NA²."
    )


def show_curve(series: tuple[WhatIf, ...], now: WhatIf, tried: WhatIf) -> None:
    """Show objects per hour over pixel size, and offer all numbers."""
    chart = objects_per_hour_chart(series, now, tried)
    st.altair_chart(
        chart,
        width="stretch",
        height=CHART_HEIGHT_PX,
        alt="Objects per hour against pixel size",
    )
    download_row(
        csv_file("throughput.csv", series_columns(series)),
        json_file("throughput.json", tried),
        *chart_files("throughput", chart),
    )


def _field(point: WhatIf) -> str:
    if point.field_um is None:
        return "pixel size unknown"
    height_um, width_um = point.field_um
    return f"{number(width_um)} × {number(height_um)} µm"
