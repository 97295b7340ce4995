"""The text of a small file that a user hands in."""

from __future__ import annotations

from rescale4dl_core.errors import CatalogueError

LARGEST_BYTES = 2_000_000


def text_of(data: bytes | str, name: str) -> str:
    r"""Return the text of a file, its lines ending with \n.

    Raises
    ------
    CatalogueError
        If it is too large, empty, or not text in UTF-8.
    """
    if len(data) > LARGEST_BYTES:
        raise CatalogueError(
            f"{name} is larger than {LARGEST_BYTES / 1e6:g} MB, too large for a list of "
            "objectives or cameras. Choose another file."
        )
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogueError(
            f"{name} is not text in UTF-8. Save it as “CSV UTF-8” or plain text in UTF-8 "
            "and try again."
        ) from error
    if not text.strip() or "\0" in text:
        raise CatalogueError(
            f"{name} is empty or not a text file. Choose a CSV table with a header row, or "
            "the .cfg that Micro-Manager loads."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
