"""What a network found: outlines, count, sizes, and its use as the objects of the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.cache import cached_picture
from pages._ui.shared.downloads import chart_files, download_row, labels_file, png_file
from pages._ui.shared.messages import plain, show_error, show_notes
from pages._ui.shared.network_run import found_by_network
from pages._ui.shared.object_sizes import show_sizes
from pages._ui.shared.state import current_session, open_session
from rescale4dl_core.charts.size_histogram import size_histogram_chart
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.onnx_session import in_words
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.session.measuring import source_of
from rescale4dl_core.session.network_run import measurement_of, with_found
from rescale4dl_core.wording import counted, number, storage

if TYPE_CHECKING:
    from pages._ui.shared.network_run import NetworkKey
    from rescale4dl_core.inference.card import NetworkCard, TestScores
    from rescale4dl_core.pictures.view import Zoom
    from rescale4dl_core.session.model import Entry, Session
    from rescale4dl_core.session.network_run import Found


def show_found(entry: Entry, found: Found, zoom: Zoom) -> None:
    """Show the outlines of what was found in one image, with what ran and how long."""
    image, prediction = entry.sample.image, found.prediction
    overlay = cached_picture(image, zoom, prediction.labels)
    st.image(overlay, width="stretch", alt="The image with what the network found")
    n_border = int(found.table.touches_border.sum())
    cut = f", {n_border} of them cut by the border (dashed)" if n_border else ""
    st.markdown(
        f"**{counted(prediction.n_objects, 'object')}**{cut}. "
        f"{plain(prediction.labels.source)} ran on "
        f"{in_words(prediction.provider)} for {prediction.seconds_network:.1f} s; "
        f"{prediction.seconds:.1f} s from pixels to outlines."
    )
    show_notes(prediction.notes)
    if not prediction.n_objects:
        return
    download_row(
        png_file("network_outlines.png", overlay, "Outlines (PNG)"),
        labels_file("network_labels.tif", prediction.labels, image.pixel_size),
    )


def show_sizes_of(entry: Entry, found: Found) -> None:
    """Show how large the found objects are."""
    try:
        measurement = measurement_of(found, entry.sample.image, current_session().choices)
    except RescaleError as error:
        show_error(error)
        return
    show_sizes(measurement)
    chart = size_histogram_chart(measurement)
    st.altair_chart(chart, width="stretch")
    download_row(*chart_files("network_sizes", chart))


def offer_as_objects(session: Session, key: NetworkKey) -> None:
    """Offer to let what was found be the objects that all other pages rest on."""
    found = {
        entry.sample.image.digest(): result.prediction.labels
        for entry in session.entries
        if (result := found_by_network(entry, key)) is not None
        and result.prediction.n_objects
    }
    if not found:
        return
    entry = session.entry
    mine = found.get(entry.sample.image.digest())
    in_use = source_of(entry, session.choices) is ObjectSource.NETWORK
    if in_use and mine is entry.predicted:
        st.success("These are the objects of this job: every page now rests on them.")
        return
    of_all = len(session.entries)
    note = "" if len(found) == of_all else f" ({len(found)} of {of_all} images)"
    if st.button(f"Use these as the objects of this job{note}", key="use_found"):
        open_session(with_found(session, found))
        st.rerun()
    st.caption(
        "Then sizes, throughput and the recommendation rest on these outlines. A mask that "
        "came with an image is kept; the Objects page goes back to it."
    )


def show_card(card: NetworkCard) -> None:
    """Show the card of one network, folded."""
    with st.expander(f"About {card.name}: data, licence, scores, limits"):
        st.markdown(f"**Use it for** {plain(card.intended_use)}")
        if card.not_for:
            st.markdown("**Not for**")
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in card.not_for))
        st.markdown(_facts(card))
        st.markdown("**Trained on**")
        st.markdown(_data(card))
        if card.scores:
            st.markdown("**Scores on images that it was not trained on**")
            st.markdown(_scores(card.scores))
            st.caption(
                "AP50: share of right objects among right, false and missed ones, where "
                "right means that prediction and truth share more than half of their "
                "common area (intersection over union, IoU, above 0.5). Mean IoU: of the "
                "right ones. Foreground IoU: of all object pixels together."
            )


def _facts(card: NetworkCard) -> str:
    fields, training, window = card.receptive_fields, card.training, card.window
    theoretical = (
        "the whole image"
        if fields.theoretical_px is None
        else f"{fields.theoretical_px} px by its layers"
    )
    rows = (
        ("Kind", f"{card.architecture}, {training.n_parameters:,} parameters"),
        ("File", f"{storage(card.size_bytes)}, licence {card.licence}"),
        (
            "Sees around each pixel (receptive field)",
            f"{theoretical}, {fields.impulse_px} px by a changed pixel, "
            f"{fields.effective_px:.0f} px hold 95 % of its response",
        ),
        (
            "Window",
            f"{number(window.low_percent)} to {number(window.high_percent)} % of a "
            f"diameter per pixel: objects of {window.diameter_min_px:.0f} to "
            f"{window.diameter_max_px:.0f} px ({window.source})",
        ),
        (
            "Sizes trained on (5 to 95 %)",
            f"{training.diameter_px_p05:.0f} to {training.diameter_px_p95:.0f} px",
        ),
        ("Split", training.split),
        ("Made by", f"{training.command} (seed {training.seed}, {training.n_steps} steps)"),
    )
    body = "\n".join(f"| {name} | {plain(value)} |" for name, value in rows)
    return f"| | |\n|---|---|\n{body}"


def _data(card: NetworkCard) -> str:
    rows = "\n".join(
        f"| {plain(one.name)} | {one.n_images:,} | {one.n_objects:,} | "
        f"{plain(one.licence)} | {plain(one.source)} |"
        for one in card.training.data
    )
    return f"| Set | Images | Objects | Licence | From |\n|---|---|---|---|---|\n{rows}"


def _scores(all_scores: tuple[TestScores, ...]) -> str:
    rows = "\n".join(
        f"| {plain(one.data_set)} | {plain(one.split)} | {len(one.images)} | "
        f"{one.ap50:.2f} | {one.mean_iou:.2f} | {one.foreground_iou:.2f} |"
        for one in all_scores
    )
    head = "| Set | Split | Images | AP50 | Mean IoU | Foreground IoU |"
    return f"{head}\n|---|---|---|---|---|---|\n{rows}"
