"""Text files: CSV, JSON, Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from pathlib import Path


def write_text(path: Path, text: str, *, overwrite: bool = False) -> None:
    r"""Write `text` as UTF-8, its line ends as they stand (\n).

    Raises
    ------
    OutputError
        If `path` exists and `overwrite` is false, or if nothing can be written there.
    """
    with fresh_file(path, overwrite=overwrite) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
