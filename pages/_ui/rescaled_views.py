"""The sample at several pixel sizes side by side: what is asked, and what is shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.shared.cache import image_key
from pages._ui.shared.downloads import csv_file, download_row, png_file
from pages._ui.shared.jobs import computed
from pages._ui.shared.measured_objects import entry_labels
from pages._ui.shared.state import keep_choices, seeded
from rescale4dl_core.errors import ImageError, LabelImageError
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.pictures.scales import Piece, ScaleView, views_at
from rescale4dl_core.planning.gain import Route
from rescale4dl_core.planning.ratios import ratios_to_compare, ratios_to_try
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.session.rescaled_files import rescaled_zip
from rescale4dl_core.wording import coarser_or_finer, microns, number, pixel

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from rescale4dl_core.advice.objects_in_window import CoverageSpread
    from rescale4dl_core.images import Sample
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.quantities import PixelSize
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Entry


MOST_VIEWS = 9
FIELDS_PX = (32, 64, 128, 256, 512, 1024)


def ask_pixel_sizes(
    choices: Choices, pixel_size: PixelSize | None, recommended: float | None
) -> Choices:
    """Ask which pixel sizes to compare; keep the answer."""
    usual = ratios_to_compare(recommended or 1.0)
    offered = ratios_to_try(Route.MAGNIFICATION, recommended or 1.0)
    options = sorted({*offered, *usual, *choices.view_ratios})
    now_um = None if pixel_size is None else pixel_size.mean_um

    def name(ratio: float) -> str:
        mark = ", recommended" if ratio == recommended else ""
        size = "" if now_um is None else f": {microns(now_um * ratio)}"
        return f"{coarser_or_finer(ratio)}{size}{mark}"

    ratios = st.multiselect(
        "Pixel sizes to compare",
        options,
        format_func=name,
        max_selections=MOST_VIEWS,
        key=seeded("view_ratios", list(choices.view_ratios or usual)),
    )
    choices = replace(choices, view_ratios=tuple(sorted(ratios)))
    keep_choices(choices)
    return choices


def ask_piece(choices: Choices) -> Choices:
    """Ask which part of the sample to look at; keep the answer."""
    side, row, column, outlines = st.columns([2, 2, 2, 1], vertical_alignment="bottom")
    field_px = side.select_slider(
        "Width of the piece (px of your sample)",
        sorted({*FIELDS_PX, choices.view_field_px}),
        key=seeded("view_field", choices.view_field_px),
    )
    row_percent = row.slider(
        "From top to bottom (%)",
        0.0,
        100.0,
        step=1.0,
        format="%.0f",
        key=seeded("view_row", choices.view_row_percent),
    )
    column_percent = column.slider(
        "From left to right (%)",
        0.0,
        100.0,
        step=1.0,
        format="%.0f",
        key=seeded("view_column", choices.view_column_percent),
    )
    with_outlines = outlines.toggle(
        "Outlines", key=seeded("view_outlines", choices.view_outlines)
    )
    choices = replace(
        choices,
        view_field_px=field_px,
        view_row_percent=row_percent,
        view_column_percent=column_percent,
        view_outlines=with_outlines,
    )
    keep_choices(choices)
    return choices


def labels_to_outline(entry: Entry, choices: Choices) -> Labels | None:
    """Return the labels that count for `entry`, None where there is none to outline."""
    try:
        return entry_labels(entry, choices)
    except (ImageError, LabelImageError):
        return None


def scale_views(sample: Sample, choices: Choices) -> tuple[ScaleView, ...]:
    """See `views_at`; while the views are made, the page shows the progress."""
    labels = sample.labels if choices.view_outlines else None
    factors = [RescaleFactor.of(ratio) for ratio in choices.view_ratios]
    piece = Piece(
        choices.view_field_px, choices.view_row_percent, choices.view_column_percent
    )
    key = (image_key(sample.image), labels and labels.digest(), tuple(factors), piece)

    def make(progress: Progress) -> tuple[ScaleView, ...]:
        return views_at(
            sample.image, factors, labels=labels, piece=piece, progress=progress
        )

    return computed("views", key, make, most_kept=4)


def show_views(
    views: tuple[ScaleView, ...],
    spreads: tuple[CoverageSpread, ...],
    recommended: float | None,
) -> None:
    """Show the views with what a user reads off them, and offer each as PNG.

    Parameters
    ----------
    views : tuple of ScaleView
        In the order in which they are shown.
    spreads : tuple of CoverageSpread
        The objects at the pixel size of each view; empty where none were measured.
    recommended : float, optional
        Ratio of the recommended pixel size to that of the image, to be marked.
    """
    per_row = 2 if len(views) in (1, 2, 4) else 3
    columns: list[DeltaGenerator] = []
    for shown, spread in zip_longest(views, spreads):
        columns = columns or st.columns(per_row)
        with columns.pop(0):
            _show(shown, spread, recommended)


def offer_files(
    sample: Sample, views: tuple[ScaleView, ...], spreads: tuple[CoverageSpread, ...]
) -> None:
    """Offer the table of the views, and the whole sample at their pixel sizes as TIFF."""
    st.subheader("Take them along", anchor=False)
    st.caption(
        "The whole image, and its labels where it has any, at each pixel size: TIFF files "
        "that know their pixel size, in the folders that ReScale4DL uses."
    )
    factors = tuple(shown.factor for shown in views)
    key = (image_key(sample.image), sample.labels and sample.labels.digest(), factors)

    def pack(progress: Progress) -> bytes:
        return rescaled_zip(sample, factors, progress=progress)

    if st.button("Prepare TIFF files", key="prepare_tiff"):
        st.session_state["tiff_wanted"] = key
    if st.session_state.get("tiff_wanted") == key:
        packed = computed("tiff", key, pack, most_kept=1)
        st.download_button(
            "Download TIFF files (zip)",
            lambda: packed,
            "rescaled.zip",
            "application/zip",
            key="download_tiff",
            on_click="ignore",
        )
    download_row(csv_file("pixel_sizes.csv", view_columns(views, spreads), "Table (CSV)"))


def view_columns(
    views: tuple[ScaleView, ...], spreads: tuple[CoverageSpread, ...]
) -> dict[str, list[Any]]:
    """Return one row per view: pixel size, shape, and the objects at that size."""
    columns: dict[str, list[Any]] = {
        "ratio": [float(shown.factor.ratio) for shown in views],
        "pixel_size_um": [shown.pixel_um for shown in views],
        "rows_px": [shown.shape_px[0] for shown in views],
        "columns_px": [shown.shape_px[1] for shown in views],
    }
    if spreads:
        columns["diameter_px"] = [spread.diameter_px for spread in spreads]
        columns["coverage_percent"] = [spread.mean.percent for spread in spreads]
    return columns


def _show(
    shown: ScaleView, spread: CoverageSpread | None, recommended: float | None
) -> None:
    ratio = float(shown.factor.ratio)
    mark = " :green-badge[recommended]" if ratio == recommended else ""
    way = "" if shown.pixel_um is None else f" · {coarser_or_finer(ratio)}"
    st.markdown(f"**{pixel(shown.pixel_um, ratio)}**{way}{mark}")
    picture = png_bytes(shown.view)
    st.image(picture, width="stretch")
    rows, columns = shown.shape_px
    objects = ""
    if spread is not None:
        objects = (
            f"Objects measure {number(spread.diameter_px)} px; one pixel spans "
            f"{number(spread.mean.percent)} % of that (coverage). "
        )
    bar = "" if shown.pixel_size else " The scale bar counts pixels of your sample."
    st.caption(f"{objects}Whole image: {columns} × {rows} px.{bar}")
    download_row(png_file(f"view_{shown.factor.folder_name}.png", picture))
