"""Figures of several answers side by side, one column each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.messages import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def show_side_by_side(rows: Mapping[str, Sequence[str]], names: Sequence[str]) -> None:
    """Show `rows`, each a name and one text per column; `names` head the columns."""
    heads = " | ".join(map(plain, names))
    lines = [f"| {name} | {' | '.join(row)} |" for name, row in rows.items()]
    st.markdown(f"| | {heads} |\n|---|{'---|' * len(names)}\n" + "\n".join(lines))
