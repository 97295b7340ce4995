"""What a change of pixel size gains or costs, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.wording import number, share
from rescale4dl_core.planning.gain import Detector, Gain, Route

if TYPE_CHECKING:
    from rescale4dl_core.quantities import PixelSize

_MM2_IN_UM2 = 1e6
_MB = 1e6


def gain_sentences(
    ratio: float, pixel_size: PixelSize | None = None, *, bytes_per_pixel: int = 2
) -> tuple[str, ...]:
    """Return throughput, storage and light against the sample as taken.

    Parameters
    ----------
    ratio : float
        New / old pixel size.
    pixel_size : PixelSize, optional
        Of the sample as taken; with it storage is given in MB per mm² too.
    bytes_per_pixel : int
        1 for 8-bit, 2 for 16-bit images.

    Examples
    --------
    >>> gain_sentences(1.0)
    ('Objects per hour, storage and light stay as they are.',)
    """
    if ratio == 1:
        return ("Objects per hour, storage and light stay as they are.",)
    gain = Gain(ratio, Route.MAGNIFICATION)
    return (
        _objects(gain),
        _storage(gain, pixel_size, bytes_per_pixel),
        _light(gain),
    )


def _objects(gain: Gain) -> str:
    sentence = (
        f"Objects: with another magnification each field shows {share(gain.field_area)} "
        f"the area, so {share(gain.objects)} the objects per field and per hour"
    )
    if gain.ratio < 1:
        return f"{sentence}."
    return f"{sentence}. Binning keeps the field, so it gains none."


def _storage(gain: Gain, pixel_size: PixelSize | None, bytes_per_pixel: int) -> str:
    sentence = f"Storage: {share(gain.storage)} the bytes for the same area"
    if pixel_size is None:
        return f"{sentence}."
    now = bytes_per_pixel * _MM2_IN_UM2 / pixel_size.area_um2 / _MB
    return (
        f"{sentence}: {number(now * gain.storage)} MB per mm² and image instead of "
        f"{number(now)} MB at {8 * bytes_per_pixel} bit."
    )


def _light(gain: Gain) -> str:
    sentence = (
        f"Light: each pixel collects from {share(gain.ratio**2)} the area, so "
        f"{share(gain.dose_low)} the light on the sample gives pixels as clean as now, if "
        "the lens has the same NA (it collects in proportion to NA^2)"
    )
    if gain.ratio < 1:
        return f"{sentence}."
    binned = Gain(gain.ratio, Route.BINNING, Detector.SCMOS)
    return (
        f"{sentence}. By binning on an sCMOS camera: {share(binned.dose_low)} the light "
        f"for bright images, {share(binned.dose_high)} it for faint ones, where the noise "
        "of the readout adds up."
    )
