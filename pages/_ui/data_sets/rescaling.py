"""What is asked before a data set is rescaled."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages._ui.data_sets.evaluation import show_problems
from pages._ui.data_sets.opening import OpenedFolder, opened_dataset
from pages._ui.data_sets.work import Rescaled, ToRescale, rescale
from pages._ui.shared.jobs import answered, ask
from pages._ui.shared.messages import plain, show_error, show_notes
from pages._ui.shared.opening import paths_may_be_opened, upload_folder
from rescale4dl_core.datasets.source import SourceDataset, find_datasets
from rescale4dl_core.datasets.versions import DatasetChoices, ReadingChoices
from rescale4dl_core.datasets.zip_archive import folder_to_rescale
from rescale4dl_core.errors import QuantityError, RescaleError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.binning import Binning
from rescale4dl_core.wording import coarser_or_finer, counted, storage

if TYPE_CHECKING:
    from collections.abc import Sequence


OPENING, RESCALING = "open_rescale", "rescaling"
_ZIP_PATHS = "rescaled_zip_paths"
"""Results in the session's folder, those of runs that were stopped too."""

Datasets = tuple[SourceDataset, ...]
FACTORS = ["1.41", "2", "2.83", "4", "8", "16"]
SIGMAS = ["0.5", "1", "2", "4"]
BINNINGS = {
    Binning.MEAN: "mean: brightness stays",
    Binning.SUM: "sum: light adds up, as on a camera chip",
}


def open_to_rescale() -> OpenedFolder[Datasets] | None:
    """Show how to open a data set."""
    return opened_dataset(OPENING, _look, results_slot=RESCALING)


def show_what_was_found(opened: OpenedFolder[Datasets]) -> None:
    """Say how many images there are, and how many have labels."""
    for dataset in opened.found:
        labelled = sum(pair.labels_path is not None for pair in dataset.pairs)
        st.markdown(
            f"**{plain(dataset.name)}**: {counted(len(dataset.pairs), 'image')}, "
            f"{labelled} with labels."
        )


def choose_versions(opened: OpenedFolder[Datasets]) -> None:
    """Ask which versions are wanted and where to write them."""
    with st.form("rescale_choices"):
        coarser, finer = st.columns(2)
        chosen = {
            "coarser": coarser.multiselect(
                "Coarser: pixels so many times as large",
                FACTORS,
                default=["2", "4"],
                accept_new_options=True,
                key="coarser",
                help="Type another number if it is not in the list.",
            ),
            "finer": finer.multiselect(
                "Finer: pixels so many times as small",
                FACTORS,
                accept_new_options=True,
                key="finer",
                help="Interpolated: it adds pixels, not detail.",
            ),
        }
        binnings = st.multiselect(
            "When pixels are put together, take their",
            list(Binning),
            default=[Binning.MEAN],
            format_func=BINNINGS.__getitem__,
            key="binnings",
            help="Both gives a data set of each.",
        )
        more = st.expander("More versions")
        same_size = more.checkbox(
            "Also versions with as many pixels as before",
            key="same_size",
            help="Blurred as by the coarser pixels; magnified as by the finer ones and "
            "cropped. They tell lost detail from changed image size.",
        )
        sigmas = more.multiselect(
            "Also blurred: width of the blur (standard deviation, px)",
            SIGMAS,
            accept_new_options=True,
            key="sigmas",
        )
        rows, columns = more.columns(2)
        n_rows = rows.number_input(
            "Crop or pad to rows",
            min_value=1,
            max_value=100_000,
            value=None,
            key="crop_rows",
            help="For networks that take images of one size. Around the centre; padding is "
            "black. A table tells the way back (mapping.csv).",
        )
        n_columns = columns.number_input(
            "and columns", min_value=1, max_value=100_000, value=None, key="crop_columns"
        )
        pixel_um = more.number_input(
            "Pixel size of the images (µm), if the files do not tell it",
            min_value=0.0,
            value=None,
            format="%.4f",
            key="rescale_pixel",
        )
        typed, overwrite = "", False
        if paths_may_be_opened():
            typed = st.text_input(
                "Folder on this machine to write to",
                key="rescale_out",
                placeholder="empty: you get a zip file to download",
            ).strip(" \"'")
            overwrite = st.checkbox(
                "Replace files that are in the way",
                key="rescale_overwrite",
                help="What an interrupted run has finished is kept and not done again.",
            )
        if st.form_submit_button("Rescale", type="primary", key="rescale_start"):
            try:
                choices = DatasetChoices(
                    (
                        *map(RescaleFactor.coarser, _numbers(chosen["coarser"])),
                        *map(RescaleFactor.finer, _numbers(chosen["finer"])),
                    ),
                    tuple(binnings) or (Binning.MEAN,),
                    same_size,
                    tuple(_numbers(sigmas)),
                    _crop(n_rows, n_columns),
                    ReadingChoices(pixel_size_um=pixel_um),
                )
            except RescaleError as error:
                show_error(error)
            else:
                _ask(opened.found, choices, typed, overwrite=overwrite)


def rescaled() -> Rescaled | None:
    """Return what was written; while it is written the page stops here."""
    answer = answered(RESCALING, lambda wanted: partial(rescale, cast("ToRescale", wanted)))
    kept = answer.wanted.zip_path if answer is not None else None
    for zip_path in st.session_state.get(_ZIP_PATHS, ()):
        if zip_path != kept:
            upload_folder().remove(zip_path)
    st.session_state[_ZIP_PATHS] = () if kept is None else (kept,)
    return answer


def _ask(
    datasets: Datasets, choices: DatasetChoices, typed: str, *, overwrite: bool
) -> None:
    if typed:
        folder = Path(typed).expanduser()
        ask(RESCALING, ToRescale(datasets, choices, folder, overwrite=overwrite))
        return
    place = upload_folder().new_folder()
    zip_path = place / "rescaled.zip"
    st.session_state[_ZIP_PATHS] = (*st.session_state.get(_ZIP_PATHS, ()), zip_path)
    ask(RESCALING, ToRescale(datasets, choices, place / "rescaled", zip_path))


def _look(folder: Path) -> Datasets:
    return find_datasets(folder_to_rescale(folder))


def _numbers(typed: Sequence[str]) -> list[float]:
    return [_number(text) for text in typed]


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise QuantityError(
            f"{text!r} is no number. Type a number such as 2 or 1.41."
        ) from None


def _crop(n_rows: int | None, n_columns: int | None) -> tuple[int, int] | None:
    if n_rows is None and n_columns is None:
        return None
    if n_rows is None or n_columns is None:
        raise QuantityError(
            "Only one of rows and columns to crop to was given. Type both, or none."
        )
    return n_rows, n_columns


def show_rescaled(answer: Rescaled) -> None:
    """List the folders that were written, and offer them as a zip file."""
    done, wanted = answer.done, answer.wanted
    before = (
        f" {done.n_finished_before} of them were finished before and kept."
        if done.n_finished_before
        else ""
    )
    st.success(
        f"{counted(done.n_images, 'image')} in "
        f"{counted(len(done.folders), 'version')}.{before}"
    )
    show_notes(done.cautions)
    show_problems(done.problems)
    rows = [
        f"| {plain(f'{one.dataset}/{one.sampling}')} "
        f"| {plain(coarser_or_finer(one.ratio))} | {one.n_images} | {one.n_labels} |"
        for one in done.folders
    ]
    head = ["| Folder | Pixels | Images | Labels |", "|---|---|---|---|"]
    st.markdown("\n".join([*head, *rows]))
    st.caption("In each folder: Images, and GT with the labels.")
    if wanted.zip_path is None:
        st.markdown(f"They lie in **{plain(str(wanted.folder.resolve()))}**.")
        return
    st.download_button(
        f"Download all ({storage(wanted.zip_path.stat().st_size)})",
        wanted.zip_path.read_bytes,
        "rescaled.zip",
        "application/zip",
        key="download_rescaled",
        on_click="ignore",
        type="primary",
    )
