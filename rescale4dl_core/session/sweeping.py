"""The sweep over the images of a session."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.factors import FactorSeries, factor_of, factor_series
from rescale4dl_core.study.results import Sweep
from rescale4dl_core.study.sweep import objects_per_fov, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rescale4dl_core.evaluation.own_metrics import MetricSource
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import ScaleResult

SamplesKey = tuple[tuple[str, str | None, float], ...]


def samples_key(session: Session, measurement: Measurement) -> SamplesKey:
    """Return what the result of a sweep depends on besides network and scales.

    Pixels, masks, and the pixel size of each image relative to the first: typing in the
    pixel size of a single image does not make its sweep out of date.
    """
    return tuple(
        (
            entry.sample.image.digest(),
            None if entry.sample.labels is None else entry.sample.labels.digest(),
            # Where all sizes change together, ratios may differ in the last digit.
            round(measurement.grid_ratio(entry.sample.image.pixel_size), 6),
        )
        for entry in session.entries
    )


def series_of(session: Session, measurement: Measurement) -> FactorSeries:
    """Return the default scales for the images of a session; see `factor_series`."""
    return factor_series(
        measurement,
        [
            _shape_on_first_grid(
                entry.sample.image.shape,
                measurement.grid_ratio(entry.sample.image.pixel_size),
            )
            for entry in session.entries
        ],
    )


def factors_of(session: Session, measurement: Measurement) -> tuple[RescaleFactor, ...]:
    """Return the scales that the user chose, else the default ones."""
    chosen = session.choices.sweep.ratios
    if chosen:
        return tuple(map(factor_of, chosen))
    return series_of(session, measurement).factors


def has_mask(session: Session) -> bool:
    """Whether any image of the session has a mask to score against."""
    return any(entry.sample.labels is not None for entry in session.entries)


def wants_stability(session: Session) -> bool:
    """Whether perturbed versions are run: as chosen, else where there is no mask."""
    chosen = session.choices.sweep.stability
    return not has_mask(session) if chosen is None else chosen


def sweep_session(
    session: Session,
    network: Network,
    measurement: Measurement,
    *,
    factors: Sequence[RescaleFactor] | None = None,
    metrics: Sequence[MetricSource] = (),
    progress: Progress = silent,
    on_scale: Callable[[ScaleResult], None] | None = None,
) -> Sweep:
    """Sweep all images of the session together; see `sweep`.

    Parameters
    ----------
    session : Session
        Images, masks and choices.
    network : Network
        What is tried.
    measurement : Measurement
        Of the session's objects.
    factors : sequence of RescaleFactor, optional
        Instead of those of `factors_of`.
    metrics : sequence of MetricSource
        The user's own scores.
    progress, on_scale
        As for `sweep`.
    """
    choices = session.choices
    return sweep(
        [entry.sample for entry in session.entries],
        network,
        factors or factors_of(session, measurement),
        measurement=measurement,
        with_stability=wants_stability(session),
        fov_px=(choices.camera_rows_px, choices.camera_columns_px),
        metrics=metrics,
        progress=progress,
        on_scale=on_scale,
    )


def stopped_sweep(
    session: Session,
    network: str,
    measurement: Measurement,
    scales: Iterable[ScaleResult],
) -> Sweep:
    """Return what was done of a sweep that the user stopped, by `on_scale`."""
    by_ratio = {scale.ratio: scale for scale in scales}
    return Sweep(
        network=network,
        # The coarsest was done first (see decision 0038); scales are listed finest first.
        scales=tuple(by_ratio[ratio] for ratio in sorted(by_ratio)),
        n_images=len(session.entries),
        has_truth=has_mask(session),
        reference_diameter_px=measurement.diameter_px,
        provider="",
        complete=False,
        notes=("Stopped before the finer scales: those that were done are shown.",),
    )


def restated(sweep: Sweep, session: Session, measurement: Measurement) -> Sweep:
    """Return `sweep` with coverages, pixel sizes and counts per field as of now.

    Parameters
    ----------
    sweep : Sweep
        Of the images of `session`.
    session : Session
        The camera.
    measurement : Measurement
        Sizes and density, and the pixel size of the first image.
    """
    choices, size = session.choices, measurement.pixel_size
    fov_px = (choices.camera_rows_px, choices.camera_columns_px)
    scales = tuple(
        replace(
            scale,
            coverage_percent=measurement.coverage.percent * scale.ratio,
            pixel_size=size and size.rescaled(RescaleFactor.of(scale.ratio)),
            objects_per_fov=objects_per_fov(measurement, fov_px, scale.ratio),
        )
        for scale in sweep.scales
    )
    return replace(sweep, scales=scales, reference_diameter_px=measurement.diameter_px)


def _shape_on_first_grid(shape_px: tuple[int, int], grid_ratio: float) -> tuple[int, int]:
    rows, columns = (max(1, math.floor(n_px * grid_ratio)) for n_px in shape_px)
    return rows, columns
