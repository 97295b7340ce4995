"""What the user has decided about the look before booking."""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError


@dataclass(frozen=True, slots=True)
class LookChoices:
    """Choices of the look before booking; the defaults are what it starts with."""

    brightest_e: float | None = None
    """Photoelectrons in the brightest pixels of the sample image; None: read from its
    noise."""

    exposure_ratio: float | None = None
    """Exposure time of the new configuration / that of the sample; None: as planned."""

    offset_counts: float | None = None
    """Counts of the sample's camera without light; None: not known."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("photoelectrons of the brightest pixels", self.brightest_e, 1, 1e7),
            ("exposure against the sample's", self.exposure_ratio, 1e-3, 1e3),
            ("camera offset (counts)", self.offset_counts, -1e6, 1e6),
        ):
            if value is not None and not low <= value <= high:
                raise QuantityError(
                    f"The value for {name} must lie between {low:g} and {high:g}; got "
                    f"{value!r}. Correct it and try again."
                )
