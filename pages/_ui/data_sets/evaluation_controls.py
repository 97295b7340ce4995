"""What is asked before segmentations are evaluated."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages._ui.data_sets.opening import OpenedFolder, opened_dataset
from pages._ui.data_sets.work import Evaluated, ToEvaluate, evaluate
from pages._ui.shared.jobs import answered, ask
from pages._ui.shared.messages import plain
from pages._ui.shared.opening import paths_may_be_opened, upload_folder
from rescale4dl_core.datasets.zip_archive import folder_to_evaluate
from rescale4dl_core.evaluation.folders import Dataset, find_pairs
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.own_metrics import MetricSource
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rescale4dl_core.evaluation.folders import Problem


OPENING, EVALUATING = "open_evaluation", "evaluation"
_EVALUATED_FOLDER = "evaluation_of"
KINDS: dict[Kind | None, str] = {
    None: "tell it from the files",
    Kind.INSTANCE: "one number per object",
    Kind.BINARY: "one value for all objects (a mask)",
    Kind.SEMANTIC: "one value per class of tissue or cell",
}
ESTIMATORS: dict[Estimator | None, str] = {
    None: "chosen by the shape of the objects",
    Estimator.EQUIVALENT_CIRCLE: "of a circle of the same area (round objects)",
    Estimator.SKELETON: "the width along the middle line (long objects)",
}
METRIC_EXAMPLE = """\
def score(gt, prediction):
    # both are arrays of whole numbers, 0 is background
    return {"count_difference": float(prediction.max()) - float(gt.max())}
"""


def open_to_evaluate() -> OpenedFolder[Dataset] | None:
    """Show how to open a data set; a newly opened one is evaluated at once."""
    opened = opened_dataset(OPENING, _look, results_slot=EVALUATING)
    if opened is not None and st.session_state.get(_EVALUATED_FOLDER) is not opened:
        st.session_state[_EVALUATED_FOLDER] = opened
        ask(EVALUATING, ToEvaluate(opened.found))
    return opened


def choose_how(opened: OpenedFolder[Dataset]) -> None:
    """Ask how to read the data set and what to score besides."""
    with st.expander("Evaluate in another way"), st.form("evaluation_choices"):
        kind = st.selectbox(
            "What the pixel values mean",
            list(KINDS),
            format_func=KINDS.__getitem__,
            key="evaluation_kind",
        )
        estimator = st.selectbox(
            "Which diameter",
            list(ESTIMATORS),
            format_func=ESTIMATORS.__getitem__,
            key="evaluation_estimator",
        )
        own = st.file_uploader(
            "Your own score: a Python file",
            type="py",
            key="evaluation_metrics",
            disabled=not paths_may_be_opened(),
            help=f"```python\n{METRIC_EXAMPLE}```",
        )
        st.caption(
            "The file is **run as a program on this machine**, with your rights: use only "
            "files whose author you trust."
            if paths_may_be_opened()
            else "Own scores are for use on your own machine: they are programs, and this "
            "app serves others too."
        )
        if st.form_submit_button("Evaluate again", key="evaluate_again"):
            paths = upload_folder().store([own]) if own and paths_may_be_opened() else []
            metrics = tuple(MetricSource(str(path)) for path in paths)
            ask(EVALUATING, ToEvaluate(opened.found, kind, estimator, metrics))


def evaluated() -> Evaluated | None:
    """Return the evaluation; while it is worked out the page stops here."""
    return answered(
        EVALUATING, lambda wanted: partial(evaluate, cast("ToEvaluate", wanted))
    )


def show_what_was_found(opened: OpenedFolder[Dataset]) -> None:
    """Say how many pairs there are."""
    dataset = opened.found
    st.markdown(
        f"**{plain(dataset.name)}**: {counted(len(dataset.pairs), 'image')} with truth and "
        f"prediction in {counted(len(dataset.samplings), 'sampling')} "
        f"({plain(', '.join(dataset.samplings))})."
    )


def show_problems(problems: Iterable[Problem]) -> None:
    """List by name what was left out."""
    lines = [plain(str(problem)) for problem in problems]
    if lines:
        with st.expander(f"⚠️ What needs a look: {len(lines)}"):
            st.markdown("\n".join(f"- {line}" for line in lines[:200]))


def _look(folder: Path) -> Dataset:
    return find_pairs(folder_to_evaluate(folder))
