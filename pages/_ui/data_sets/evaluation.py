"""An evaluation: what is asked before it, how it is shown, and one zip of all of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

import streamlit as st

from pages._ui.data_sets.opening import OpenedFolder, opened_dataset
from pages._ui.data_sets.work import (
    Evaluated,
    ToEvaluate,
    compare,
    evaluate,
    pack_evaluation,
)
from pages._ui.shared.downloads import Download, chart_files, download_row
from pages._ui.shared.jobs import answered, ask, computed
from pages._ui.shared.messages import plain, show_error, show_notes
from pages._ui.shared.opening import paths_may_be_opened, upload_folder
from pages._ui.shared.state import seeded
from rescale4dl_core.charts.evaluation_gallery import Plot, plots_of
from rescale4dl_core.datasets.zip_archive import folder_to_evaluate
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.evaluation.folders import Dataset, find_pairs
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.own_metrics import MetricSource
from rescale4dl_core.evaluation.scores import SCORES
from rescale4dl_core.evaluation.summary import TAKEN_NAMES
from rescale4dl_core.evaluation.tables import csv_bytes, parquet_bytes
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.wording import counted, storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.folders import Problem
    from rescale4dl_core.evaluation.tables import Table
    from rescale4dl_core.evaluation.treatment import TreatmentEffect
    from rescale4dl_core.progress import Progress


OPENING, EVALUATING = "open_evaluation", "evaluation"
_EVALUATED_FOLDER = "evaluation_of"
KINDS: dict[Kind | None, str] = {
    None: "tell it from the files",
    Kind.INSTANCE: "one number per object",
    Kind.BINARY: "one value for all objects (a mask)",
    Kind.SEMANTIC: "one value per class of tissue or cell",
}
ESTIMATORS: dict[Estimator | None, str] = {
    None: "chosen by the shape of the objects",
    Estimator.EQUIVALENT_CIRCLE: "of a circle of the same area (round objects)",
    Estimator.SKELETON: "the width along the middle line (long objects)",
}
METRIC_EXAMPLE = """\
def score(gt, prediction):
    # both are arrays of whole numbers, 0 is background
    return {"count_difference": float(prediction.max()) - float(gt.max())}
"""


def open_to_evaluate() -> OpenedFolder[Dataset] | None:
    """Show how to open a data set; a newly opened one is evaluated at once."""
    opened = opened_dataset(OPENING, _look, results_slot=EVALUATING)
    if opened is not None and st.session_state.get(_EVALUATED_FOLDER) is not opened:
        st.session_state[_EVALUATED_FOLDER] = opened
        ask(EVALUATING, ToEvaluate(opened.found))
    return opened


def choose_how(opened: OpenedFolder[Dataset]) -> None:
    """Ask how to read the data set and what to score besides."""
    with st.expander("Evaluate in another way"), st.form("evaluation_choices"):
        kind = st.selectbox(
            "What the pixel values mean",
            list(KINDS),
            format_func=KINDS.__getitem__,
            key="evaluation_kind",
        )
        estimator = st.selectbox(
            "Which diameter",
            list(ESTIMATORS),
            format_func=ESTIMATORS.__getitem__,
            key="evaluation_estimator",
        )
        own = st.file_uploader(
            "Your own score: a Python file",
            type="py",
            key="evaluation_metrics",
            disabled=not paths_may_be_opened(),
            help=f"```python\n{METRIC_EXAMPLE}```",
        )
        st.caption(
            "The file is **run as a program on this machine**, with your rights: use only "
            "files whose author you trust."
            if paths_may_be_opened()
            else "Own scores are for use on your own machine: they are programs, and this "
            "app serves others too."
        )
        if st.form_submit_button("Evaluate again", key="evaluate_again"):
            paths = upload_folder().store([own]) if own and paths_may_be_opened() else []
            metrics = tuple(MetricSource(str(path)) for path in paths)
            ask(EVALUATING, ToEvaluate(opened.found, kind, estimator, metrics))


def evaluated() -> Evaluated | None:
    """Return the evaluation; while it is worked out the page stops here."""
    return answered(
        EVALUATING, lambda wanted: partial(evaluate, cast("ToEvaluate", wanted))
    )


def show_what_was_found(opened: OpenedFolder[Dataset]) -> None:
    """Say how many pairs there are."""
    dataset = opened.found
    st.markdown(
        f"**{plain(dataset.name)}**: {counted(len(dataset.pairs), 'image')} with truth and "
        f"prediction in {counted(len(dataset.samplings), 'sampling')} "
        f"({plain(', '.join(dataset.samplings))})."
    )


def show_problems(problems: Iterable[Problem]) -> None:
    """List by name what was left out."""
    lines = [plain(str(problem)) for problem in problems]
    if lines:
        with st.expander(f"⚠️ What needs a look: {len(lines)}"):
            st.markdown("\n".join(f"- {line}" for line in lines[:200]))


def _look(folder: Path) -> Dataset:
    return find_pairs(folder_to_evaluate(folder))


MOST_ROWS = 5_000
"""A longer table is shown in part; its files hold all of it."""

CHART_HEIGHT_PX = 430
OWN_FORMAT = "%.4g"
"""Of the user's own scores, whose size is not known."""

SUMMARY = {
    "name": ("Sampling", None, None),
    "ratio": ("Pixel size", "%.2fx", "Compared with the original: 2x is twice as coarse."),
    "n_images": ("Images", "%d", None),
    "n_objects": ("Objects", "%d", "True objects that do not touch the border."),
    "diameter_px": ("Diameter (px)", "%.1f", "Mean over the true objects."),
    "coverage_percent": (
        "Coverage (%)",
        "%.1f",
        "One pixel as a share of the mean diameter: the larger, the coarser.",
    ),
    "iou": (
        "IoU",
        "%.3f",
        "Overlap of prediction and truth: shared area / area of both together, 1 is "
        "perfect. A missed object counts 0. Mean over the images.",
    ),
    "change_percent": ("Against the original (%)", "%+.1f", "Change of the median IoU."),
    "iou_original_grid": (
        "IoU on the original grid",
        "%.3f",
        "With each prediction enlarged back to the pixels of the original.",
    ),
    "iou_ceiling": (
        "Best possible there",
        "%.3f",
        "The truth itself, made coarser and enlarged back: no network can do better.",
    ),
    **{one.name: (one.label, "%.2f", one.explanation) for one in SCORES if one.on_screen},
    "objects_per_fov": (
        "Objects per field",
        "%.0f",
        "In a field of the original camera, at the density of these images.",
    ),
}
ABOUT_TABLES = {
    "per_object": ("Each object", "One row per true object and its best match."),
    "per_image": ("Each image", "One row per image."),
    "binary": ("Foreground", "Objects and background only, one row per image."),
    "semantic": ("Classes", "One row per image and class."),
    "summary": ("Each sampling", "All numbers per sampling."),
    "treatment": ("Treated", "Treated against untreated images."),
}
ABOUT_PLOTS = {
    "iou_against_coverage": "Where the boxes drop, pixels are too coarse for this network. "
    "The orange line is what coarser pixels gain.",
    "sizes": "Both marks at the same height: sizes are right. They are in pixels of the "
    "original, so they would not change if nothing was lost.",
    "throughput": "How many objects one image of the original camera holds. Eq. 3 is that "
    "of the ReScale4DL paper: objects side by side, without a gap.",
    "iou_on_original_grid": "The solid line can come as close to the dashed one as the "
    "network is good.",
    "treated_untreated": "Each point is one image, each bar the mean of its group.",
}


def show_detected(evaluation: Evaluation) -> None:
    """Say how the files were understood, and what to be careful about."""
    st.markdown(
        f"Read as **{KINDS[evaluation.kind.kind]}**. {plain(evaluation.kind.reason)}  \n"
        f"{plain(evaluation.estimator_reason)}"
    )
    show_notes(evaluation.cautions)
    show_problems(evaluation.problems)


def show_summary(table: Table) -> None:
    """Show the most important numbers and the user's own, a row per sampling."""
    import pandas as pd

    own = {
        name: (name, OWN_FORMAT, "Your own score, the mean over the images.")
        for name in table.columns
        if name not in TAKEN_NAMES
    }
    about = SUMMARY | own
    frame = pd.DataFrame({n: table.columns[n] for n in about if n in table.columns})
    frame = frame.dropna(axis="columns", how="all")
    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        column_config={name: _column(*about[name]) for name in frame.columns},
    )


def show_plots(evaluation: Evaluation, effects: Sequence[TreatmentEffect]) -> None:
    """Show every chart, two side by side, each to download."""
    plots = plots_of(evaluation, effects)
    st.caption(
        "Further right the pixels are coarser: coverage is one pixel as a share of the "
        "mean diameter. Rest the pointer on a mark to see its numbers."
    )
    if not plots:
        st.info("There is no chart: no true object lies inside an image.")
    wide = [plot for plot in plots if plot.name == "treated_untreated"]
    places = st.columns(2, gap="large")
    for index, plot in enumerate(plot for plot in plots if plot not in wide):
        with places[index % 2]:
            _show_plot(plot, CHART_HEIGHT_PX)
    for plot in wide:
        _show_plot(plot, "content")


def show_pictures(pictures: Sequence[tuple[str, bytes]]) -> None:
    """Show the typical image of each sampling."""
    st.caption(
        "The most typical image of each sampling: the one nearest to the median IoU. Blue: "
        "found. Orange: missed. Yellow: made up by the network. Pink: there is an object, "
        "but the network gave it to another one."
    )
    places = st.columns(2, gap="large")
    for index, (name, png) in enumerate(pictures):
        with places[index % 2]:
            st.image(png, width="stretch", alt=f"What was found and missed, {name}")
            st.caption(plain(name.removeprefix("overlay_")))
            download_row(Download("PNG", f"{name}.png", "image/png", png))


def show_tables(tables: Sequence[Table]) -> None:
    """Show every table in a tab, each to download."""
    import pandas as pd

    for tab, table in zip(
        st.tabs([ABOUT_TABLES[table.name][0] for table in tables]), tables, strict=True
    ):
        with tab:
            about = f"{ABOUT_TABLES[table.name][1]} {len(table):,} rows"
            shown = f", the first {MOST_ROWS:,} shown." if len(table) > MOST_ROWS else "."
            st.caption(about + shown)
            frame = pd.DataFrame({n: v[:MOST_ROWS] for n, v in table.columns.items()})
            st.dataframe(frame, hide_index=True, width="stretch")
            download_row(*_table_files(table))


def _show_plot(plot: Plot, height: int | Literal["content"]) -> None:
    st.altair_chart(plot.chart, width="stretch", height=height, key=f"chart_{plot.name}")
    st.caption(ABOUT_PLOTS.get(plot.name, "Your own score."))
    download_row(*chart_files(plot.name, plot.on_paper))


def _table_files(table: Table) -> tuple[Download, ...]:
    parquet = "application/vnd.apache.parquet"
    return (
        Download("CSV", f"{table.name}.csv", "text/csv", partial(csv_bytes, table)),
        Download(
            "Parquet", f"{table.name}.parquet", parquet, partial(parquet_bytes, table)
        ),
    )


def _column(label: str, form: str | None, about: str | None) -> Any:
    if form is None:
        return st.column_config.TextColumn(label, help=about, pinned=True)
    return st.column_config.NumberColumn(label, format=form, help=about)


PACKING = "evaluation_zip"


def offer_everything(evaluation: Evaluation, effects: tuple[TreatmentEffect, ...]) -> None:
    """Offer to pack all tables, charts and pictures, then the zip file."""
    key = (evaluation, effects)
    st.caption(
        "All tables (CSV, Parquet), charts (SVG, PNG, PDF) and pictures in one zip file."
    )
    if st.button("Pack everything", key="pack_everything"):
        ask(PACKING, key)

    def work(_: object) -> Callable[[Progress], tuple[object, Path]]:
        path = upload_folder().path / "evaluation.zip"
        return partial(_packed, key, evaluation, effects, path)

    packed = answered(PACKING, work)
    if packed is not None and packed[0] == key:
        path = packed[1]
        st.download_button(
            f"Download all ({storage(path.stat().st_size)})",
            path.read_bytes,
            f"{evaluation.name}_evaluation.zip",
            "application/zip",
            key="download_everything",
            on_click="ignore",
            type="primary",
        )


def _packed(
    key: object,
    evaluation: Evaluation,
    effects: tuple[TreatmentEffect, ...],
    path: Path,
    progress: Progress,
) -> tuple[object, Path]:
    return key, pack_evaluation(evaluation, effects, path, progress)


_TREATED = "treated_images"
SIDES = {"gt": "truth", "prediction": "prediction"}


def choose_treated(evaluation: Evaluation) -> tuple[TreatmentEffect, ...]:
    """Ask which images were treated, and return how they differ from the others."""
    files = sorted({result.pair.file for result in evaluation.results})
    kept = [file for file in st.session_state.get(_TREATED, ()) if file in files]
    treated = st.multiselect(
        "Treated images",
        files,
        key=seeded("treated", kept),
        placeholder="Choose the images of treated samples; all others count as untreated",
        help="Each image counts once, with the mean diameter of its objects, as the "
        "objects of one image are not independent.",
    )
    st.session_state[_TREATED] = tuple(treated)
    if not treated:
        return ()
    try:
        effects = computed(
            "treated",
            (evaluation, tuple(treated)),
            partial(compare, evaluation, tuple(treated)),
        )
    except RescaleError as error:
        show_error(error)
        return ()
    return effects


def show_effects(effects: tuple[TreatmentEffect, ...]) -> None:
    """Say for each sampling by how much treated objects differ."""
    if not effects:
        return
    rows = [
        f"| {plain(one.sampling)} | {SIDES[one.side]} | {plain(one.sentence)} |"
        for one in effects
    ]
    head = ["| Sampling | Sizes of | Treated against untreated |", "|---|---|---|"]
    st.markdown("\n".join([*head, *rows]))
    st.caption(
        "Cliff's delta is the effect size: 0 where the groups overlap fully, 1 or −1 where "
        "every treated image lies above or below every other. p is of a Mann-Whitney test "
        "over images; with few images it cannot become small, whatever the effect."
    )
