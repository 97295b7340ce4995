"""Labels without a network: threshold, then a watershed on the distance to the edge.

The settings may be suggested by the image: objects bright or dark, and how wide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from rescale4dl_core.errors import ImageError, LabelImageError, QuantityError
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.segmentation.splitting import label_pieces, split_at_necks
from rescale4dl_core.worded import Worded

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.images import Image


WIDTH_PER_SIGMA = 2 * math.sqrt(2)
"""A disc answers most to a Laplacian of Gaussian of sigma = radius / sqrt(2)."""

LARGEST_CROP_PX = 1024
"""Fine structure is looked for in the middle of a large image only."""


def blob_width_px(values: NDArray[np.float32]) -> float:
    """Return the width of the bright objects in `values`: the first peak over scales.

    The strongest answers (99th percentile) to a scale-normalised Laplacian of Gaussian
    (Lindeberg 1998) are compared over sigma in steps of 2^(1/4), on an image pyramid. The
    first peak of at least half the height of the highest is taken, because clusters and
    uneven light answer at larger scales.
    """
    sigmas_px, answers = _answers_over_scales(values)
    for i in range(1, len(answers) - 1):
        is_peak = answers[i - 1] <= answers[i] > answers[i + 1]
        if is_peak and answers[i] >= max(answers) / 2:
            return WIDTH_PER_SIGMA * sigmas_px[i]
    return WIDTH_PER_SIGMA * sigmas_px[int(np.argmax(answers))]


def _answers_over_scales(values: NDArray[np.float32]) -> tuple[list[float], list[float]]:
    """Return sigmas up to an eleventh of the image and the answer at each."""
    sigmas_px, answers = [1.0], [_answer(values, 1.0)]
    level, binning = values, 1
    while (sigma_px := sigmas_px[-1] * 2**0.25) <= min(values.shape) / 11:
        if sigma_px / binning >= 4:
            level, binning = _bin_by_2(level), 2 * binning
        sigmas_px.append(sigma_px)
        answers.append(_answer(level, sigma_px / binning))
    return sigmas_px, answers


def _answer(level: NDArray[np.float32], sigma_px: float) -> float:
    middle = tuple(
        slice(max(0, (side - LARGEST_CROP_PX) // 2), (side + LARGEST_CROP_PX + 1) // 2)
        for side in level.shape
    )
    laplacian = ndimage.gaussian_laplace(level[middle], sigma_px)
    return float(np.percentile(-(sigma_px**2) * laplacian, 99))


def _bin_by_2(level: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = (side // 2 * 2 for side in level.shape)
    blocks = level[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    binned: NDArray[np.float32] = blocks.mean(axis=(1, 3), dtype=np.float32)
    return binned


class Threshold(Worded):
    """How bright a pixel must be to belong to an object."""

    OTSU = "otsu", "Otsu"
    LI = "li", "Li"
    TRIANGLE = "triangle", "triangle"
    LOCAL = "local_mean", "local mean"
    MANUAL = "typed_in", "typed in"


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


def foreground_of(image: Image, settings: ClassicalSettings) -> NDArray[np.bool_]:
    """Return the pixels that are brighter (or darker) than the threshold.

    Raises
    ------
    ImageError
        If all pixels have the same value.
    """
    values = smooth_intensity(image, settings.smoothing_px)
    level: float | NDArray[np.float32] = settings.manual_level
    if settings.threshold is not Threshold.MANUAL:
        level = threshold_level(values, settings)
    mask = values > level if settings.objects_are_bright else values < level
    return _without_small_holes(mask, math.pi / 4 * settings.split_distance_px**2)


def smooth_intensity(image: Image, smoothing_px: float) -> NDArray[np.float32]:
    """Return the intensity after a Gaussian of `smoothing_px`; refuse constant images."""
    values = image.intensity.astype(np.float32)
    lowest, highest = float(values.min()), float(values.max())
    if lowest == highest:
        raise ImageError(
            f"{image.name}: every pixel has the value {lowest:g}, so there is nothing to "
            "tell objects from background. Choose another image, channel or plane."
        )
    if smoothing_px == 0:
        return values
    smooth: NDArray[np.float32] = ndimage.gaussian_filter(values, smoothing_px)
    return smooth


def threshold_level(
    values: NDArray[np.float32], settings: ClassicalSettings
) -> float | NDArray[np.float32]:
    """Return the automatic threshold: one value, or one per pixel for the local mean.

    The local mean is moved towards the objects by a third of the Otsu threshold of the
    differences from it, so that noise around the mean of an empty region is no object.
    """
    from skimage import filters

    rules: dict[Threshold, Callable[[NDArray[np.float32]], float]] = {
        Threshold.OTSU: filters.threshold_otsu,
        Threshold.LI: filters.threshold_li,
        Threshold.TRIANGLE: filters.threshold_triangle,
    }
    if settings.threshold in rules:
        return float(rules[settings.threshold](values))
    mean: NDArray[np.float32] = ndimage.uniform_filter(values, settings.local_window_px)
    otsu, difference = rules[Threshold.OTSU], values - mean
    middle = (otsu(difference) - otsu(-difference)) / 2  # of a gap without any pixel
    return mean + np.float32(middle / 3)


def _without_small_holes(mask: NDArray[np.bool_], largest_px: float) -> NDArray[np.bool_]:
    """Fill the holes of at most `largest_px` pixels; larger gaps lie between objects."""
    holes, _ = ndimage.label(~mask)
    area_px = np.bincount(holes.ravel())
    fill = area_px <= largest_px
    fill[0] = True
    edges = (holes[0], holes[-1], holes[:, 0], holes[:, -1])
    fill[np.unique(np.concatenate(edges))] = False
    fill[0] = True
    filled: NDArray[np.bool_] = fill[holes]
    return filled


DARK_BACKGROUND_BELOW = 0.2
"""Fluorescence leaves most of the image near the dark end of its range of intensities;
transmitted light puts the background in the middle or at the bright end."""


def suggest_settings(image: Image) -> ClassicalSettings:
    """Suggest settings by the brightness of the background and the width of the objects.

    They are a start to be looked at, not an answer: crowded colonies, crossing worms and
    objects with bright rims need a person or a network.

    Raises
    ------
    ImageError
        If all pixels have the same value.
    """
    values = smooth_intensity(image, 1.0)
    bright = _objects_are_bright(values)
    spacing_px = blob_width_px(values if bright else -values)
    first = _settings(bright, spacing_px=spacing_px, width_px=spacing_px)
    return _settings(bright, spacing_px=spacing_px, width_px=_part_width_px(image, first))


def _settings(bright: bool, *, spacing_px: float, width_px: float) -> ClassicalSettings:
    """Return settings for objects of `width_px`; the shares were tried on real images.

    Dark objects (phase contrast, stained tissue) lie close together: their neighbourhood
    has to be little wider than the objects are apart.
    """
    window_px = 2.2 * width_px if bright else 1.4 * spacing_px
    return ClassicalSettings(
        threshold=Threshold.LOCAL,
        objects_are_bright=bright,
        smoothing_px=0.5 if width_px < 12 else 1.0,
        local_window_px=max(3, 2 * round(window_px / 2) + 1),
        smallest_diameter_px=round(0.5 * width_px, 1),
        split_distance_px=max(1.0, round(0.3 * width_px, 1)),
        neck_percent=85.0 if bright else 70.0,
    )


def _objects_are_bright(values: NDArray[np.float32]) -> bool:
    lowest, highest = np.percentile(values, [0.5, 99.5])
    counts, edges = np.histogram(values, bins=100)
    most_frequent = edges[counts.argmax()]
    if most_frequent - lowest > DARK_BACKGROUND_BELOW * (highest - lowest):
        return False
    local = values - ndimage.uniform_filter(values, 51)
    local -= local.mean()
    return float(np.mean(local * local * local)) > 0


def _part_width_px(image: Image, settings: ClassicalSettings) -> float:
    """Return the median width of what `settings` find, at the middle of each part."""
    from skimage import feature

    find_peaks: Callable[..., NDArray[np.intp]] = feature.peak_local_max
    depth = ndimage.distance_transform_edt(foreground_of(image, settings))
    peaks = find_peaks(
        depth,
        min_distance=max(1, round(settings.split_distance_px / 2)),
        threshold_abs=max(1.0, settings.smallest_diameter_px / 4),
        exclude_border=False,
    )
    if not len(peaks):
        return 2 * settings.smallest_diameter_px
    return float(2 * np.median(depth[tuple(peaks.T)]))


SOURCE = "threshold and watershed"


def segment_classical(
    image: Image,
    settings: ClassicalSettings | None = None,
    *,
    progress: Progress = silent,
) -> Labels:
    """Find bright (or dark) objects by a threshold and split those that touch.

    RGB images are reduced to their intensity first.

    Raises
    ------
    ImageError
        If all pixels have the same value.
    LabelImageError
        If no object is found.
    """
    settings = ClassicalSettings() if settings is None else settings
    progress(0.0, "looking for the threshold")
    mask = foreground_of(image, settings)
    progress(0.3, "splitting touching objects")
    if settings.split_touching:
        pieces = split_at_necks(mask, settings.split_distance_px, settings.neck_percent)
    else:
        pieces = label_pieces(mask)
    progress(0.8, "dropping small objects")
    labels = _without_small(pieces, math.pi / 4 * settings.smallest_diameter_px**2)
    if not labels.any():
        polarity, other = (
            ("brighter", "dark") if settings.objects_are_bright else ("darker", "bright")
        )
        raise LabelImageError(
            f"{image.name}: no object {polarity} than the threshold "
            f"({settings.threshold.words}) and at least {settings.smallest_diameter_px:g} "
            f"px across was found. Choose another threshold, a smaller smallest diameter, "
            f"or look for {other} objects."
        )
    progress(1.0, "done")
    return Labels.parse(labels, source=SOURCE)


def _without_small(labels: NDArray[np.int32], smallest_px: float) -> NDArray[np.int32]:
    """Drop labels of less than `smallest_px` pixels and number the others from 1."""
    area_px = np.bincount(labels.ravel())
    kept = area_px >= smallest_px
    kept[0] = False
    number = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    renumbered: NDArray[np.int32] = number[labels]
    return renumbered
