"""The picture of one scale of a sweep, with what was found and the truth outlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.cache import PIXEL_DIGESTS
from pages._ui.downloads import download_row, labels_file, png_file
from pages._ui.state import seeded, set_widget
from pages._ui.sweep_chart import PICKED, name_of
from pages._ui.zooming import ask_zoom
from rescale4dl_core.advice.wording import number
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.pictures.two_outlines import found_and_true
from rescale4dl_core.rescale.series import rescale_image
from rescale4dl_core.study.factors import factor_of
from rescale4dl_core.study.sweep import on_grid

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.pictures.zoom import Zoom
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import ScaleResult, Sweep

_SHOWN = "sweep_shown"


def ask_shown(sweep: Sweep) -> ScaleResult:
    """Ask which scale's picture to show; at first the best one."""
    scales = {scale.ratio: scale for scale in sweep.scales}
    start = (sweep.best or sweep.scales[-1]).ratio
    key = seeded(_SHOWN, start)
    if st.session_state[key] not in scales:
        set_widget(_SHOWN, start)
    ratio = start
    if len(scales) > 1:
        ratio = st.select_slider(
            "Look at one scale (or click a point of the chart)",
            list(scales),
            format_func=lambda ratio: name_of(scales[ratio]),
            key=key,
        )
    return scales[ratio]


def show_picked() -> None:
    """Show the scale whose point was clicked."""
    selection = st.session_state["sweep_chart"]["selection"].get(PICKED, [])
    if selection:
        set_widget(_SHOWN, selection[0]["ratio"])


def show_scale(session: Session, measurement: Measurement, shown: ScaleResult) -> None:
    """Show the current image at one scale with both outlines."""
    sample = session.entry.sample
    found = shown.labels[session.current]
    factor = on_grid(
        factor_of(shown.ratio), measurement.grid_ratio(sample.image.pixel_size)
    )
    zoom = ask_zoom(sample.image)
    picture = _picture(sample.image, found, sample.labels, factor, zoom)
    place, words = st.columns([3, 2], gap="large")
    place.image(picture, width="stretch", alt=f"What was found at {name_of(shown)}")
    with words:
        st.markdown(f"**{name_of(shown)}**")
        st.markdown(_legend(has_truth=sample.labels is not None))
        st.markdown(_numbers(shown))
        st.caption(" ".join(dict.fromkeys(shown.notes)))
        name = f"sweep_{factor.folder_name}"
        size = sample.image.pixel_size
        download_row(
            png_file(f"{name}.png", picture),
            labels_file(f"{name}.tif", found, size and size.rescaled(factor)),
        )


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs=PIXEL_DIGESTS)
def _picture(
    image: Image, found: Labels, truth: Labels | None, factor: RescaleFactor, zoom: Zoom
) -> bytes:
    rescaled = rescale_image(image, factor, for_screen=True)
    return png_bytes(found_and_true(rescaled, found, truth, zoom=zoom))


def _legend(*, has_truth: bool) -> str:
    found = ":blue[**Blue**]: found by the network at this scale."
    return f"{found}  \n:orange[**Orange**]: your mask." if has_truth else found


def _numbers(shown: ScaleResult) -> str:
    border = f" and {shown.n_border} cut by a border" if shown.n_border else ""
    diameter = (
        ""
        if shown.diameter_px is None
        else f", {number(shown.diameter_px)} px across at this scale"
    )
    lines = [f"{shown.n_objects} objects found{border}{diameter}."]
    if shown.sample_grid is not None:
        scores = shown.sample_grid
        lines.append(
            f"IoU {scores.iou.mean:.2f} on your sample's pixels; {scores.recall:.0%} of "
            "the true objects found."
        )
    if shown.stability is not None:
        lines.append(f"Stability {shown.stability.mean:.2f}.")
    return "  \n".join(lines)
