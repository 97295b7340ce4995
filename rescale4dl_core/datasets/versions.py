"""Which versions of a data set are asked for, how each is made, and its folder's name.

Both blurs are centred, so that an image stays registered to its labels; the published code
shifts by half a pixel where the width is even. Beyond the border the image is mirrored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.datasets.mapping import GridMapping
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor, require_positive
from rescale4dl_core.reading.opened import Selection
from rescale4dl_core.rescaling.binning import Binning
from rescale4dl_core.rescaling.crop import centre_crop_sample
from rescale4dl_core.rescaling.pixel_types import (
    as_pixels,
    for_each,
    row_bands,
    type_of_sums,
)
from rescale4dl_core.rescaling.series import rescale_sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.images import Sample


TRUNCATE = 4.0
"""A Gaussian is cut off at so many standard deviations, as scipy and scikit-image do."""

WIDEST_PX = 10_000.0
"""A blur wider than this is a typing error."""


def box_blur(
    pixels: NDArray[Any],
    width_px: float,
    *,
    binning: Binning = Binning.MEAN,
    progress: Progress = silent,
) -> NDArray[Any]:
    """Give each pixel what a pixel `width_px` wide would hold, centred on it.

    The area of the wide pixel counts exactly: one of even width covers half of the old
    pixels at its ends.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any integer or floating-point dtype.
    width_px : float
        Side of the wide pixel, 1 or more.
    binning : Binning
        The mean (same dtype, integers rounded half to even) or the sum (wider dtype) over
        the wide pixel.
    progress : Progress
        Called after every band of rows.

    Examples
    --------
    >>> box_blur(np.array([[0, 0, 8, 0, 0]], np.uint8), 2)
    array([[0, 2, 4, 2, 0]], dtype=uint8)
    """
    if not 1 <= width_px <= WIDEST_PX:
        raise QuantityError(
            f"A blur over {width_px:g} px was asked for; the width has to be 1 px or more, "
            f"up to {WIDEST_PX:g}. Correct it."
        )
    reach = math.ceil((width_px - 1) / 2)
    edges = np.arange(-reach, reach + 2) - 0.5
    weights = np.diff(np.clip(edges, -width_px / 2, width_px / 2))
    if binning is Binning.MEAN:
        return _convolved(pixels, weights, width_px**2, pixels.dtype, progress)
    dtype = type_of_sums(pixels, math.ceil(width_px * width_px))
    return _convolved(pixels, weights, 1.0, dtype, progress)


def gaussian_blur(
    pixels: NDArray[Any], sigma_px: float, *, progress: Progress = silent
) -> NDArray[Any]:
    """Blur with a Gaussian of standard deviation `sigma_px`; the dtype stays.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any integer or floating-point dtype; integers are rounded half to even.
    sigma_px : float
        Standard deviation.
    progress : Progress
        Called after every band of rows.
    """
    require_sigma(sigma_px)
    reach = int(TRUNCATE * sigma_px + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_px) ** 2)
    return _convolved(pixels, weights, weights.sum() ** 2, pixels.dtype, progress)


def require_sigma(sigma_px: float) -> None:
    """Raise `QuantityError` unless this is the width of a Gaussian."""
    require_positive("The width of the Gaussian (sigma, px)", sigma_px)
    if sigma_px > WIDEST_PX / (2 * TRUNCATE):
        raise QuantityError(
            f"A Gaussian of sigma {sigma_px:g} px is wider than any object; the most is "
            f"{WIDEST_PX / (2 * TRUNCATE):g} px. Correct it."
        )


def _convolved(
    pixels: NDArray[Any],
    weights: NDArray[np.float64],
    divisor: float,
    dtype: np.dtype[Any],
    progress: Progress,
) -> NDArray[Any]:
    """Return the sum over neighbours, weighted along rows and columns, over `divisor`."""
    from scipy import ndimage

    reach = len(weights) // 2
    n_rows = len(pixels)
    out = np.empty(pixels.shape, dtype)

    def fill(band: slice) -> None:
        rows = _mirrored(np.arange(band.start - reach, band.stop + reach), n_rows)
        blurred = pixels[rows].astype(np.float64)
        for axis in (0, 1):
            # "reflect" mirrors like `_mirrored`; what it adds to rows is cut off below.
            ndimage.correlate1d(blurred, weights, axis, output=blurred, mode="reflect")
        out[band] = as_pixels(blurred[reach : len(blurred) - reach] / divisor, dtype)

    for_each(
        row_bands(n_rows, pixels[0].size * 8),
        fill,
        progress=progress,
        message=f"Blurring over {len(weights)} px",
    )
    return out


def _mirrored(indices: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Return indices into `n` pixels, mirrored at the outer edges of the border pixels.

    >>> _mirrored(np.arange(-3, 5), 3)
    array([2, 1, 0, 0, 1, 2, 2, 1])
    """
    within = indices % (2 * n)
    return np.minimum(within, 2 * n - 1 - within)


AS_TAKEN = RescaleFactor.of(1.0)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One version of a data set: rescaled, blurred or as taken, and possibly cropped."""

    factor: RescaleFactor = AS_TAKEN
    """New pixel size / old pixel size."""

    binning: Binning = Binning.MEAN
    blurred_as: RescaleFactor | None = None
    """Blurred as if binned by this factor, on the old pixel grid; `factor` is 1."""

    sigma_px: float | None = None
    """Standard deviation of a Gaussian blur; `factor` is 1."""

    keeps_shape: bool = False
    """Cropped to rows and columns of the original after magnifying."""

    crop_px: tuple[int, int] | None = None
    """Cropped or padded to these rows and columns."""

    @property
    def variant(self) -> str:
        """What follows the data set's name; each variant is a data set of its own.

        Examples
        --------
        >>> Recipe(RescaleFactor.coarser(2)).variant
        ''
        >>> Recipe(blurred_as=RescaleFactor.coarser(2), crop_px=(512, 256)).variant
        '_same_size_downsampling_2_crop_512x256'
        """
        parts = ["sum"] if self.binning is Binning.SUM else []
        if self.blurred_as is not None:
            parts.append(f"same_size_{self.blurred_as.folder_name}")
        if self.keeps_shape:
            parts.append(f"same_size_{self.factor.folder_name}")
        if self.sigma_px is not None:
            parts.append(f"blurred_{self.sigma_px:.6g}")
        if self.crop_px is not None:
            parts.append(f"crop_{self.crop_px[0]}x{self.crop_px[1]}")
        return "".join(f"_{part}" for part in parts)

    def folder_name(self, dataset: str) -> str:
        """Return `<dataset and variant>/<sampling>`."""
        return f"{dataset}{self.variant}/{self.factor.folder_name}"

    @property
    def has_window(self) -> bool:
        """Whether the result may show less than the whole image."""
        return self.keeps_shape or self.crop_px is not None

    def mapping(self, original_shape_px: tuple[int, int]) -> GridMapping:
        """Return where the window lies.

        Raises
        ------
        QuantityError
            If the image is too small for a single new pixel.
        """
        shape_px = self.crop_px or original_shape_px
        return GridMapping.centred(original_shape_px, self.factor, shape_px)

    def apply(
        self, sample: Sample, *, allow_large: bool = False, progress: Progress = silent
    ) -> Sample:
        """Return the sample as this recipe makes it; its labels are never blurred.

        The errors are those of `rescale_sample`.
        """
        made = self._unwindowed(sample, allow_large, progress)
        if not self.has_window:
            return made
        return centre_crop_sample(made, self.crop_px or sample.image.shape)

    def _unwindowed(self, sample: Sample, allow_large: bool, progress: Progress) -> Sample:
        pixels = sample.image.pixels
        if self.blurred_as is not None:
            width_px = float(self.blurred_as.ratio)
            blurred = box_blur(pixels, width_px, binning=self.binning, progress=progress)
        elif self.sigma_px is not None:
            blurred = gaussian_blur(pixels, self.sigma_px, progress=progress)
        else:
            return rescale_sample(
                sample,
                self.factor,
                binning=self.binning,
                allow_large=allow_large,
                progress=progress,
            )
        image = sample.image
        return replace(
            sample, image=Image.parse(blurred, name=image.name, known=image.known)
        )


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """How every file is read."""

    selection: Selection = field(default_factory=Selection)
    pixel_size_um: float | None = None
    """Overrides what the files say."""

    allow_large: bool = False
    """Consent to more than 2 GB per image."""


@dataclass(frozen=True, slots=True)
class DatasetChoices:
    """Which versions of a data set are written; the originals always are.

    Raises
    ------
    QuantityError
        If nothing is asked for, or two versions would have the same name.
    """

    factors: tuple[RescaleFactor, ...] = ()
    binnings: tuple[Binning, ...] = (Binning.MEAN,)
    """Each gives a data set of its own."""

    same_size: bool = False
    """Also the versions that keep rows and columns: blurred by binning, magnified and
    cropped."""

    sigmas_px: tuple[float, ...] = ()
    """Also blurred by Gaussians of these standard deviations."""

    crop_px: tuple[int, int] | None = None
    """Every version cropped or padded to these rows and columns, around the centre."""

    reading: ReadingChoices = field(default_factory=ReadingChoices)

    def __post_init__(self) -> None:
        if not (self.factors or self.sigmas_px or self.crop_px):
            raise QuantityError(
                "Nothing was asked for. Give factors (--coarser 2 4 for pixels 2 and 4 "
                "times as large, --finer 2 for half as large), a blur (--blur 1.5) or a "
                "crop (--crop 512x512)."
            )
        if self.same_size and not self.factors:
            raise QuantityError(
                "Versions of the same size were asked for without a factor. Say by how "
                "much to blur or magnify (--coarser 2, --finer 2)."
            )
        for sigma_px in self.sigmas_px:
            require_sigma(sigma_px)
        names = [recipe.folder_name("") for recipe in self.recipes()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise QuantityError(
                f"Two versions would both be called {twice[0].strip('_/')}. Give factors "
                "and blurs that differ, in the first six digits at least."
            )

    def recipes(self) -> tuple[Recipe, ...]:
        """Return one recipe per output folder."""
        coarser = [factor for factor in self.factors if factor.is_coarser]
        finer = [factor for factor in self.factors if not factor.is_coarser]
        recipes: list[Recipe] = []
        for binning in self.binnings:
            recipes += (
                Recipe(factor, binning) for factor in (Recipe().factor, *self.factors)
            )
            if self.same_size:
                recipes += (
                    Recipe(binning=binning, blurred_as=factor) for factor in coarser
                )
        # With a crop these would hold the same pixels as the plain magnified ones.
        if self.same_size and self.crop_px is None:
            recipes += (Recipe(factor, keeps_shape=True) for factor in finer)
        recipes += (Recipe(sigma_px=sigma_px) for sigma_px in self.sigmas_px)
        return tuple(replace(recipe, crop_px=self.crop_px) for recipe in recipes)
