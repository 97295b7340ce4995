"""Every configuration that a microscope offers, ranked for the objects at hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.configuration import ROUNDING, Configuration
from rescale4dl_core.microscope.figures import Figures, figures_of, is_blurred
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.configuration import Stand
    from rescale4dl_core.microscope.goal import Goal


NEAR_TARGET = math.sqrt(2)
"""On the published sets the sampling nearest to 8 % of octave steps, so within a factor
sqrt 2 of it, lost at most 0.037 IoU; the coarsest below 16 % lost up to 0.51."""

NYQUIST_PIXELS = 0.61 * 4
"""Rayleigh's distance, 0.61 emission / NA, in Nyquist pixels of emission / 4 NA."""


class Standing(IntEnum):
    """How a configuration suits the objects; lower is better."""

    GOOD = 0
    """Expected score within the tolerance of the best; without a curve, near the target."""

    IN_WINDOW = 1
    """Inside the window, but not as good as others."""

    BLURRED = 2
    """Inside the window, but the objective resolves less than the network needs; for
    structure, sampled at Nyquist but resolving less than is wanted."""

    OUTSIDE = 3
    """Outside the window."""

    COARSE = 4
    """Coarser than Nyquist, or of unknown aperture, where structure is to be seen."""

    @property
    def identifier(self) -> str:
        """As files have it: "in_window"."""
        return self.name.lower()

    @property
    def meaning(self) -> str:
        """In words, for a table."""
        return _MEANINGS[self]


_MEANINGS = {
    Standing.GOOD: "good",
    Standing.IN_WINDOW: "in the window",
    Standing.BLURRED: "too blurred",
    Standing.OUTSIDE: "outside the window",
    Standing.COARSE: "not at Nyquist",
}


def standings_of(figures: Figures, goal: Goal) -> NDArray[np.int64]:
    """Return the `Standing` of each configuration.

    A lens may be blurred (`is_blurred`); sampling coarser than Nyquist is never held
    against a configuration, but where structure is to be seen: then it decides, among
    lenses that resolve enough.
    """
    if goal.for_structure:
        fine = figures.nyquist_ratio <= 1 + ROUNDING
        sharp = figures.rayleigh_um <= goal.resolution_um * (1 + ROUNDING)
        at_nyquist = np.where(sharp, Standing.GOOD, Standing.BLURRED)
        return np.where(fine, at_nyquist, Standing.COARSE).astype(np.int64)
    window = goal.window
    coverage = figures.coverage_percent
    inside = (window.low_percent <= coverage) & (coverage <= window.high_percent)
    blurred = is_blurred(figures.nyquist_um, goal)
    standing = np.where(inside, Standing.IN_WINDOW, Standing.OUTSIDE)
    standing = np.where(inside & blurred, Standing.BLURRED, standing)
    good = inside & (_from_target(figures, goal) <= math.log(NEAR_TARGET) + ROUNDING)
    # Lenses that blur have no score, so the best is one that can be reached here.
    known = ~np.isnan(figures.expected_iou)
    if known.any():
        best = figures.expected_iou[known].max()
        enough = best * (1 - goal.tolerance_percent / 100)
        good = known & (figures.expected_iou >= enough)
    return np.where(good & ~blurred, Standing.GOOD, standing).astype(np.int64)


def best_first(
    figures: Figures, standings: NDArray[np.int64], goal: Goal
) -> NDArray[np.int64]:
    """Return the order of the configurations, best first.

    By standing, then by objects per hour; equal ones by the expected score, the distance
    from the target and the light per pixel. Where structure is to be seen, those that are
    not good come by what they resolve instead of standing.
    """
    bound = standings
    if goal.for_structure:
        bound = np.where(standings == Standing.GOOD, 0.0, 1 + _unresolved(figures, goal))
    # The last key counts first. Keys are rounded, so that what is equal but for the
    # arithmetic ties and the next key decides.
    order: NDArray[np.int64] = np.lexsort(
        (
            -np.nan_to_num(figures.brightness),
            _from_target(figures, goal).round(9),
            -np.nan_to_num(figures.expected_iou),
            -_rounded(figures.objects_per_s),
            bound,
        )
    )
    return order


def pareto_front(figures: Figures) -> NDArray[np.bool_]:
    """Return which configurations no other one beats in both objects and score.

    Those without an expected score are not on the front. Of equal ones, all are.
    """
    front = np.zeros(len(figures.objects_per_s), bool)
    known = np.flatnonzero(~np.isnan(figures.expected_iou))
    per_s, iou = figures.objects_per_s[known], figures.expected_iou[known]
    order = np.lexsort((-iou, -per_s))
    per_s, iou = per_s[order], iou[order]
    best_before = np.concatenate([[-np.inf], np.maximum.accumulate(iou)[:-1]])[: len(iou)]
    # Options equally fast are one group: beaten by faster ones, or by the best of them.
    starts = np.flatnonzero(np.diff(per_s, prepend=np.inf))
    group = np.cumsum(np.isin(np.arange(len(per_s)), starts)) - 1
    best_of_faster = best_before[starts][group]
    best_of_group = iou[starts][group]
    front[known[order]] = (iou == best_of_group) & (iou > best_of_faster)
    return front


def _unresolved(figures: Figures, goal: Goal) -> NDArray[np.float64]:
    """Return how much coarser than wanted lens and pixels resolve, in tenths of an e-fold.

    Two points are told apart by the coarser of Rayleigh's distance and that many Nyquist
    pixels.
    """
    told_um = np.maximum(figures.rayleigh_um, NYQUIST_PIXELS * figures.pixel_um)
    coarser = np.log(told_um / goal.resolution_um)
    found: NDArray[np.float64] = np.maximum(np.nan_to_num(coarser, nan=np.inf), 0.0)
    # In steps, so that lenses that resolve about alike come by objects per hour.
    return found.round(1)


def _from_target(figures: Figures, goal: Goal) -> NDArray[np.float64]:
    target = goal.window.target_percent
    distance: NDArray[np.float64] = np.abs(np.log(figures.coverage_percent / target))
    return distance


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values to nine digits, so that the rounding of a product decides nothing."""
    digits = 10.0 ** (np.floor(np.log10(np.maximum(values, 1e-300))) - 8)
    rounded: NDArray[np.float64] = np.round(values / digits) * digits
    return rounded


MOST_ON_FRONT = 200
"""Equal configurations of many makers can all be on the front."""


@dataclass(frozen=True, slots=True)
class Option:
    """One configuration with its figures; None is "not known"."""

    configuration: Configuration
    rank: int
    """1 is the best."""

    standing: Standing
    in_window: bool
    on_front: bool
    """No other one beats it in both objects per hour and expected score."""

    relative_dose: float | None
    """Light per area of the sample for the same light per pixel, against `reference`."""

    relative_brightness: float | None
    """Light per pixel at the same lamp and exposure, against `reference`."""

    pixel_um: float
    coverage_percent: float
    nyquist_um: float | None
    nyquist_ratio: float | None
    rayleigh_um: float | None
    depth_of_field_um: float | None
    field_height_um: float
    field_width_um: float
    image_rows_px: float
    image_columns_px: float
    exposure_s: float
    """Of one image; of a point scanner the time to scan it."""

    n_planes: int
    tau_s: float
    objects_per_fov_ceiling: float
    objects_per_fov: float | None
    objects_per_s_ceiling: float
    objects_per_s: float
    n_fields: float | None
    duration_s: float | None
    storage_bytes: float | None
    compressed_bytes: float | None
    dose_j_per_cm2: float | None
    expected_iou: float | None
    expected_iou_low: float | None
    expected_iou_high: float | None
    recall: float | None

    @property
    def field_area_um2(self) -> float:
        """Area of the sample in one image."""
        return self.field_height_um * self.field_width_um

    @property
    def objects_per_hour(self) -> float:
        """At the given density, else the ceiling."""
        return self.objects_per_s * SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Configurations, best first; arrays have one value per configuration."""

    stand: Stand
    goal: Goal
    order: NDArray[np.int64]
    """Number in `stand`, of each rank."""

    figures: Figures
    """By number in `stand`."""

    standings: NDArray[np.int64]
    on_front: NDArray[np.bool_]
    compared_with: tuple[float, float]
    """Brightness and dose that light is given against; see `reference_rank`."""

    reference_rank: int | None
    """Of the row that light is compared with; None: the sample as taken."""

    def __len__(self) -> int:
        return len(self.order)

    @property
    def reference(self) -> str:
        """What light is compared with, in words."""
        return reference_in_words(self.reference_rank)

    @property
    def density_source(self) -> str:
        """Where `objects_per_s` comes from: "given" density or "ceiling"."""
        return "ceiling" if self.goal.density_per_um2 is None else "given"

    @property
    def best(self) -> Option:
        """The first one."""
        return self.option(0)

    @property
    def n_inside(self) -> int:
        """How many, the first ones, lie inside the window or expect a good score.

        Where structure is to be seen, how many show it.
        """
        worst = Standing.GOOD if self.goal.for_structure else Standing.BLURRED
        return int(np.count_nonzero(self.standings <= worst))

    def n_shown(self, *, only_inside: bool) -> int:
        """Return how many to show, the first one at least."""
        return max(1, self.n_inside) if only_inside else len(self)

    @property
    def front(self) -> tuple[Option, ...]:
        """Options that no other one beats in both objects per hour and expected score."""
        ranks = np.flatnonzero(self.on_front[self.order])
        return tuple(self.option(int(rank)) for rank in ranks[:MOST_ON_FRONT])

    def with_camera(self, camera: Camera) -> tuple[Option, ...]:
        """Return all options with `camera`, best first."""
        _, of_camera, _, _ = np.unravel_index(self.order, self.stand.shape)
        numbers = [i for i, one in enumerate(self.stand.cameras) if one == camera]
        ranks = np.flatnonzero(np.isin(of_camera, numbers))
        return tuple(self.option(int(rank)) for rank in ranks)

    def as_taken(self, options: Sequence[Option]) -> Option:
        """Return the one of `options` most like the sample as taken.

        By pixel size and aperture, without binning rather than with it; the sharpest where
        the aperture is not known, the finest pixels where the sample's are not.
        """
        taken = self.goal.taken
        if taken is None:
            return min(options, key=lambda option: option.pixel_um)
        aperture = taken.numerical_aperture

        def unlike(option: Option) -> tuple[float, float]:
            configuration = option.configuration
            apart = abs(math.log(option.pixel_um / taken.pixel_um))
            # A quarter, so that binning decides among pixels of nearly one size only.
            apart += abs(math.log(configuration.binning)) / 4
            own = configuration.objective.numerical_aperture
            if aperture is None or own is None:
                # In steps, so that the sharpest wins among pixels of about one size.
                return round(apart, 1), -(own or 0.0)
            return apart + abs(math.log(own / aperture)), 0.0

        return min(options, key=unlike)

    def top(self, n: int) -> tuple[Option, ...]:
        """Return the first `n` options."""
        return tuple(self.option(rank) for rank in range(min(n, len(self))))

    def option(self, rank: int) -> Option:
        """Return one configuration with its figures, by its rank from 0."""
        number = int(self.order[rank])
        figures = self.figures
        brightness, dose = self.compared_with

        def known(values: NDArray[np.float64]) -> float | None:
            value = float(values[number])
            return value if math.isfinite(value) else None

        def against(values: NDArray[np.float64], reference: float) -> float | None:
            quotient = float(values[number]) / reference if reference else math.nan
            return quotient if math.isfinite(quotient) else None

        window = self.goal.window
        return Option(
            configuration=self.configuration(rank),
            rank=rank + 1,
            standing=Standing(int(self.standings[number])),
            in_window=window.contains(float(self.figures.coverage_percent[number])),
            on_front=bool(self.on_front[number]),
            relative_dose=against(figures.dose, dose),
            relative_brightness=against(figures.brightness, brightness),
            pixel_um=float(figures.pixel_um[number]),
            coverage_percent=float(figures.coverage_percent[number]),
            nyquist_um=known(figures.nyquist_um),
            nyquist_ratio=known(figures.nyquist_ratio),
            rayleigh_um=known(figures.rayleigh_um),
            depth_of_field_um=known(figures.depth_of_field_um),
            field_height_um=float(figures.field_height_um[number]),
            field_width_um=float(figures.field_width_um[number]),
            image_rows_px=float(figures.image_rows_px[number]),
            image_columns_px=float(figures.image_columns_px[number]),
            exposure_s=float(figures.exposure_s[number]),
            n_planes=int(figures.n_planes[number]),
            tau_s=float(figures.tau_s[number]),
            objects_per_fov_ceiling=float(figures.objects_per_fov_ceiling[number]),
            objects_per_fov=known(figures.objects_per_fov),
            objects_per_s_ceiling=float(figures.objects_per_s_ceiling[number]),
            objects_per_s=float(figures.objects_per_s[number]),
            n_fields=known(figures.n_fields),
            duration_s=known(figures.duration_s),
            storage_bytes=known(figures.storage_bytes),
            compressed_bytes=known(figures.compressed_bytes),
            dose_j_per_cm2=known(figures.dose_j_per_cm2),
            expected_iou=known(figures.expected_iou),
            expected_iou_low=known(figures.expected_iou_low),
            expected_iou_high=known(figures.expected_iou_high),
            recall=known(figures.recall),
        )

    def find(self, configuration: Configuration) -> Option | None:
        """Return the option of a configuration, None where it is not among them."""
        stand = self.stand
        try:
            place = (
                stand.objectives.index(configuration.objective),
                stand.cameras.index(configuration.camera),
                stand.binnings.index(configuration.binning),
                stand.relays.index(configuration.relay),
            )
        except ValueError:
            return None
        number = int(np.ravel_multi_index(place, stand.shape))
        found = self.option(int(np.flatnonzero(self.order == number)[0]))
        return found if found.configuration == configuration else None

    def configuration(self, rank: int) -> Configuration:
        """Return objective, camera, binning and relay, by rank from 0."""
        of_objective, of_camera, of_binning, of_relay = np.unravel_index(
            int(self.order[rank]), self.stand.shape
        )
        return Configuration(
            self.stand.objectives[of_objective],
            self.stand.cameras[of_camera],
            self.stand.binnings[of_binning],
            self.stand.relays[of_relay],
            self.stand.tube_lens_mm,
            self.stand.assumed_field_number_mm,
        )


def rank(stand: Stand, goal: Goal) -> Ranking:
    """Rank every configuration of `stand` for `goal`, best first."""
    figures = figures_of(stand, goal)
    standings = standings_of(figures, goal)
    order = best_first(figures, standings, goal)
    compared_with, reference_rank = _reference(figures, order, goal)
    return Ranking(
        stand=stand,
        goal=goal,
        order=order,
        figures=figures,
        standings=standings,
        on_front=pareto_front(figures),
        compared_with=compared_with,
        reference_rank=reference_rank,
    )


def _reference(
    figures: Figures, order: NDArray[np.int64], goal: Goal
) -> tuple[tuple[float, float], int | None]:
    """Return brightness and dose of the sample as taken, else of the first row known."""
    if goal.taken_light is not None:
        return goal.taken_light, None
    known = np.flatnonzero(np.isfinite(figures.dose + figures.brightness)[order])
    rank = int(known[0]) if len(known) else 0
    number = order[rank]
    return (float(figures.brightness[number]), float(figures.dose[number])), rank + 1


def reference_in_words(rank: int | None) -> str:
    """Return what light is compared with: the sample, or the row of a rank.

    Examples
    --------
    >>> reference_in_words(None), reference_in_words(3)
    ('sample as taken', 'row 3, the first of known aperture')
    """
    if rank is None:
        return "sample as taken"
    return "first row" if rank == 1 else f"row {rank}, the first of known aperture"
