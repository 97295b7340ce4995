"""A process that turns StarDist candidates into labels.

The package holds the interpreter lock while it sorts candidates out: in the process of the
app, a crowded image of one user would stop the pages of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.child_process import (
    DONE,
    Child,
    ChildLostError,
    Children,
    Frame,
    serve,
)
from rescale4dl_core.inference.stars import (
    Candidates,
    labels_from_candidates,
    refuse_too_many,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

FEW_CANDIDATES = 5_000
"""So many are sorted out within some 30 ms, in this process."""


def star_children() -> Children:
    """Return the processes that a network shares between its users."""
    return Children(lambda: Child(__name__))


def labels_elsewhere(
    candidates: Candidates,
    *,
    shape: tuple[int, int],
    overlap: float,
    children: Children,
    meanwhile: Callable[[], object],
) -> NDArray[np.int32]:
    """Do `labels_from_candidates`, in another process where there are many.

    Raises
    ------
    NetworkError
        If there are too many candidates, or the process stopped.
    """
    refuse_too_many(len(candidates))
    if len(candidates) <= FEW_CANDIDATES:
        return labels_from_candidates(candidates, shape=shape, overlap=overlap)
    question = Frame(
        (str(shape[0]), str(shape[1]), repr(overlap)),
        (candidates.points_px, candidates.probabilities, candidates.distances_px),
    )
    try:
        with children.lent() as child:
            answer = child.ask(question, meanwhile=meanwhile)
    except ChildLostError as error:
        raise NetworkError(
            f"The process that sorts out the objects {error}, on {len(candidates):,} "
            "candidates; perhaps there was too little memory. Choose a smaller piece of "
            "the image, or another network."
        ) from error
    if answer.words[0] != DONE:
        raise NetworkError(answer.words[1])
    labels: NDArray[np.int32] = answer.arrays[0]
    return labels


def _answer(frame: Frame) -> Frame:
    rows, columns, overlap = frame.words
    labels = labels_from_candidates(
        Candidates(*frame.arrays), shape=(int(rows), int(columns)), overlap=float(overlap)
    )
    return Frame((DONE,), (labels,))


if __name__ == "__main__":
    serve(_answer)
