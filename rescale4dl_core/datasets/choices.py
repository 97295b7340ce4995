"""What is asked for: which versions of a data set, and how its files are read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rescale4dl_core.datasets.blur import require_sigma
from rescale4dl_core.datasets.recipe import Recipe
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.reading.selection import Selection
from rescale4dl_core.rescale.binning import Binning

if TYPE_CHECKING:
    from rescale4dl_core.quantities import RescaleFactor


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
        if self.same_size and self.crop_px is None:
            recipes += (Recipe(factor, keeps_shape=True) for factor in finer)
        recipes += (Recipe(sigma_px=sigma_px) for sigma_px in self.sigmas_px)
        return tuple(replace(recipe, crop_px=self.crop_px) for recipe in recipes)
