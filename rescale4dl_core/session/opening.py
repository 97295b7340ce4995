"""From a file to an entry of the session, at first without asking which plane is meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.reading.opened import Selection, choices_of
from rescale4dl_core.session.model import Entry, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rescale4dl_core.images import ImageInfo


def open_entry(
    image_path: Path,
    labels_path: Path | None = None,
    *,
    selection: Selection = Selection(),  # noqa: B008 frozen
    may_be_empty: bool = False,
    allow_large: bool = False,
) -> Entry:
    """Read an image, and its mask where one is given, as an entry of the session.

    Parameters
    ----------
    image_path, labels_path : Path
        Files, or folders for OME-Zarr.
    selection : Selection
        Which plane; what it leaves open is filled by `first_look`.
    may_be_empty : bool
        Whether a mask without objects is accepted.
    allow_large : bool
        Whether the user has agreed to more than 2 GB.

    Raises
    ------
    ReadingError, ImageError, LabelImageError
        Whatever the readers refuse.
    """
    from rescale4dl_core.reading.image import read_info
    from rescale4dl_core.reading.sample import read_sample

    info = read_info(image_path, scene=selection.scene)
    selection = first_look(info, wanted=selection)
    sample = read_sample(
        image_path,
        labels_path,
        selection=selection,
        may_be_empty=may_be_empty,
        allow_large=allow_large,
    )
    return Entry(sample, origin=Origin(image_path, labels_path, selection))


def open_entries(
    pairs: Sequence[tuple[Path, Path | None]],
    *,
    selection: Selection = Selection(),  # noqa: B008 frozen
    allow_large: bool = False,
    progress: Progress = silent,
) -> tuple[Entry, ...]:
    """Read several images, all or none; see `open_entry`."""
    entries = []
    for index, (image_path, labels_path) in enumerate(pairs):
        progress(index / len(pairs), f"Reading {image_path.name}")
        entry = open_entry(
            image_path,
            labels_path,
            selection=selection,
            # Among others a field without objects is a result; alone, a mistake.
            may_be_empty=len(pairs) > 1,
            allow_large=allow_large,
        )
        _look_at_every_pixel(entry)
        entries.append(entry)
    return tuple(entries)


def _look_at_every_pixel(entry: Entry) -> None:
    """Compute the digests now: a page would else wait for those of a large image."""
    entry.sample.image.digest()
    if entry.sample.labels is not None:
        entry.sample.labels.digest()


def first_look(info: ImageInfo, *, wanted: Selection = Selection()) -> Selection:  # noqa: B008
    """Fill what `wanted` leaves open: with the middle of a stack, elsewhere the first.

    Examples
    --------
    >>> from rescale4dl_core.images import ImageInfo, KnownPixelSize
    >>> stack = ImageInfo(
    ...     "a.tif", "TIFF", "ZCYX", (9, 2, 64, 64), "uint8",
    ...     KnownPixelSize(None, "unknown"), channels=("DAPI", "GFP"), scenes=("a",),
    ... )
    >>> first_look(stack, wanted=Selection(channel=1))
    Selection(channel=1, plane=4, time=None, scene=None)
    """
    first = {
        choice.kind: len(choice.names) // 2 if choice.kind == "plane" else 0
        for choice in choices_of(info)
    }
    open_kinds = {kind for kind in first if getattr(wanted, kind) is None}
    return replace(wanted, **{kind: first[kind] for kind in open_kinds})
