"""The text of a small file that a user hands in."""

from __future__ import annotations

from rescale4dl_core.errors import CatalogueError

LARGEST_BYTES = 2_000_000
MOST_ODD_LETTERS = 0.1
"""Share of letters beyond ASCII in a text of Windows; in other files they are more."""


def text_of(data: bytes | str, name: str) -> str:
    r"""Return the text of a file, its lines ending with \n.

    Raises
    ------
    CatalogueError
        If it is too large, empty, or not text in UTF-8 or, as Windows writes it, in
        Windows-1252 (Latin-1).
    """
    if len(data) > LARGEST_BYTES:
        raise CatalogueError(
            f"{name} is larger than {LARGEST_BYTES / 1e6:g} MB, too large for a list of "
            "objectives or cameras. Choose another file."
        )
    try:
        text = data if isinstance(data, str) else _decoded(data)
    except UnicodeDecodeError as error:
        raise CatalogueError(
            f"{name} is not text in UTF-8: it may be a picture or a spreadsheet. Choose "
            "the table, saved as “CSV UTF-8”, or the .cfg that Micro-Manager loads."
        ) from error
    if not text.strip() or "\0" in text:
        raise CatalogueError(
            f"{name} is empty or not a text file. Choose a CSV table with a header row, or "
            "the .cfg that Micro-Manager loads."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    """Return text in UTF-8, else in Windows-1252 where nothing speaks against that."""
    try:
        # Spreadsheets begin UTF-8 with a mark of three bytes.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
        odd = sum(letter > "\x7f" for letter in text)
        if odd > MOST_ODD_LETTERS * len(text) or not all(map(_is_of_a_text, text)):
            raise
        return text


def _is_of_a_text(letter: str) -> bool:
    # Python takes the hard blank and the soft hyphen for not printable.
    return letter.isprintable() or letter in "\r\n\t\xa0\xad"
