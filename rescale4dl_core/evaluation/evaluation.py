"""A whole data set: every pair scored, every sampling summarised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.distributed.mapper import ONE_BY_ONE, Mapper
from rescale4dl_core.errors import ReadingError, RescaleError
from rescale4dl_core.evaluation.folders import ORIGINAL, Dataset, Pair, Problem, read_map
from rescale4dl_core.evaluation.kind_of_maps import (
    Kind,
    KindChoice,
    MapFacts,
    facts_of,
    kind_of,
)
from rescale4dl_core.evaluation.pair import PairOptions, PairResult, evaluate_pair
from rescale4dl_core.evaluation.summary import (
    TAKEN_NAMES,
    by_sampling,
    summarise_samplings,
)
from rescale4dl_core.measuring.dataset import choose_estimator
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rescale4dl_core.evaluation.own_metrics import MetricSource
    from rescale4dl_core.evaluation.summary import SamplingSummary

MOST_PAIRS_LOOKED_AT = 64
"""The kind of a data set is told from so many pairs, spread evenly over it."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What came out of a data set."""

    name: str
    kind: KindChoice
    estimator: Estimator
    estimator_reason: str
    results: tuple[PairResult, ...]
    """Finest sampling first, then by file name."""

    samplings: tuple[SamplingSummary, ...]
    """Finest first."""

    problems: tuple[Problem, ...]
    """Everything that was not scored or deserves a look, by file."""

    cautions: tuple[str, ...]
    """What has to be said about the numbers as a whole."""


def evaluate_dataset(
    dataset: Dataset,
    *,
    kind: Kind | None = None,
    metrics: Sequence[MetricSource] = (),
    estimator: Estimator | None = None,
    aggregate: Aggregate = Aggregate.MEAN,
    published_crop: bool = False,
    allow_large: bool = False,
    mapper: Mapper = ONE_BY_ONE,
    progress: Progress = silent,
) -> Evaluation:
    """Score every pair of a data set and summarise each sampling.

    Parameters
    ----------
    dataset : Dataset
        As `find_pairs` returns it.
    kind : Kind or None
        What pixel values mean; None tells it from the maps.
    metrics : sequence of MetricSource
        The user's own scores.
    estimator : Estimator or None
        Which diameter; None chooses by the shape of the objects of the finest sampling.
    aggregate : Aggregate
        How the diameters within an image are put together.
    published_crop : bool
        Skeleton diameters as in the published tables, errors included.
    allow_large : bool
        Consent to maps of more than 2 GB.
    mapper : Mapper
        Where the pairs are scored: here, in several processes or on a cluster.

    Raises
    ------
    ReadingError
        If not a single pair can be scored.
    MetricError
        If a score of the user cannot be loaded.
    WorkerError
        If the processes or the cluster of `mapper` fail.
    """
    # Here too, so that a broken score is told before the first pair is scored.
    for source in metrics:
        source.load()
    choice = (
        kind_of_dataset(dataset, allow_large=allow_large)
        if kind is None
        else KindChoice(kind, "Set by you.")
    )
    options = PairOptions(
        choice.kind, tuple(metrics), TAKEN_NAMES, published_crop, allow_large
    )
    score = partial(evaluate_pair, options=options)
    outcomes: list[PairResult | Problem] = list(mapper.map(score, dataset.pairs, progress))
    results = tuple(found for found in outcomes if isinstance(found, PairResult))
    problems = [*dataset.problems]
    for outcome in outcomes:
        problems += outcome.problems if isinstance(outcome, PairResult) else [outcome]
    if not results:
        raise ReadingError(
            f"{dataset.name}: none of its {len(outcomes)} pairs can be scored. The first: "
            f"{problems[-len(outcomes)]}"
        )
    used, reason = _estimator(results, estimator)
    progress(1.0, f"scored {len(results)} of {len(outcomes)} pairs")
    return Evaluation(
        name=dataset.name,
        kind=choice,
        estimator=used,
        estimator_reason=reason,
        results=results,
        samplings=summarise_samplings(results, used, aggregate),
        problems=tuple(problems),
        cautions=_cautions(results, choice),
    )


def kind_of_dataset(dataset: Dataset, *, allow_large: bool = False) -> KindChoice:
    """Tell what the values of the maps mean; files that cannot be read say nothing."""
    # Rounded up, so that no more than the limit are read.
    step = -(-len(dataset.pairs) // MOST_PAIRS_LOOKED_AT)
    return kind_of(_facts(dataset.pairs[::step], allow_large))


def _facts(pairs: Sequence[Pair], allow_large: bool) -> Iterator[MapFacts]:
    for pair in pairs:
        for path in (pair.truth_path, pair.prediction_path):
            try:
                labels = read_map(path, allow_large=allow_large)
            except RescaleError:
                continue
            yield facts_of(labels, file=path.name, is_truth=path is pair.truth_path)


def _estimator(
    results: Sequence[PairResult], asked: Estimator | None
) -> tuple[Estimator, str]:
    if asked is not None:
        return asked, f"Set by you: {asked.words}."
    # One diameter for all samplings, told where objects have the most pixels: see
    # decision 0001.
    finest = min(result.pair.factor for result in results)
    tables = [result.truth.objects for result in results if result.pair.factor == finest]
    if not any(len(table.inside) for table in tables):
        return Estimator.EQUIVALENT_CIRCLE, "No object lies inside an image."
    choice = choose_estimator(tables)
    return choice.estimator, choice.reason


def _cautions(results: Sequence[PairResult], choice: KindChoice) -> tuple[str, ...]:
    cautions = []
    if not choice.is_certain:
        cautions.append(
            f"The maps were read as {choice.kind.value}: {choice.reason} If that is wrong, "
            "say what they are (--kind)."
        )
    if not any(result.pair.sampling == ORIGINAL for result in results):
        cautions.append(
            f"There is no scored pair in {ORIGINAL}, so nothing can be compared with the "
            "original; the camera's field is taken from the sampling nearest to it."
        )
    groups = by_sampling(results).values()
    n_samplings = Counter(Path(one.pair.file).stem for group in groups for one in group)
    if partly := sorted(name for name, n in n_samplings.items() if n < len(groups)):
        cautions.append(
            f"Not every sampling has {', '.join(partly[:12])}, so samplings are compared "
            "over different images."
        )
    if choice.kind is not Kind.INSTANCE:
        cautions.append(
            "Sizes and counts are those of connected pieces of foreground: objects that "
            "touch count as one."
        )
    return tuple(cautions)
