"""What a ranked configuration promises for the objects that it was ranked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.light import Modality  # noqa: TC001 read by type
from rescale4dl_core.microscope.ranking import Standing
from rescale4dl_core.quantities import LARGEST, require_plausible, require_positive

if TYPE_CHECKING:
    from rescale4dl_core.microscope.ranking import Option, Ranking

STANDINGS = {standing.identifier: standing for standing in Standing}


_POSITIVE_WHERE_KNOWN = (
    *("density_per_um2", "relative_dose", "dose_j_per_cm2", "nyquist_um"),
    *("nyquist_ratio", "depth_of_field_um"),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """The figures of one rank; None is "not known"."""

    rank: int
    """1 is the best."""

    n_configurations: int
    standing: str
    """How it suits the objects: `Standing.identifier`."""

    diameter_um: float
    coverage_percent: float
    window_percent: tuple[float, float]
    """Lower and upper end."""

    window_source: str
    modality: Modality
    emission_nm: float
    objects_per_field: float
    objects_per_hour: float
    density_per_um2: float | None
    """That the objects were counted at; None: as many as fit (Eq. 3)."""

    dose_reference_rank: int | None
    """Of what `relative_dose` compares with; None: the sample as taken."""

    relative_dose: float | None = None
    """Light per area of the sample for equally bright pixels."""

    dose_j_per_cm2: float | None = None
    nyquist_um: float | None = None
    nyquist_ratio: float | None = None
    """Pixel size / Nyquist."""

    depth_of_field_um: float | None = None
    iou: float | None = None
    iou_low: float | None = None
    iou_high: float | None = None
    recall: float | None = None
    score_source: str | None = None
    """What the expected IoU rests on."""

    dwell_us: float | None = None
    """Of a point scanner."""

    def __post_init__(self) -> None:
        require_plausible(self)
        for name in ("rank", "n_configurations", "diameter_um", "coverage_percent"):
            require_positive(f"The value of {name}", getattr(self, name))
        for name in _POSITIVE_WHERE_KNOWN:
            value = getattr(self, name)
            if value is not None:
                require_positive(f"The value of {name}", value)
        _require_standing(self.standing)
        for name in ("iou", "iou_low", "iou_high", "recall"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise QuantityError(
                    f"The value of {name} must lie between 0 and 1; got {value!r}. "
                    "Correct it and try again."
                )
        if len(self.window_percent) != 2 or not (
            0 < self.window_percent[0] < self.window_percent[1]
        ):
            raise QuantityError(
                "The window must be two rising percentages; got "
                f"{self.window_percent!r}. Correct it and try again."
            )

    @property
    def standing_in_words(self) -> str:
        """How it suits the objects, as a person reads it."""
        return STANDINGS[self.standing].meaning

    @property
    def lighting_in_words(self) -> str:
        """The way of lighting, of a point scanner with its dwell time."""
        if self.dwell_us is None:
            return self.modality.words
        return f"{self.modality.words}, {self.dwell_us:g} µs per pixel,"


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
        _require_standing(self.standing)

    @property
    def standing_in_words(self) -> str:
        """How it suits the objects, as a person reads it."""
        return STANDINGS[self.standing].meaning


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
        standing=option.standing.identifier,
        pixel_um=option.pixel_um,
        coverage_percent=option.coverage_percent,
        objects_per_hour=option.objects_per_hour,
        duration_s=_within_reach(option.duration_s),
        storage_bytes=None if stored is None else round(stored),
        relative_dose=option.relative_dose,
        iou=option.expected_iou,
    )


def _require_standing(standing: str) -> None:
    if standing not in STANDINGS:
        raise QuantityError(
            f"The value of standing must be one of {', '.join(STANDINGS)}; got "
            f"{standing[:40]!r}. Correct it and try again."
        )


def _within_reach(value: float | None) -> float | None:
    """Return a figure, None where nobody could ever wait for it or store it."""
    return None if value is None or value > LARGEST else value
