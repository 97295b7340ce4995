"""Objects per field and per second: the ceiling of Eq. 3 and the real count beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    from rescale4dl_core.quantities import PixelSize

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Throughput:
    """Objects per field of view and per second.

    The ceiling is Eq. 3: objects that touch everywhere, 100 % confluence. Real samples
    stay far below it, so show both.
    """

    objects_per_s_ceiling: float
    objects_per_fov_ceiling: float
    objects_per_s: float | None
    """At the measured density; None where no density is given."""

    objects_per_fov: float | None

    @property
    def objects_per_hour_ceiling(self) -> float:
        """The ceiling, per hour."""
        return self.objects_per_s_ceiling * SECONDS_PER_HOUR

    @property
    def objects_per_hour(self) -> float | None:
        """At the measured density, per hour."""
        if self.objects_per_s is None:
            return None
        return self.objects_per_s * SECONDS_PER_HOUR

    @property
    def confluence_percent(self) -> float | None:
        """Share of the field that the objects cover; None where no density is given."""
        if self.objects_per_fov is None:
            return None
        return 100 * self.objects_per_fov / self.objects_per_fov_ceiling


def throughput(
    *,
    fov_px: tuple[int, int],
    area_px: float,
    tau_s: float,
    density_per_um2: float | None = None,
    pixel_size: PixelSize | None = None,
) -> Throughput:
    """Return the throughput of a camera and a sample: TH = CAM_FOV / A x 1 / tau (Eq. 3).

    Parameters
    ----------
    fov_px : (int, int)
        Rows and columns of the camera.
    area_px : float
        Mean area of an object in px, at the pixel size of the acquisition.
    tau_s : float
        Time per field of view.
    density_per_um2 : float, optional
        Objects per µm² of the sample, gaps included; it needs `pixel_size`.
    pixel_size : PixelSize, optional
        Pixel size of the acquisition.

    Raises
    ------
    QuantityError
        If a value is not positive and finite, or a density comes without a pixel size.

    Examples
    --------
    >>> result = throughput(fov_px=(100, 200), area_px=50, tau_s=4)
    >>> result.objects_per_fov_ceiling, result.objects_per_s_ceiling
    (400.0, 100.0)
    """
    rows_px, columns_px = fov_px
    require_positive("The number of camera rows (px)", rows_px)
    require_positive("The number of camera columns (px)", columns_px)
    require_positive("The mean area of an object (px)", area_px)
    require_positive("The time per field of view (s)", tau_s)
    ceiling = rows_px * columns_px / area_px
    count = None
    if density_per_um2 is not None:
        require_positive("The density (objects per µm²)", density_per_um2)
        if pixel_size is None:
            raise QuantityError(
                f"A density of {density_per_um2:g} objects per µm² was given without a "
                "pixel size, so the area of the field in µm² is not known. Give the pixel "
                "size in µm too, or leave the density out."
            )
        count = density_per_um2 * rows_px * columns_px * pixel_size.area_um2
    return Throughput(
        objects_per_s_ceiling=ceiling / tau_s,
        objects_per_fov_ceiling=ceiling,
        objects_per_s=None if count is None else count / tau_s,
        objects_per_fov=count,
    )
