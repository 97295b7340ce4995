"""How the images of one output folder are made, and what the folder is called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.datasets.blur import box_blur, gaussian_blur
from rescale4dl_core.datasets.mapping import GridMapping
from rescale4dl_core.images import Image
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescale.binning import Binning
from rescale4dl_core.rescale.crop import centre_crop_sample
from rescale4dl_core.rescale.series import rescale_sample

if TYPE_CHECKING:
    from rescale4dl_core.images import Sample

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
