"""A look before booking: what is asked, and what is shown side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.shared.cache import PIXEL_DIGESTS, image_key
from pages._ui.shared.downloads import csv_file, download_row, png_file
from pages._ui.shared.jobs import computed
from pages._ui.shared.messages import plain, show_notes
from pages._ui.shared.state import keep_choices, seeded
from pages._ui.shared.zoom import ask_zoom
from rescale4dl_core.inference.segment import segment
from rescale4dl_core.pictures.png import found_and_true, png_bytes
from rescale4dl_core.rescaling.series import rescale_image
from rescale4dl_core.session.looking import (
    best_simulated,
    can_be_simulated,
    look_through,
    taken_with,
)
from rescale4dl_core.session.planning import chosen_of, light_of
from rescale4dl_core.study.look_compared import (
    AS_TAKEN,
    BINNED,
    SIMULATED,
    SeenObjects,
    compare_looks,
)
from rescale4dl_core.wording import microns, number

if TYPE_CHECKING:
    from pages._ui.shared.network_choice import OpenNetworks
    from rescale4dl_core.images import Image, Sample
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.ranking import Option, Ranking
    from rescale4dl_core.pictures.view import Zoom
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.simulation.look import Look


TITLES = {
    AS_TAKEN: "As you took it",
    SIMULATED: "As this configuration would show it",
    BINNED: "Your image, only binned",
}
_WANTED = "look_network_wanted"


def ask_configuration(ranking: Ranking, image: Image, choices: Choices) -> Option:
    """Ask which objective, camera and binning to look through."""
    chosen = chosen_of(ranking, choices)
    simulated_ones = best_simulated(ranking, image, choices)
    offered = (chosen, *simulated_ones)
    is_free = choices.plan.chosen is None and bool(simulated_ones)
    if is_free and not can_be_simulated(image, chosen.configuration, choices):
        offered = (*simulated_ones, chosen)
        st.caption(
            f"{plain(chosen.configuration.label)} is ranked first, but shows more than "
            "your sample image holds; below is the best one that it can stand for."
        )
    # The first of equal labels counts.
    options = {one.configuration.label: one for one in reversed(offered)}
    names = list(dict.fromkeys(one.configuration.label for one in offered))
    name = st.selectbox(
        "Objective, camera and binning",
        names,
        key=seeded("look_configuration", names[0]),
        help="First the one chosen on the Planner page, then the best-ranked one of every "
        "objective that your sample image is sharp enough for.",
    )
    return options[name or names[0]]


def ask_exposure(choices: Choices, planned_ratio: float) -> Choices:
    """Ask how bright the sample image was and how long the exposure; keep the answer."""
    bright, dark, exposure = st.columns(3)
    brightest_e = bright.number_input(
        "Photoelectrons in your brightest pixels",
        min_value=1.0,
        max_value=1e7,
        value=None,
        step=100.0,
        format="%.0f",
        placeholder="read from its noise",
        key=seeded("brightest_e", choices.look.brightest_e),
        help="Light that one camera pixel detected: counts above the offset × "
        "photoelectrons per count. A well exposed sCMOS image has 500 to 5,000, a dim one "
        "50. Empty: as many as the noise of your image tells.",
    )
    offset_counts = dark.number_input(
        "Camera offset (counts without light)",
        min_value=-1e6,
        max_value=1e6,
        value=None,
        step=10.0,
        format="%.0f",
        placeholder="not known",
        key=seeded("offset_counts", choices.look.offset_counts),
        help="The mean of an image taken with the shutter closed. Most sCMOS cameras have "
        "100, EMCCDs some hundreds, 8-bit images often 0. Without it, background light "
        "cannot be told from the camera's own.",
    )
    exposure_ratio = exposure.number_input(
        "Exposure time against your image's",
        min_value=0.001,
        max_value=1000.0,
        value=None,
        step=0.5,
        placeholder=f"as planned: {number(planned_ratio)}×",
        key=seeded("exposure_ratio", choices.look.exposure_ratio),
        help="2: twice as long. Empty: as the Planner exposes this configuration.",
    )
    look = replace(
        choices.look,
        brightest_e=brightest_e,
        offset_counts=offset_counts,
        exposure_ratio=exposure_ratio,
    )
    choices = replace(choices, look=look)
    keep_choices(choices)
    return choices


def simulated(
    image: Image, configuration: Configuration, choices: Choices, planned_ratio: float
) -> Look:
    """See `look_through`; while it is computed, the page shows the progress."""
    settings = (taken_with(choices), light_of(choices), choices.look, planned_ratio)
    key = (image_key(image), configuration, settings)

    def work(progress: Progress) -> Look:
        return look_through(
            image, configuration, choices, planned_ratio=planned_ratio, progress=progress
        )

    return computed("look", key, work)


def show_facts(seen: Look, configuration: Configuration) -> None:
    """Show what the configuration does to the image, in numbers."""
    pixel, blur, light, noise = st.columns(4)
    pixel.metric(
        "Pixel on the sample",
        microns(configuration.pixel_um),
        f"{number(float(seen.factor.ratio))}× coarser",
        delta_color="off",
        delta_arrow="off",
    )
    blur.metric(
        "Blur that is added",
        microns(seen.added_sigma_um) if seen.added_sigma_um else "none",
        help="Standard deviation of the point spread function beyond that of your image.",
    )
    light.metric(
        "Brightest pixels",
        f"{seen.brightest_e:,.0f} e⁻",
        help="Photoelectrons in one saved pixel, from its area, the aperture and the "
        "exposure.",
    )
    noise.metric(
        "Signal / noise there",
        number(seen.snr_brightest),
        help="Below 5, objects drown in noise.",
    )
    show_notes(seen.notes)
    st.caption(plain(" ".join(seen.assumptions)))


def show_range(option: Option, card: NetworkCard) -> None:
    """Say whether the network suits the objects as the configuration shows them."""
    window = card.window
    spans = (
        f"As this configuration would show it one pixel spans "
        f"{number(option.coverage_percent)} % of your objects"
    )
    wanted = (
        f"the {number(window.low_percent)} to {number(window.high_percent)} % that "
        f"{plain(card.name)} wants"
    )
    if window.contains(option.coverage_percent):
        st.caption(f"{spans}, inside {wanted}.")
    else:
        st.warning(f"{spans}, outside {wanted}: it may miss them.")


def offer_network(
    session: Session,
    seen: Look,
    measurement: Measurement,
    card: NetworkCard,
    networks: OpenNetworks,
) -> tuple[SeenObjects, ...]:
    """Run the network on all three versions when asked; empty before."""
    sample = session.entry.sample
    truth = sample.labels and sample.labels.digest()
    key = (image_key(sample.image), truth, seen.image.digest(), card.sha256)
    if st.button("Run the network on all three", type="primary", key="run_looks"):
        st.session_state[_WANTED] = key
    if st.session_state.get(_WANTED) != key:
        return ()

    def work(progress: Progress) -> tuple[SeenObjects, ...]:
        network = networks.get(card.name, card.sha256, session.choices.network.provider)
        return compare_looks(
            sample,
            seen,
            network,
            estimator=measurement.estimator,
            segmenter=segment,
            progress=progress,
        )

    return computed("looks", key, work, meanwhile=lambda: show_pictures(sample, seen, ()))


def show_pictures(sample: Sample, seen: Look, found: tuple[SeenObjects, ...]) -> None:
    """Show the same part of the three versions, with what was found where known."""
    zoom = ask_zoom(sample.image)
    images = {
        AS_TAKEN: sample.image,
        SIMULATED: seen.image,
        BINNED: rescale_image(sample.image, seen.factor),
    }
    labels = {one.version: one.labels for one in found}
    for column, (version, image) in zip(st.columns(3), images.items(), strict=True):
        picture = _picture(image, labels.get(version), zoom)
        column.markdown(f"**{TITLES[version]}**")
        column.image(picture, width="stretch", alt=TITLES[version])
        with column:
            download_row(png_file(f"look_{version.replace(' ', '_')}.png", picture))


def show_found(found: tuple[SeenObjects, ...], card: NetworkCard) -> None:
    """Show counts, sizes and scores of the three versions."""
    columns: dict[str, list[Any]] = {
        "Version": [TITLES[one.version] for one in found],
        "Objects found": [one.n_objects for one in found],
        "Mean diameter (µm)": [one.diameter_um for one in found],
    }
    if any(one.iou is not None for one in found):
        columns["IoU"] = [one.iou for one in found]
        columns["Share found"] = [one.recall for one in found]
    st.dataframe(
        columns,
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.2f") for name in list(columns)[2:]
        },
    )
    st.caption(
        f"By {plain(card.name)}. IoU: mean overlap with the objects of your mask on your "
        "sample's pixels, 0 for one that was missed; 1 is perfect. Share found: of your "
        "mask's objects. Binning alone keeps the sharpness and light of your objective, so "
        "it can look better than a lower magnification will."
    )
    download_row(csv_file("look_before_booking.csv", columns, "Table (CSV)"))


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs=PIXEL_DIGESTS)
def _picture(image: Image, found: Labels | None, zoom: Zoom) -> bytes:
    return png_bytes(found_and_true(image, found, None, zoom=zoom))
