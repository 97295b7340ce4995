"""What the user has decided about the look before booking."""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError


@dataclass(frozen=True, slots=True)
class LookChoices:
    """Choices of the look before booking; the defaults are what it starts with."""

    brightest_e: float = 1000.0
    """Photoelectrons in the brightest pixels of the sample image."""

    exposure_ratio: float = 1.0
    """Exposure time of the new configuration / that of the sample."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("photoelectrons of the brightest pixels", self.brightest_e, 1, 1e7),
            ("exposure against the sample's", self.exposure_ratio, 1e-3, 1e3),
        ):
            if not low <= value <= high:
                raise QuantityError(
                    f"The value for {name} must lie between {low:g} and {high:g}; got "
                    f"{value!r}. Correct it and try again."
                )
