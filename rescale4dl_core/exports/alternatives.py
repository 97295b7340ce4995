"""What else could be booked: the best of each magnification, on the same camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.quantities import LARGEST, require_plausible

if TYPE_CHECKING:
    from rescale4dl_core.microscope.ranking import Option, Ranking

MOST = 8


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another configuration, with the figures to compare; None is "not known"."""

    configuration: str
    rank: int
    standing: str
    pixel_um: float
    coverage_percent: float
    objects_per_hour: float
    duration_s: float | None
    storage_bytes: int | None
    relative_dose: float | None
    iou: float | None

    def __post_init__(self) -> None:
        require_plausible(self)


def alternatives_to(option: Option, ranking: Ranking) -> tuple[Alternative, ...]:
    """Return the best configuration of each other magnification, best first.

    With the camera of `option`; where another camera has the best of all, that one too. At
    most `MOST`.
    """
    chosen = option.configuration
    by_magnification: dict[float, Option] = {}
    for other in ranking.with_camera(chosen.camera):
        by_magnification.setdefault(other.configuration.total_magnification, other)
    by_magnification.pop(chosen.total_magnification, None)
    others = list(by_magnification.values())
    best = ranking.best
    if best.configuration.camera != chosen.camera:
        others = [best, *others]
    return tuple(_alternative(other) for other in others[:MOST])


def _alternative(option: Option) -> Alternative:
    stored = _within_reach(option.storage_bytes)
    return Alternative(
        configuration=option.configuration.label,
        rank=option.rank,
        standing=option.standing.meaning,
        pixel_um=option.pixel_um,
        coverage_percent=option.coverage_percent,
        objects_per_hour=option.objects_per_hour,
        duration_s=_within_reach(option.duration_s),
        storage_bytes=None if stored is None else round(stored),
        relative_dose=option.relative_dose,
        iou=option.expected_iou,
    )


def _within_reach(value: float | None) -> float | None:
    """Return a figure, None where nobody could ever wait for it or store it."""
    return None if value is None or value > LARGEST else value
