"""The sweep page: what it asks, the work in the background, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.shared.cache import PIXEL_DIGESTS
from pages._ui.shared.downloads import (
    chart_files,
    csv_file,
    download_row,
    json_file,
    labels_file,
    png_file,
)
from pages._ui.shared.jobs import computed, kept_result
from pages._ui.shared.messages import plain, show_error, show_notes
from pages._ui.shared.state import current_session, keep_choices, seeded, set_widget
from pages._ui.shared.sweep_result import remember_sweep, sweep_for
from pages._ui.shared.zoom import ask_zoom
from rescale4dl_core.charts.curves import PICKED
from rescale4dl_core.charts.sweep_curves import (
    count_chart,
    diameter_chart,
    name_of,
    score_chart,
)
from rescale4dl_core.errors import CancelledError, RescaleError
from rescale4dl_core.evaluation.own_metrics import installed_metrics
from rescale4dl_core.evaluation.scores import SCORES
from rescale4dl_core.pictures.png import found_and_true, png_bytes
from rescale4dl_core.rescaling.series import rescale_image
from rescale4dl_core.session.sweeping import (
    factors_of,
    has_mask,
    samples_key,
    series_of,
    stopped_sweep,
    sweep_session,
    wants_stability,
)
from rescale4dl_core.study.factors import factor_of
from rescale4dl_core.study.results import (
    own_score_names,
    rank_agreement,
    scale_rows,
    score_of,
    sweep_fields,
)
from rescale4dl_core.study.sweep import on_grid
from rescale4dl_core.window import PUBLISHED_WINDOW
from rescale4dl_core.wording import (
    change,
    coarser_or_finer,
    count,
    counted,
    microns,
    number,
)
from rescale4dl_core.writing.csv_text import columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pages._ui.shared.network_sight import Chosen
    from rescale4dl_core.images import Image
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.pictures.view import Zoom
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import ScaleResult, Sweep
    from rescale4dl_core.window import Window


CHART_HEIGHT_PX = 440
NOT_RETRAINED = (
    "This is **one trained network on rescaled images**. The published curves come from "
    "networks trained anew at each scale. So this sweep shows at which pixel size this "
    "network works on your sample, not how well any network could do there; and coarser "
    "images made on the computer are a best case for a real low-magnification objective."
)
ABOUT_SCORES = (
    "**IoU** (intersection over union) is the area that an object found and the true one "
    "share, over the area of both together: 1 is perfect, a missed object counts 0. "
    "*On your sample's pixels* every scale is enlarged back before it is scored, so they "
    "can be compared; *on its own pixels* the mask is made coarser too, which hides what "
    "is lost, as in publications. The dashed **limit** is the mask itself, made coarser "
    "and back: no network gets above it by much. Bands are 95 % intervals."
)
ABOUT_STABILITY = (
    "**Stability** is how much the network agrees with itself when the image is mirrored, "
    "gets noise or a 5 % zoom, and with the next scales: the mean overlap of the same "
    "object, 0 to 1. It is no proof: a network can be wrong every time. So look at the "
    "number and size of what was found, and at the picture below."
)
OWN_FORMAT = "%.4g"
"""Of the user's own scores, whose size is not known."""

COLUMNS: dict[str, tuple[str, str | None, str | None]] = {
    "scale": ("Pixel size", None, None),
    "coverage_percent": ("Coverage (%)", "%.1f", None),
    "n_objects": ("Objects", "%d", None),
    "diameter_px": ("Diameter (px)", "%.1f", None),
    "iou_sample_grid": ("IoU, sample px", "%.3f", None),
    "iou_own_grid": ("IoU, own px", "%.3f", None),
    "iou_ceiling": ("Limit", "%.3f", None),
    **{
        f"{one.name}_sample_grid": (one.label, "%.2f", one.explanation)
        for one in SCORES
        if one.on_screen
    },
    "stability": ("Stability", "%.3f", None),
    "objects_per_fov": ("Objects per field", "%.0f", None),
    "seconds": ("Time (s)", "%.1f", None),
}


def show_answer(sweep: Sweep) -> None:
    """Say which scale is best, and what it would change."""
    best = sweep.best
    with st.container(border=True):
        if best is None or not score_of(best):
            st.subheader("Nothing was found that can be compared", anchor=False)
            st.markdown(
                f"{plain(sweep.network)} found no objects of the expected size at any "
                "scale. It may be made for another kind of image; try another network."
            )
        else:
            so_far = "Best so far, and the finest tried" if sweep.still_rises else "Best"
            st.subheader(f"{so_far} for this network: {name_of(best)}", anchor=False)
            st.markdown(_in_words(best, sweep))
            if sweep.still_rises:
                st.markdown(
                    "Finer pixels were not tried, and may be better: run the sweep to the "
                    "end before you decide."
                )
    show_notes(sweep.notes)


def show_partial(sweep: Sweep) -> None:
    """List the scales that are done while others are still running."""
    st.caption(f"Done so far, coarsest first: {counted(len(sweep.scales), 'scale')}.")
    show_table(sweep)


def show_scores(
    sweep: Sweep, window: Window | None, shown: ScaleResult, picked: Callable[[], None]
) -> None:
    """Show the scores over coverage; a click on a point picks its scale."""
    st.altair_chart(
        score_chart(sweep, window or PUBLISHED_WINDOW, shown, pickable=True),
        width="stretch",
        height=CHART_HEIGHT_PX,
        key="sweep_chart",
        on_select=picked,
        selection_mode=PICKED,
    )
    st.caption(ABOUT_SCORES if sweep.has_truth else ABOUT_STABILITY)
    agreement = rank_agreement(sweep)
    if agreement is not None:
        st.caption(
            "How well stability ranks the scales as the true score does (Spearman's "
            f"correlation, 1 is the same order): **{agreement:.2f}** on these images."
        )


def show_counts(sweep: Sweep) -> None:
    """Show number and size of what was found over coverage."""
    counts, sizes = st.columns(2, gap="large")
    counts.altair_chart(count_chart(sweep), width="stretch", key="sweep_counts")
    counts.caption(
        "Those cut by a border included. Too fine, objects break up; too coarse, they "
        "merge or vanish."
    )
    sizes.altair_chart(diameter_chart(sweep), width="stretch", key="sweep_sizes")
    sizes.caption(
        "In px of your sample. Where sizes leave the dashed line, what was found is not "
        "your objects."
    )


def show_table(sweep: Sweep) -> None:
    """Show every scale in a row, and offer all numbers and charts as files."""
    import pandas as pd

    frame = pd.DataFrame(columns_of(scale_rows(sweep)))
    frame["scale"] = [name_of(scale) for scale in sweep.scales]
    own = {
        f"{name}_sample_grid": (name, OWN_FORMAT, "Your own score, on the sample's pixels.")
        for name in own_score_names(sweep)
    }
    columns = COLUMNS | own
    st.dataframe(
        frame[list(columns)].dropna(axis="columns", how="all"),
        hide_index=True,
        width="stretch",
        column_config={name: _column(*about) for name, about in columns.items()},
    )


def offer_files(sweep: Sweep, window: Window | None) -> None:
    """Offer the table, everything as JSON, and the chart."""
    download_row(
        csv_file("sweep.csv", columns_of(scale_rows(sweep)), "Table (CSV)"),
        json_file("sweep.json", sweep_fields(sweep)),
        *chart_files("sweep", score_chart(sweep, window or PUBLISHED_WINDOW)),
    )


def _in_words(best: ScaleResult, sweep: Sweep) -> str:
    score, scored = score_of(best) or 0.0, "IoU" if sweep.has_truth else "stability"
    interval = best.sample_grid.iou if best.sample_grid else best.stability
    bounds = "" if interval is None else f" (95 %: {interval.low:.2f}–{interval.high:.2f})"
    taken = next((one for one in sweep.scales if one.ratio == 1), None)
    before = "" if taken is None or taken is best else _against(taken, scored)
    field = (
        ""
        if best.objects_per_fov is None
        else f" A field of view would hold {count(best.objects_per_fov)} objects"
    )
    if field:
        field += "." if best.ratio == 1 else f", {change(best.ratio**2)} your sample's."
    return (
        f"Its {scored} there is **{score:.2f}**{bounds}{before}. One pixel spans "
        f"{number(best.coverage_percent)} % of an object's diameter.{field}"
    )


def _against(taken: ScaleResult, scored: str) -> str:
    score = score_of(taken)
    return f", as taken no {scored}" if score is None else f", as taken {score:.2f}"


def _column(label: str, form: str | None, about: str | None) -> Any:
    if form is None:
        return st.column_config.TextColumn(label, help=about, pinned=True)
    return st.column_config.NumberColumn(label, format=form, help=about)


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


STABILITY = (
    "Each image is run four times more: mirrored, with noise, and with pixels 5 % larger "
    "and smaller. A network that suits a scale finds the same objects every time. This "
    "judges scales without a mask, and takes about five times as long."
)


def ask_scales(session: Session, measurement: Measurement) -> None:
    """Ask which pixel sizes to try; keep the answer."""
    series = series_of(session, measurement)
    usual = [float(factor.ratio) for factor in series.factors]
    chosen = list(session.choices.sweep.ratios)
    size = measurement.pixel_size

    def name(ratio: float) -> str:
        um = "" if size is None else f": {microns(size.mean_um * ratio)}"
        return f"{coarser_or_finer(ratio)}{um}"

    ratios = st.multiselect(
        "Pixel sizes to try, against your sample",
        sorted({*usual, *chosen}),
        format_func=name,
        key=seeded("sweep_ratios", chosen or usual),
        help="Few coarse ones answer fast; the finest take the most time.",
    )
    show_series = series.notes if not chosen else ()
    show_notes(show_series)
    if not ratios:
        st.caption("None chosen: the usual ones are tried.")
    is_usual = sorted(ratios) == usual or not ratios
    _keep(ratios=() if is_usual else tuple(sorted(ratios)))


def ask_stability(session: Session) -> None:
    """Ask whether perturbed versions are run too; keep the answer."""
    before = wants_stability(session)
    wanted = st.toggle(
        "Measure stability", key=seeded("sweep_stability", before), help=STABILITY
    )
    if wanted != before:
        _keep(stability=wanted)
    if not wanted and not has_mask(session):
        st.caption(
            "Without a mask and without stability, only the number and size of what is "
            "found can be compared."
        )


def show_reference(session: Session, measurement: Measurement) -> None:
    """Say what predictions are compared with."""
    diameter = f"{number(measurement.diameter_px)} px"
    n_images = len(session.entries)
    images = "your image" if n_images == 1 else f"your {n_images} images together"
    n_masks = sum(entry.sample.labels is not None for entry in session.entries)
    if n_masks:
        every = "the mask" if n_masks == n_images else f"the masks of {n_masks} of them"
        st.caption(f"On {images}, objects {diameter} across. Scored against {every}.")
    else:
        st.caption(
            f"On {images}, objects {diameter} across by the Objects page. There is no "
            "mask to score against, so scales are compared by **stability**."
        )


def _keep(**changed: object) -> None:
    choices = current_session().choices
    sweep = replace(choices.sweep, **changed)  # type: ignore[arg-type]
    keep_choices(replace(choices, sweep=sweep))


SLOT = "sweep"
MOST_KEPT = 3
"""A sweep of 512 x 512 px holds 35 MB of labels."""

LIVE_S = 2.0
"""How often the scales that are done are drawn while others run."""

_WANTED = "sweep_wanted"
_SO_FAR = "sweep_so_far"


def offer_sweep(
    session: Session,
    measurement: Measurement,
    chosen: Chosen,
    meanwhile: Callable[[Sweep], object],
) -> Sweep | None:
    """Show the button that starts the sweep, its progress, and return what is known.

    Parameters
    ----------
    session : Session
        Images and choices.
    measurement : Measurement
        Of its objects.
    chosen : Chosen
        Which network, and how it is opened, in the thread that runs it.
    meanwhile : callable
        Draws the scales that are done while others are still running.

    Returns
    -------
    Sweep or None
        The last sweep of these images by this network; None before the first.
    """
    key = _key(session, measurement, chosen)
    if st.button("Run the sweep", type="primary", key="run_sweep"):
        st.session_state[_WANTED] = key
        st.session_state[_SO_FAR] = []
        choices = session.choices
        keep_choices(replace(choices, network=replace(choices.network, advises=True)))
    if st.session_state.get(_WANTED) == key:
        _run(session, measurement, chosen, key, meanwhile)
    done = kept_result(SLOT, key)
    if done is not None:
        remember_sweep(samples_key(session, measurement), done, chosen.sight.window)
    latest = sweep_for(session, measurement)
    return latest if latest is not None and latest.network == chosen.key[0] else None


def _run(
    session: Session,
    measurement: Measurement,
    chosen: Chosen,
    key: Hashable,
    meanwhile: Callable[[Sweep], object],
) -> None:
    so_far: list[ScaleResult] = st.session_state[_SO_FAR]
    name = chosen.key[0]

    def work(progress: Progress) -> Sweep:
        progress(0.0, f"Opening {name}")
        network = chosen.opened()
        return sweep_session(
            session,
            network,
            measurement,
            metrics=installed_metrics(),
            progress=progress,
            on_scale=so_far.append,
        )

    def stopped() -> Sweep:
        return stopped_sweep(session, name, measurement, tuple(so_far))

    @st.fragment(run_every=LIVE_S)
    def watch() -> None:
        if so_far:
            meanwhile(stopped())

    try:
        computed(
            SLOT,
            key,
            work,
            most_kept=MOST_KEPT,
            meanwhile=watch,
        )
    except CancelledError as error:
        if so_far:
            remember_sweep(
                samples_key(session, measurement), stopped(), chosen.sight.window
            )
        else:
            show_error(error)
    except RescaleError as error:
        show_error(error)
    del st.session_state[_WANTED]


def _key(session: Session, measurement: Measurement, chosen: Chosen) -> Hashable:
    return (
        samples_key(session, measurement),
        chosen.key,
        factors_of(session, measurement),
        wants_stability(session),
        measurement.estimator,
        measurement.aggregate,
        round(measurement.diameter_px, 6),
    )
