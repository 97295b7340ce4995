"""How a data set comes in: as a zip file, or by the path of a folder on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import streamlit as st

from pages._ui.shared.jobs import answered, ask, drop
from pages._ui.shared.messages import plain
from pages._ui.shared.opening import paths_may_be_opened, upload_folder
from rescale4dl_core.datasets.zip_archive import unpack_dataset
from rescale4dl_core.errors import ReadingError
from rescale4dl_core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.progress import Progress


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a data set was said to be."""

    path: Path
    is_upload: bool


@dataclass(frozen=True, slots=True)
class OpenedFolder(Generic[Found]):
    """A data set that was looked at: its folder, and what was found in it."""

    place: Place
    name: str
    """What the user calls it: the uploaded file or the folder."""

    found: Found
    left_out: tuple[str, ...]
    """What the zip held besides: files that a system adds unasked."""


def opened_dataset(
    slot: str, look: Callable[[Path], Found], *, results_slot: str
) -> OpenedFolder[Found] | None:
    """Show the ways to open a data set and return the one that is open, if any.

    Parameters
    ----------
    slot : str
        Tells the data set of one page from that of another.
    look : callable
        Finds what is in a folder; called in another thread.
    results_slot : str
        What was worked out of the data set before, to be forgotten with it.
    """
    _ask_for_place(slot)
    before = st.session_state.get(f"answer_{slot}")
    wanted = st.session_state.get(f"asked_{slot}")
    opened: OpenedFolder[Found] | None = answered(slot, _opener(look))
    if wanted is not None and opened is not before:
        drop(results_slot)
        _remove(before.place if before is not None else None)
    elif wanted is not None:
        _remove(wanted[1])
    if opened is not None and opened.left_out:
        st.caption(
            f"Left out of {plain(opened.name)}: {counted(len(opened.left_out), 'file')} "
            "that the system had added to the zip "
            f"({plain(', '.join(opened.left_out[:3]))})."
        )
    return opened


def _ask_for_place(slot: str) -> None:
    with st.form(f"{slot}_form", clear_on_submit=True):
        uploaded = st.file_uploader(
            "Zip file of the data set folder", type="zip", key=f"{slot}_zip"
        )
        typed = ""
        if paths_may_be_opened():
            typed = st.text_input(
                "or its folder on this machine",
                key=f"{slot}_path",
                placeholder="/data/my_dataset",
                help="For data too large to upload; nothing is copied or changed.",
            ).strip(" \"'")
        if st.form_submit_button("Open", type="primary", key=f"{slot}_open"):
            if uploaded is not None and typed:
                st.error("A zip file and a folder were given. Give one or the other.")
            elif uploaded is not None:
                (path,) = upload_folder().store([uploaded])
                ask(slot, Place(path, is_upload=True))
            elif typed:
                ask(slot, Place(Path(typed).expanduser(), is_upload=False))
            else:
                st.error("Nothing was chosen. Choose a zip file first, then press Open.")


def _opener(
    look: Callable[[Path], Found],
) -> Callable[[Place], Callable[[Progress], OpenedFolder[Found]]]:
    def opener(place: Place) -> Callable[[Progress], OpenedFolder[Found]]:
        def open_it(progress: Progress) -> OpenedFolder[Found]:
            path = place.path
            if not place.is_upload:
                if not path.is_dir():
                    raise ReadingError(
                        f"{path} is no folder on this machine. Check where the data set "
                        "lies; a zip file is uploaded instead."
                    )
                return OpenedFolder(place, path.resolve().name, look(path), ())
            folder = path.parent / "unpacked" / path.stem
            unpacked = unpack_dataset(path, folder, progress=progress)
            path.unlink()
            return OpenedFolder(place, path.name, look(unpacked.folder), unpacked.left_out)

        return open_it

    return opener


def _remove(place: Place | None) -> None:
    if place is not None and place.is_upload:
        upload_folder().remove(place.path)


TO_EVALUATE = """\
my_dataset/
├── OG/
│   ├── GT/
│   │   └── cell_1.tif
│   └── Prediction/
│       └── cell_1.tif
├── downsampling_2/
│   ├── GT/
│   └── Prediction/
└── upsampling_2/
    ├── GT/
    └── Prediction/
"""
TO_RESCALE = """\
my_dataset/
├── Images/
│   ├── cell_1.tif
│   └── cell_2.tif
└── Labels/
    ├── cell_1.tif
    └── cell_2.tif
"""


def show_tree_to_evaluate() -> None:
    """Show how predictions and truth have to be laid out."""
    st.markdown("**Folders that are expected**")
    st.code(TO_EVALUATE, language=None)
    st.caption(
        "**GT**: the truth (ground truth). **Prediction**: what your network made of the "
        "same image, under the same name. **OG**: as taken, the original. "
        "**downsampling_2**: pixels 2x as large. **upsampling_2**: half as large.\n\n"
        "Each file is a label image (.tif): 0 is background, and each object has a number "
        "of its own, or all have one. Without OG nothing is compared with the original."
    )


def show_tree_to_rescale() -> None:
    """Show how images and labels have to be laid out."""
    st.markdown("**Folders that are expected**")
    st.code(TO_RESCALE, language=None)
    st.caption(
        "Images may have any microscope format that the Sample page opens. Labels, if you "
        "have any, carry the names of their images. "
        "A folder of images only, or several such folders side by side, will do too. "
        "Labels may also be called GT or Masks."
    )
