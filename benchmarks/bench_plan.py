"""How long it takes to rank every objective, camera and binning."""

from __future__ import annotations

import statistics
import time
import timeit
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.catalogue import shipped_cameras, shipped_objectives
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.ranking_table import table_of
from rescale4dl_core.microscope.score_curve import ScoreCurve

if TYPE_CHECKING:
    from collections.abc import Callable

CURVE = ScoreCurve(
    (0.5, 4, 16, 50), (0.8, 0.9, 0.8, 0.2), (0.7,) * 4, (1.0,) * 4, "made up"
)
GOAL = Goal(12.0, curve=CURVE, density_per_um2=1e-3)


def stand_of(n_objectives: int, n_cameras: int, binnings: tuple[int, ...]) -> Stand:
    """Return a stand of made-up lenses and cameras, all of them different."""
    rng = np.random.default_rng(1)
    objectives = tuple(
        Objective(f"lens {number}", float(magnification), float(aperture))
        for number, (magnification, aperture) in enumerate(
            zip(
                rng.uniform(1, 100, n_objectives),
                rng.uniform(0.1, 0.95, n_objectives),
                strict=True,
            )
        )
    )
    cameras = tuple(
        Camera(f"camera {number}", float(pitch), 2048, 2048, frame_rate_hz=100)
        for number, pitch in enumerate(rng.uniform(2, 16, n_cameras))
    )
    return Stand(objectives, cameras, binnings)


def median_ms(work: Callable[[], object]) -> float:
    """Return the median processor time of `work` over 21 runs."""
    times_s = timeit.repeat(work, timer=time.process_time, number=1, repeat=21)
    return 1000 * statistics.median(times_s)


def main() -> None:
    """Measure and print."""
    shipped = Stand(shipped_objectives(), shipped_cameras())
    many = stand_of(100, 25, (1, 2, 3, 4))
    most = stand_of(500, 50, (1, 2, 3, 4))
    works: dict[str, Callable[[], object]] = {
        f"catalogue, {len(rank(shipped, GOAL)):,}": lambda: rank(shipped, GOAL),
        f"made up, {len(rank(many, GOAL)):,}": lambda: rank(many, GOAL),
        f"made up, {len(rank(most, GOAL)):,}": lambda: rank(most, GOAL),
        "reading the catalogue": lambda: (
            shipped_objectives.__wrapped__(),
            shipped_cameras.__wrapped__(),
        ),
        "10,000 with all rows of a table": lambda: table_of(rank(many, GOAL), 10_000),
        "10,000 with 500 as options": lambda: rank(many, GOAL).top(500),
    }
    print(f"{'work':<32} {'median_ms':>10}")
    for name, work in works.items():
        print(f"{name:<32} {median_ms(work):10.2f}")


if __name__ == "__main__":
    main()
