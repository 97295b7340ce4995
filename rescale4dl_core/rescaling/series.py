"""The same sample at other pixel sizes, image and labels registered to each other."""

from __future__ import annotations

from rescale4dl_core.errors import TooLargeError
from rescale4dl_core.images import Image, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.area import area_average
from rescale4dl_core.rescaling.binning import Binning, bin_pixels
from rescale4dl_core.rescaling.grid import Grid
from rescale4dl_core.rescaling.nearest import nearest_labels
from rescale4dl_core.rescaling.upsample import upsample

LARGE_BYTES = 2_000_000_000
"""A rescaled image above this size is made only with the user's consent."""

LARGEST_VIEW_PX = 8192**2
"""Finer views of more pixels than this are not offered by default."""

SMALLEST_DIAMETER_PX = 2.0
"""Objects smaller than this have no shape left."""


def rescale_image(
    image: Image,
    factor: RescaleFactor,
    *,
    binning: Binning = Binning.MEAN,
    allow_large: bool = False,
    for_screen: bool = False,
    progress: Progress = silent,
) -> Image:
    """Return `image` with pixels `factor` times as large.

    Whole factors bin, other coarser ones average exact areas, finer ones interpolate by
    the Catmull-Rom cubic. The new grid starts at the same corner and crops what is left
    over; the name stays, and the pixel size changes with its source saying so.

    Parameters
    ----------
    image : Image
        The image as acquired.
    factor : RescaleFactor
        New pixel size / old pixel size, any positive ratio.
    binning : Binning
        Mean or sum over the pixels that a coarser one spans; finer ones ignore it.
    allow_large : bool
        Consent to a result of more than `LARGE_BYTES`.
    for_screen : bool
        Finer pixels without the seconds that importing nanopyx takes; see `upsample`.
    progress : Progress
        Called often; what it raises stops the work.

    Raises
    ------
    QuantityError
        If the image is too small for a single new pixel.
    TooLargeError
        If the result is larger than `LARGE_BYTES` without consent.
    ImageError
        If integer pixels are too large to be added up exactly.
    """
    if factor.ratio == 1:
        return image
    grid = Grid(image.shape, factor)
    _require_consent(image, grid, allow_large)
    if not factor.is_coarser:
        pixels = upsample(image.pixels, grid, for_screen=for_screen, progress=progress)
    elif factor.ratio.denominator == 1:
        pixels = bin_pixels(
            image.pixels, factor.ratio.numerator, binning=binning, progress=progress
        )
    else:
        pixels = area_average(image.pixels, grid, binning=binning, progress=progress)
    return Image.parse(pixels, name=image.name, known=_rescaled(image.known, factor))


def rescale_labels(labels: Labels, factor: RescaleFactor) -> Labels:
    """Return `labels` on the grid that `rescale_image` gives an image of their shape.

    Raises
    ------
    QuantityError
        If the labels are too small for a single new pixel.
    """
    if factor.ratio == 1:
        return labels
    pixels = nearest_labels(labels.pixels, Grid(labels.shape, factor))
    return Labels.parse(pixels, source=labels.source, notes=labels.notes)


def rescale_sample(
    sample: Sample,
    factor: RescaleFactor,
    *,
    binning: Binning = Binning.MEAN,
    allow_large: bool = False,
    progress: Progress = silent,
) -> Sample:
    """Return the sample with its image and its labels rescaled by `factor`.

    The parameters and errors are those of `rescale_image`. `info` still describes the
    file that the sample was read from.
    """
    image = rescale_image(
        sample.image, factor, binning=binning, allow_large=allow_large, progress=progress
    )
    labels = None if sample.labels is None else rescale_labels(sample.labels, factor)
    return Sample(image, sample.info, labels)


def default_series(
    shape_px: tuple[int, int], diameter_px: float | None = None
) -> tuple[RescaleFactor, ...]:
    """Return the factors worth a look, finest first: 4x finer to 16x coarser in octaves.

    The range of the published study (Ferreira et al. 2025, S. aureus), without those that
    leave no whole pixel, objects under 2 px, or more pixels than an image of 8192 x 8192.

    Parameters
    ----------
    shape_px : tuple of int
        Rows and columns of the image.
    diameter_px : float, optional
        Diameter of the objects on it.

    Examples
    --------
    >>> [factor.folder_name for factor in default_series((512, 512), diameter_px=11.0)]
    ['upsampling_4', 'upsampling_2', 'OG', 'downsampling_2', 'downsampling_4']
    """
    octaves = [RescaleFactor.finer(4), RescaleFactor.finer(2), RescaleFactor.of(1.0)]
    octaves += [RescaleFactor.coarser(times) for times in (2, 4, 8, 16)]
    kept = [factor for factor in octaves if _is_worth_a_look(factor, shape_px, diameter_px)]
    return tuple(kept)


def _is_worth_a_look(
    factor: RescaleFactor, shape_px: tuple[int, int], diameter_px: float | None
) -> bool:
    if factor.ratio == 1:
        return True
    if factor.is_coarser:
        leaves_objects = (
            diameter_px is None or diameter_px / factor.ratio >= SMALLEST_DIAMETER_PX
        )
        return min(shape_px) >= factor.ratio and leaves_objects
    return shape_px[0] * shape_px[1] * factor.times**2 <= LARGEST_VIEW_PX


def _rescaled(known: KnownPixelSize, factor: RescaleFactor) -> KnownPixelSize:
    if known.size is None:
        return known
    direction = "coarser" if factor.is_coarser else "finer"
    source = f"{known.source}, rescaled {float(factor.times):.6g}x {direction}"
    return KnownPixelSize(known.size.rescaled(factor), source, known.notes)


def _require_consent(image: Image, grid: Grid, allow_large: bool) -> None:
    rows, columns = grid.shape
    n_bytes = rows * columns * image.pixels[0, 0].nbytes
    if n_bytes > LARGE_BYTES and not allow_large:
        raise TooLargeError(
            f"{image.name}: {float(grid.factor.times):.6g}x finer gives {rows} x {columns} "
            f"px, {n_bytes / 1e9:.1f} GB, more than {LARGE_BYTES / 1e9:.0f} GB. Crop the "
            "image, choose a smaller factor, or allow large images (--allow-large)."
        )


NOT_A_REAL_OBJECTIVE = (
    "Binning or resampling does not reproduce the blur and noise of a real "
    "low-magnification objective: with its smaller NA its point spread function is wider, "
    "and it collects less light. Take a coarser view as the best case, and check the "
    "recommended pixel size on one image from the real objective."
)
"""Shown wherever a coarser view stands for another magnification."""

SOURCE = (
    "Width of the point spread function in proportion to wavelength / NA: Zhang, Zerubia, "
    "Olivo-Marin, Applied Optics 46 (2007) 1819. Image brightness in epi-fluorescence in "
    "proportion to NA^4 / magnification^2: Evident, Microscopy Resource Center, Image "
    "Brightness."
)
"""Where the sentence comes from."""
