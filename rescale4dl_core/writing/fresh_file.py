"""Files written whole or not at all, under a name that was free; texts among them."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


LONGEST_NAME = 300
"""Letters of a path that a message shows in full."""


@contextmanager
def fresh_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`, renamed to it once the block has succeeded.

    Missing folders are made. Where the block fails, the temporary file and the folders
    that were made for it are removed, and what was at `path` stays as it was.

    Raises
    ------
    OutputError
        If `path` exists and `overwrite` is false, or if nothing can be written there.
    """
    path = Path(path)
    try:
        _refuse_existing(path, overwrite)
        with _folder_of(path) as folder:
            # In the same folder, as a rename is whole or nothing within one disk only.
            temporary = folder / f".{secrets.token_hex(8)}.part"
            try:
                yield temporary
                # Another process may have written there, and os.replace does not ask.
                _refuse_existing(path, overwrite)
                os.replace(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
    except OutputError:
        raise
    except OSError as error:
        name = str(path) if len(str(path)) <= LONGEST_NAME else f"{str(path)[:80]}…"
        raise OutputError(
            f"{name} cannot be written ({error.strerror or error}). Choose another folder "
            "or a shorter name, or free some space."
        ) from error


@contextmanager
def _folder_of(path: Path) -> Iterator[Path]:
    """Yield the folder of `path`, made if it is missing, and removed again on failure."""
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield path.parent
    except BaseException:
        with suppress(OSError):  # somebody else may have put something there
            for folder in missing:
                folder.rmdir()
        raise


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of processes that were killed while writing to `folder`.

    To be called only where nobody is writing there.
    """
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if re.fullmatch(r"\.[0-9a-f]{16}\.part", path.name):
            path.unlink(missing_ok=True)


def _refuse_existing(path: Path, overwrite: bool) -> None:
    if path.is_dir():
        raise OutputError(f"{path} is a folder, not a file. Choose a file name.")
    if not overwrite and path.exists():
        raise OutputError(
            f"{path} exists already and was left as it is. Choose another name, or allow "
            "it to be replaced (--overwrite)."
        )


def write_text(path: Path, text: str, *, overwrite: bool = False) -> None:
    r"""Write `text` as UTF-8, its line ends as they stand (\n).

    Raises
    ------
    OutputError
        If `path` exists and `overwrite` is false, or if nothing can be written there.
    """
    with fresh_file(path, overwrite=overwrite) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
