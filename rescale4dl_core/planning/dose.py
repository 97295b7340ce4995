"""Light that a sample receives."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = TypeVar("Value", float, "NDArray[np.float64]")

MW_PER_W = 1000.0
UM2_PER_CM2 = 1e8


def dose_j_per_cm2(
    power_mw: float, lit_area_um2: Value, exposure_s: Value, n_exposures: Value
) -> Value:
    """Return irradiance x exposure x repeats.

    Parameters
    ----------
    power_mw : float
        At the sample, over the whole lit area.
    lit_area_um2 : float or array
        That the light reaches.
    exposure_s : float or array
        Of one image.
    n_exposures : float or array
        How often each point is lit: channels x planes x time points, times
        1 / (1 - overlap)^2 where fields overlap.

    Examples
    --------
    >>> round(dose_j_per_cm2(1.0, 10_000.0, 0.1, 3), 9)
    3.0
    """
    lit_cm2 = lit_area_um2 / UM2_PER_CM2
    return power_mw / MW_PER_W * exposure_s * n_exposures / lit_cm2
