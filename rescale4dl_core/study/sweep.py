"""The sweep: one network on the same sample at many pixel sizes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.errors import CancelledError, RescaleError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.one_scale import (
    ImageAtScale,
    Segmenter,
    Task,
    at_scale,
    found_diameter_px,
    truth_of,
)
from rescale4dl_core.study.results import ScaleResult, Sweep
from rescale4dl_core.study.scoring import mean_of_means, over_images
from rescale4dl_core.study.stability import (
    PLAUSIBLE_SIZE,
    Agreement,
    Part,
    agreement_of,
    is_plausible,
    stability_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rescale4dl_core.evaluation.own_metrics import MetricSource
    from rescale4dl_core.images import Sample
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.measuring.measurement import Measurement


@dataclass(frozen=True, slots=True, eq=False)
class ScaleRun:
    """What came of each image at one scale."""

    ratio: float
    images: tuple[ImageAtScale, ...]
    neighbours: tuple[tuple[Agreement, ...], ...] = ()
    """Of each image, its agreement with the scales beside this one."""

    def compared_with(self, other: ScaleRun) -> ScaleRun:
        """Return the same with the agreement with a neighbouring scale."""
        found = [
            agreement_of(
                Part.NEIGHBOURS, image.found.label, image.on_sample, beside.on_sample
            )
            for image, beside in zip(self.images, other.images, strict=True)
        ]
        known = self.neighbours or ((),) * len(found)
        neighbours = tuple((*b, one) for b, one in zip(known, found, strict=True))
        return replace(self, neighbours=neighbours)

    def result(
        self, measurement: Measurement, fov_px: tuple[int, int], *, with_stability: bool
    ) -> ScaleResult:
        """Put all images together.

        Parameters
        ----------
        measurement : Measurement
            Sizes and density of the objects, on the grid of the first image.
        fov_px : (int, int)
            Rows and columns of the camera.
        with_stability : bool
            Whether a stability is wanted where something plausible was found.
        """
        size = measurement.pixel_size
        factor = RescaleFactor.of(self.ratio)
        expected_px = measurement.diameter_px / self.ratio
        found = [image.found for image in self.images]
        diameter_px = found_diameter_px(found, measurement.aggregate)
        own = [image.own_grid for image in self.images if image.own_grid is not None]
        on_sample = [im.sample_grid for im in self.images if im.sample_grid is not None]
        trips = [image.round_trip for image in self.images if image.round_trip is not None]
        notes = list(
            dict.fromkeys(n for image in self.images for n in image.prediction.notes)
        )
        known = self.neighbours or ((),) * len(self.images)
        stability = parts = None
        if with_stability:
            compared = stability_of(
                [
                    (*image.agreements, *beside)
                    for image, beside in zip(self.images, known, strict=True)
                ]
            )
            if compared is not None:
                stability, parts = compared
        if stability is not None and not is_plausible(diameter_px, expected_px):
            stability = None
            notes.append(_implausible(diameter_px, expected_px))
        predictions = [image.prediction for image in self.images]
        return ScaleResult(
            ratio=self.ratio,
            pixel_size=None if size is None else size.rescaled(factor),
            coverage_percent=100 / expected_px,
            n_objects=sum(one.n_objects for one in found),
            n_border=sum(one.n_border for one in found),
            diameter_px=diameter_px,
            own_grid=over_images(own),
            sample_grid=over_images(on_sample),
            iou_ceiling=mean_of_means(trips),
            stability=stability,
            stability_parts=parts,
            objects_per_fov=objects_per_fov(measurement, fov_px, self.ratio),
            seconds=sum(prediction.seconds for prediction in predictions),
            seconds_network=sum(one.seconds_network for one in predictions),
            labels=tuple(prediction.labels for prediction in predictions),
            notes=tuple(notes),
        )


def objects_per_fov(
    measurement: Measurement, fov_px: tuple[int, int], ratio: float
) -> float | None:
    """Return the objects in a camera's field with pixels `ratio` times as large.

    That is the field of a lower magnification; binning shows no more of the sample.

    Parameters
    ----------
    measurement : Measurement
        The density; None is returned where it is not known.
    fov_px : (int, int)
        Rows and columns of the camera.
    ratio : float
        New / old pixel size.
    """
    if measurement.density_per_px is None:
        return None
    return measurement.density_per_px * fov_px[0] * fov_px[1] * ratio**2


def _implausible(diameter_px: float | None, expected_px: float) -> str:
    if diameter_px is None:
        return (
            "No object found lies wholly inside an image, so their size is not known and "
            "no stability is given."
        )
    return (
        f"The objects found are {diameter_px:.3g} px across where {expected_px:.3g} px "
        f"were expected, more than {PLAUSIBLE_SIZE:g}x off, so no stability is given."
    )


CAMERA_PX = (2048, 2048)
"""Field of view where no camera is given."""


def sweep(
    samples: Sequence[Sample],
    network: Network,
    factors: Sequence[RescaleFactor],
    *,
    measurement: Measurement,
    with_stability: bool = True,
    fov_px: tuple[int, int] = CAMERA_PX,
    metrics: Sequence[MetricSource] = (),
    segmenter: Segmenter | None = None,
    progress: Progress = silent,
    on_scale: Callable[[ScaleResult], None] | None = None,
) -> Sweep:
    """Run `network` on `samples` rescaled by each of `factors`, and score what it finds.

    The coarsest scale comes first: it takes the least time. A scale that cannot be run is
    left out with a note. Where the user stops, what was done is returned.

    Parameters
    ----------
    samples : sequence of Sample
        Images; the scores rest on those with labels, which count as the truth.
    network : Network
        The same for all scales.
    factors : sequence of RescaleFactor
        New / old pixel size, old being that of the first image. An image with another
        pixel size is rescaled so that all have the same one at each scale.
    measurement : Measurement
        Sizes and density of the objects of all images, on the grid of the first.
    with_stability : bool
        Whether four perturbed versions of each image are run too.
    fov_px : (int, int)
        Rows and columns of the camera.
    metrics : sequence of MetricSource
        The user's own scores, taken wherever there is a mask, on both grids. One that
        fails is told in `Sweep.notes`, and everything else is scored.
    segmenter : Segmenter, optional
        `inference.segment.segment` where none is given.
    progress : Progress
        Called often; what it raises stops the work.
    on_scale : callable, optional
        Receives each scale when it is done, and once more with its agreement with the next
        finer one.

    Raises
    ------
    RescaleError
        If no scale can be run: the reason of the first.
    CancelledError
        If the user stops before the first scale is done.
    MetricError
        If a score of the user cannot be loaded.
    """
    for source in metrics:
        source.load()
    tasks = [
        Task(
            image=sample.image,
            truth=None if sample.labels is None else truth_of(sample.labels),
            network=network,
            segmenter=segmenter or _segment(),
            estimator=measurement.estimator,
            with_stability=with_stability,
            metrics=tuple(metrics),
        )
        for sample in samples
    ]
    results: dict[float, ScaleResult] = {}

    def keep(run: ScaleRun) -> None:
        result = run.result(measurement, fov_px, with_stability=with_stability)
        results[run.ratio] = result
        if on_scale is not None:
            on_scale(result)

    notes: list[str] = []
    provider = ""
    complete = True
    previous: ScaleRun | None = None
    for step in _steps(factors):
        try:
            images = _all_images(tasks, step, measurement, progress)
        except CancelledError:
            if not results:
                raise
            complete = False
            break
        except RescaleError as error:
            if step.is_last and not results:
                raise
            notes.append(f"{step.name} was left out. {error}")
            previous = None
            continue
        notes += (problem for image in images for problem in image.metric_problems)
        run = ScaleRun(float(step.factor.ratio), images)
        provider = images[0].prediction.provider
        if with_stability and previous is not None:
            keep(previous.compared_with(run))
            run = run.compared_with(previous)
        keep(run)
        previous = run
    return Sweep(
        network=network.name,
        scales=tuple(results[ratio] for ratio in sorted(results)),
        n_images=len(samples),
        has_truth=any(task.truth is not None for task in tasks),
        reference_diameter_px=measurement.diameter_px,
        provider=provider,
        complete=complete,
        notes=(*dict.fromkeys(notes), *_about(tasks, metrics)),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    factor: RescaleFactor
    start: float
    length: float
    """Share of the whole work, by the number of pixels."""

    is_last: bool

    @property
    def name(self) -> str:
        if self.factor.ratio == 1:
            return "The sample as taken"
        way = "coarser" if self.factor.is_coarser else "finer"
        return f"{float(self.factor.times):g}x {way}"


def _steps(factors: Sequence[RescaleFactor]) -> list[_Step]:
    wanted = sorted(set(factors), reverse=True)
    work = [float(factor.ratio) ** -2 for factor in wanted]
    total, steps, start = sum(work), [], 0.0
    for factor, part in zip(wanted, work, strict=True):
        steps.append(_Step(factor, start, part / total, factor is wanted[-1]))
        start += part / total
    return steps


def _all_images(
    tasks: Sequence[Task], step: _Step, measurement: Measurement, progress: Progress
) -> tuple[ImageAtScale, ...]:
    images = []
    for index, task in enumerate(tasks):

        def report(fraction: float, message: str, /, index: int = index) -> None:
            of = "" if len(tasks) == 1 else f", image {index + 1} of {len(tasks)}"
            done = step.start + step.length * (index + fraction) / len(tasks)
            progress(done, f"{step.name}{of}: {message}")

        ratio = measurement.grid_ratio(task.image.pixel_size)
        images.append(at_scale(task, on_grid(step.factor, ratio), report))
    return tuple(images)


def on_grid(factor: RescaleFactor, grid_ratio: float) -> RescaleFactor:
    """Return the factor for an image whose pixels are `grid_ratio` those of the first."""
    if grid_ratio == 1:
        return factor
    return RescaleFactor.of(float(f"{float(factor.ratio) / grid_ratio:.6g}"))


def _about(tasks: Sequence[Task], metrics: Sequence[MetricSource]) -> list[str]:
    n_masks = sum(task.truth is not None for task in tasks)
    asked = [source.name for source in metrics if source.is_file]
    if asked and not n_masks:
        return [f"{', '.join(asked)}: not called, as no image has a mask to compare with."]
    if 0 < n_masks < len(tasks):
        return [f"The scores rest on the {n_masks} of {len(tasks)} images with a mask."]
    return []


def _segment() -> Segmenter:
    from rescale4dl_core.inference.segment import segment

    return segment
