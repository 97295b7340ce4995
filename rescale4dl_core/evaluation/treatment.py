"""Whether objects differ in size between treated and untreated images.

The image is the unit: the objects of one image are no independent samples, so each image
counts with one number, the mean diameter of its objects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.evaluation.summary import by_sampling
from rescale4dl_core.evaluation.tables import Table, image_diameter_px

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.pair import PairResult


MOST_DIVISIONS = 9_999
"""Into two groups that are all tried; of more, as many are drawn at random."""

FEWEST_IMAGES = 2
"""A group of fewer images has no spread, so it is not tested."""


@dataclass(frozen=True, slots=True)
class TreatmentEffect:
    """Mean diameters of treated and untreated images of one sampling."""

    sampling: str
    side: str
    """"gt" or "prediction": who drew the objects."""

    treated_px: tuple[float, ...]
    """Mean diameter of each treated image."""

    untreated_px: tuple[float, ...]

    @property
    def difference_percent(self) -> float:
        """Mean of the treated images against that of the untreated ones."""
        treated_px, untreated_px = np.mean(self.treated_px), np.mean(self.untreated_px)
        return float(100 * (treated_px - untreated_px) / untreated_px)

    @property
    def cliffs_delta(self) -> float:
        """Effect size: P(treated > untreated) - P(treated < untreated), from -1 to 1."""
        signs = np.sign(np.subtract.outer(self.treated_px, self.untreated_px))
        return float(signs.mean())

    @property
    def p_value(self) -> float | None:
        """Two-sided Mann-Whitney test over images, None for a group of one image.

        It is exact: every division into two groups is tried where there are no more than
        9,999, else as many at random from a fixed seed.
        """
        from scipy.stats import PermutationMethod, mannwhitneyu

        if min(len(self.treated_px), len(self.untreated_px)) < FEWEST_IMAGES:
            return None
        permuted = PermutationMethod(MOST_DIVISIONS, rng=np.random.default_rng(0))
        tested = mannwhitneyu(self.treated_px, self.untreated_px, method=permuted)
        return float(tested.pvalue)

    @property
    def least_p_value(self) -> float:
        """What the test can give at best with so few images: 0.1 for 3 against 3."""
        n_treated, n = len(self.treated_px), len(self.treated_px) + len(self.untreated_px)
        n_divisions = math.comb(n, n_treated)
        # Of all divisions, as likely as each other, the most extreme on either side. Of
        # those drawn at random the one at hand is one more, so p is never 0.
        n_tried = n_divisions if n_divisions <= MOST_DIVISIONS else MOST_DIVISIONS + 1
        return min(1.0, 2 / n_tried)

    @property
    def sentence(self) -> str:
        """The effect and the test, as a person reads them."""
        groups = f"{len(self.treated_px)} against {len(self.untreated_px)} images"
        tested = (
            f"not tested ({groups})"
            if self.p_value is None
            else f"p = {self.p_value:.2g} ({groups}; at best {self.least_p_value:.2g})"
        )
        return (
            f"{self.difference_percent:+.1f} % in diameter, Cliff's delta "
            f"{self.cliffs_delta:.2f}, {tested}"
        )


def treatment_effects(
    evaluation: Evaluation, treated_files: Collection[str]
) -> tuple[TreatmentEffect, ...]:
    """Compare treated with untreated images, on every sampling and both sides.

    Samplings without an object in images of both groups are left out.

    Parameters
    ----------
    evaluation : Evaluation
        The data set.
    treated_files : collection of str
        Names of the treated files, with or without suffix; all others are untreated.

    Raises
    ------
    ReadingError
        If a name does not occur, or no image is left untreated.
    """
    stems = {Path(name).stem for name in treated_files}
    known = {Path(result.pair.file).stem for result in evaluation.results}
    if missing := sorted(stems - known):
        raise ReadingError(
            f"No image of {evaluation.name} is called {', '.join(missing)}; there are "
            f"{', '.join(sorted(known)[:12])}. Correct the names of the treated images."
        )
    if not stems or stems == known:
        raise ReadingError(
            f"{len(stems)} of {len(known)} images of {evaluation.name} are said to be "
            "treated; a comparison needs treated and untreated ones. Correct the names."
        )
    effects = []
    for sampling, results in by_sampling(evaluation.results).items():
        for side in ("gt", "prediction"):
            diameters_px = _diameters_px(evaluation, results, side)
            treated_px = tuple(d for stem, d in diameters_px if stem in stems)
            untreated_px = tuple(d for stem, d in diameters_px if stem not in stems)
            if treated_px and untreated_px:
                effects.append(TreatmentEffect(sampling, side, treated_px, untreated_px))
    return tuple(effects)


def _diameters_px(
    evaluation: Evaluation, results: Sequence[PairResult], side: str
) -> list[tuple[str, float]]:
    found = []
    for result in results:
        shapes = result.truth if side == "gt" else result.prediction
        diameter_px = image_diameter_px(shapes, evaluation.estimator)
        if diameter_px is not None:
            found.append((Path(result.pair.file).stem, diameter_px))
    return found


def treatment_table(effects: Sequence[TreatmentEffect]) -> Table:
    """Return one row per sampling and side, with effect size and test."""
    names = ("difference_percent", "cliffs_delta", "p_value", "least_p_value")
    columns = {
        "sampling": np.array([effect.sampling for effect in effects], object),
        "side": np.array([effect.side for effect in effects], object),
        "n_treated": np.array([len(effect.treated_px) for effect in effects]),
        "n_untreated": np.array([len(effect.untreated_px) for effect in effects]),
        "treated_diameter_px": np.array([np.mean(one.treated_px) for one in effects]),
        "untreated_diameter_px": np.array([np.mean(one.untreated_px) for one in effects]),
        **{
            name: np.array([getattr(one, name) for one in effects], float) for name in names
        },
    }
    return Table("treatment", columns)
