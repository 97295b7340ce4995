"""How errors, notes and ways onward look on every page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rescale4dl_core.errors import RescaleError


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")
_FLAGS = re.compile(r" \(--[^()]*\)")


def plain(text: str) -> str:
    """Return `text` so that Markdown shows it letter by letter.

    File names come from outside: one could hold a link, an image or a formula.
    """
    return _MARKDOWN.sub(r"\\\1", text)


def without_flags(text: str) -> str:
    """Return `text` without the options of the command line, which stand in brackets.

    Examples
    --------
    >>> without_flags("Choose another folder, or allow this (--overwrite).")
    'Choose another folder, or allow this.'
    """
    return _FLAGS.sub("", text)


def show_error(error: RescaleError) -> None:
    """Show what the core said: the message is already for the user."""
    st.error(plain(without_flags(str(error))))


def show_notes(notes: Iterable[str]) -> None:
    """Show what has to be said about a file or a number, each sentence once."""
    sentences = " ".join(dict.fromkeys(notes))
    if sentences:
        st.warning(plain(without_flags(sentences)))


def show_demo_banner() -> None:
    """Say that what is on the screen is simulated."""
    st.info(
        "This is the **demo sample**: simulated by this program, so its true outlines and "
        "pixel size are known. Open your own image on the Sample page to replace it."
    )


def show_next(page: str, title: str, why: str) -> None:
    """End a page with the way to the next one."""
    with st.container(border=True):
        st.page_link(page, label=f"**Next: {title} →** {why}", width="stretch")


def show_side_by_side(rows: Mapping[str, Sequence[str]], names: Sequence[str]) -> None:
    """Show `rows`, each a name and one text per column; `names` head the columns."""
    heads = " | ".join(map(plain, names))
    lines = [f"| {name} | {' | '.join(row)} |" for name, row in rows.items()]
    st.markdown(f"| | {heads} |\n|---|{'---|' * len(names)}\n" + "\n".join(lines))
