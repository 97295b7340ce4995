"""How the throughput page shows its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.downloads import chart_files, csv_file, download_row, json_file
from pages._ui.shared.side_by_side import show_side_by_side
from pages._ui.throughput.comparison import light
from rescale4dl_core.charts.throughput_curves import (
    objects_per_hour_chart,
    series_columns,
    timing_chart,
    timing_columns,
)
from rescale4dl_core.planning.gain import Detector, Gain, Route
from rescale4dl_core.planning.ratios import nearest_binning
from rescale4dl_core.wording import change, count, duration, number, pixel, storage

if TYPE_CHECKING:
    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.planning.what_if import Acquisition, WhatIf


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
