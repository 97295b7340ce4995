"""One zip file with all that an evaluation leaves behind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.amounts import storage
from pages._ui.asking import answered, ask
from pages._ui.dataset_work import pack_evaluation
from pages._ui.uploads import upload_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.treatment import TreatmentEffect
    from rescale4dl_core.progress import Progress

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
