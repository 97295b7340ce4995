"""Time per field of view, from its parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import require_position, require_positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

Value = TypeVar("Value", float, "NDArray[np.float64]")

_TIMES = {
    "exposure_s": "exposure",
    "readout_s": "readout",
    "filter_change_s": "filter change",
    "z_move_s": "focus move",
    "stage_move_s": "stage move",
    "autofocus_s": "autofocus",
}
_COUNTS = {"n_channels": "channels", "n_planes": "planes", "n_timepoints": "time points"}


@dataclass(frozen=True, slots=True)
class TimePart:
    """One part of the time per field of view."""

    name: str
    """"exposure", "readout", "filter change", "focus move", "stage move", "autofocus"."""

    seconds: float


@dataclass(frozen=True, slots=True)
class FieldTiming:
    """What a microscope does at one field of view before it moves on.

    The defaults are the shortest believable ones: 0.5 s of overhead per image for readout,
    transfer and a fast filter, 0.1 s for a focus move, 2 s for a stage move and settling.

    Examples
    --------
    Two channels, each 0.2 s open and 0.5 s to read out, and 2 s to the next field:

    >>> import rescale4dl_core as r4
    >>> round(r4.FieldTiming(exposure_s=0.2, n_channels=2).tau_s, 6)
    3.4
    """

    exposure_s: float = 0.1
    """Shutter open, per channel, plane and time point."""

    readout_s: float = 0.5
    """Readout, transfer and software, per image."""

    filter_change_s: float = 0.0
    """What a slow filter turret adds, per channel and time point; 0 for one channel."""

    z_move_s: float = 0.1
    """One focus move; each stack ends with a move back to its first plane."""

    stage_move_s: float = 2.0
    """Move and settle, per visit."""

    autofocus_s: float = 0.0
    """Per visit."""

    n_channels: int = 1
    n_planes: int = 1
    n_timepoints: int = 1

    def __post_init__(self) -> None:
        for name, meaning in _TIMES.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise QuantityError(
                    f"The time of the {meaning} must be 0 s or more; got {value!r}. "
                    "Correct it and try again."
                )
            require_position(f"The time of the {meaning} (s)", value)
        for name, meaning in _COUNTS.items():
            value = getattr(self, name)
            if not (value >= 1 and value == int(value)):
                raise QuantityError(
                    f"The number of {meaning} must be a whole number, 1 or more; got "
                    f"{value!r}. Correct it and try again."
                )
            require_positive(f"The number of {meaning}", value)
        if not self.tau_s > 0:
            raise QuantityError(
                "The time per field of view adds up to 0 s. Give at least one part, "
                "the exposure for instance."
            )

    @property
    def n_images(self) -> int:
        """Images taken at one field of view: channels x planes x time points."""
        return self.n_channels * self.n_planes * self.n_timepoints

    @property
    def tau_s(self) -> float:
        """Time per field of view: tau of Eq. 3.

        The stage visits the field once per time point and focuses; each channel is imaged
        as one stack, so the filter changes between channels and back.

        Examples
        --------
        >>> round(FieldTiming(n_channels=2, n_planes=5, filter_change_s=0.3).tau_s, 6)
        9.6
        """
        return sum(part.seconds for part in self.parts)

    def whole_s(self, n_fields: float, interval_s: float | None = None) -> float:
        """Return the time from the first image to the last.

        Each time point is a round over all fields; the next one starts after `interval_s`,
        or at once where a round takes longer.

        Examples
        --------
        >>> FieldTiming(stage_move_s=0.4, n_timepoints=3).whole_s(10, interval_s=60)
        130.0
        """
        busy_s = n_fields * self.tau_s
        return float(whole_duration_s(busy_s, self.n_timepoints, interval_s))

    @property
    def parts(self) -> tuple[TimePart, ...]:
        """What tau is made of, each part over all channels, planes and time points."""
        n_images = self.n_channels * self.n_planes
        filter_changes = self.n_channels if self.n_channels > 1 else 0
        z_moves = n_images if self.n_planes > 1 else 0
        per_visit_s = {
            "exposure": n_images * self.exposure_s,
            "readout": n_images * self.readout_s,
            "filter change": filter_changes * self.filter_change_s,
            "focus move": z_moves * self.z_move_s,
            "stage move": self.stage_move_s,
            "autofocus": self.autofocus_s,
        }
        return tuple(
            TimePart(name, seconds * self.n_timepoints)
            for name, seconds in per_visit_s.items()
        )


def whole_duration_s(busy_s: Value, n_rounds: int, interval_s: float | None) -> Value:
    """Return the time from the first image to the last, with waits between rounds.

    Parameters
    ----------
    busy_s : float or array
        Time of all rounds together, without waits.
    n_rounds : int
        Time points.
    interval_s : float or None
        From the start of one round to that of the next; None, or shorter than a round: as
        fast as it goes.
    """
    if interval_s is None:
        return busy_s
    round_s = busy_s / n_rounds
    whole_s: Value = round_s + (n_rounds - 1) * np.maximum(round_s, interval_s)
    return whole_s
