"""Scores on the pixel grid of the original, where samplings can be compared.

On its own grid each sampling is scored against a ground truth that was resampled with it;
what a coarser grid cannot show is lost from both and costs nothing. Mapped back to the
original, that loss counts, and the round trip of the ground truth itself is the ceiling
that no network can pass.
"""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.grid import Grid
from rescale4dl_core.rescaling.series import rescale_labels


@dataclass(frozen=True, slots=True, eq=False)
class OnOriginalGrid:
    """Three label images of one shape, on the part of the original that all cover."""

    truth: Labels
    """The original's ground truth."""

    prediction: Labels
    """The prediction of another sampling, mapped back."""

    round_trip: Labels
    """The ground truth taken to the other sampling and back: the best possible."""


def on_original_grid(
    original_truth: Labels, prediction: Labels, factor: RescaleFactor
) -> OnOriginalGrid:
    """Map `prediction`, made at `factor` times the original pixel size, back.

    Every pixel of the original takes the label of the pixel it lies in. What the sampling
    does not cover, less than one coarse pixel at the lower and right edge, is left out.

    Raises
    ------
    LabelImageError
        If the prediction does not have the shape that `factor` gives the original, within
        one pixel for programs that round up.
    QuantityError
        If the original is too small for one pixel of this sampling.
    """
    expected = Grid(original_truth.shape, factor).shape
    if any(abs(a - b) > 1 for a, b in zip(prediction.shape, expected, strict=True)):
        raise LabelImageError(
            f"{prediction.source} is {_by(prediction.shape)} px, but its original of "
            f"{_by(original_truth.shape)} px is {_by(expected)} px as "
            f"{factor.folder_name}, so it cannot be compared with the original. Check the "
            "name of the sampling folder."
        )
    back = RescaleFactor(1 / factor.ratio)
    mapped = rescale_labels(prediction, back)
    round_trip = rescale_labels(rescale_labels(original_truth, factor), back)
    rows, columns = (
        min(lengths)
        for lengths in zip(
            original_truth.shape, mapped.shape, round_trip.shape, strict=True
        )
    )
    return OnOriginalGrid(
        *(
            Labels.parse(labels.pixels[:rows, :columns], source=labels.source)
            for labels in (original_truth, mapped, round_trip)
        )
    )


def _by(shape: tuple[int, int]) -> str:
    return f"{shape[0]} x {shape[1]}"
