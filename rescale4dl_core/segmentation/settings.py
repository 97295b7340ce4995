"""The parameters of the classical segmentation, as they stand on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rescale4dl_core.errors import QuantityError


class Threshold(StrEnum):
    """How bright a pixel must be to belong to an object."""

    OTSU = "Otsu"
    LI = "Li"
    TRIANGLE = "triangle"
    LOCAL = "local mean"
    MANUAL = "typed in"


@dataclass(frozen=True, slots=True)
class ClassicalSettings:
    """Threshold, smoothing and splitting of touching objects; lengths in px."""

    threshold: Threshold = Threshold.OTSU
    manual_level: float = 0.0
    """Intensity used by `Threshold.MANUAL`."""

    objects_are_bright: bool = True
    smoothing_px: float = 1.0
    """Sigma of the Gaussian applied before the threshold."""

    local_window_px: int = 51
    """Side of the neighbourhood of `Threshold.LOCAL`, an odd number."""

    smallest_diameter_px: float = 4.0
    """Objects of a smaller equivalent-circle diameter are dropped."""

    split_touching: bool = True
    split_distance_px: float = 5.0
    """Centres of two objects are at least this far apart."""

    neck_percent: float = 80.0
    """Two parts are two objects where the neck between them is narrower than this share
    of the narrower part: lower values keep rods whole, higher ones cut blurred pairs."""

    def __post_init__(self) -> None:
        for name, value, smallest in (
            ("smoothing", self.smoothing_px, 0.0),
            ("smallest diameter", self.smallest_diameter_px, 0.0),
            ("distance between centres", self.split_distance_px, 1.0),
            ("local window", float(self.local_window_px), 3.0),
        ):
            if not value >= smallest:
                raise QuantityError(
                    f"The {name} must be {smallest:g} px or more; got {value!r}. "
                    "Correct it and try again."
                )
        if not 0 < self.neck_percent <= 100:
            raise QuantityError(
                f"The neck must be more than 0 % and at most 100 % of the width; got "
                f"{self.neck_percent!r}. Correct it and try again."
            )
        if self.local_window_px % 2 == 0:
            raise QuantityError(
                f"The local window must be an odd number of pixels; got "
                f"{self.local_window_px}. Use {self.local_window_px + 1}."
            )
