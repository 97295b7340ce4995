"""What an acquisition costs beside time: bytes on disk, and light on the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


BYTES_PER_GB = 1e9


def storage_bytes(
    image_px: tuple[int, int], *, bytes_per_pixel: int, images_per_field: int, n_fields: int
) -> int:
    """Return width x height x bytes x channels x z x t x tiles.

    Parameters
    ----------
    image_px : (int, int)
        Rows and columns of one image as saved.
    bytes_per_pixel : int
        1 for 8-bit, 2 for 16-bit images.
    images_per_field : int
        Channels x planes x time points.
    n_fields : int
        Fields of view (tiles).

    Raises
    ------
    QuantityError
        If a number is not positive.

    Examples
    --------
    >>> storage_bytes((2048, 2048), bytes_per_pixel=2, images_per_field=3, n_fields=10)
    251658240
    """
    rows_px, columns_px = image_px
    for name, value in (
        ("The number of image rows (px)", rows_px),
        ("The number of image columns (px)", columns_px),
        ("The number of bytes per pixel", bytes_per_pixel),
        ("The number of images per field", images_per_field),
        ("The number of fields", n_fields),
    ):
        require_positive(name, value)
    return rows_px * columns_px * bytes_per_pixel * images_per_field * n_fields


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
