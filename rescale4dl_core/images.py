"""A checked microscope image, and a sample: the image, its labels and what is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.digest import digest_of
from rescale4dl_core.errors import ImageError, LabelImageError
from rescale4dl_core.quantities import PixelSize  # noqa: TC001 read by type

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels

UNKNOWN = "unknown"
TYPED_IN = "typed in"
IN_MEMORY = "array"
"""Format of an image that no file is known of."""


@dataclass(frozen=True, slots=True)
class KnownPixelSize:
    """A pixel size with where it came from, and what had to be reported about it."""

    size: PixelSize | None
    """None where nothing trustworthy was found; it is never guessed."""

    source: str
    """"OME-XML", "ImageJ tag", "typed in", ..., or "unknown"."""

    notes: tuple[str, ...] = ()
    """Sentences on missing, absurd or conflicting values."""


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """One plane of a microscope image. Build it with `Image.parse`, or `read_image`.

    Examples
    --------
    >>> import numpy as np
    >>> import rescale4dl_core as r4
    >>> image = r4.read_image(np.zeros((4, 6), np.uint8), pixel_size_um=0.2)
    >>> image.shape, image.pixel_size.mean_um, image.is_rgb
    ((4, 6), 0.2, False)
    """

    pixels: NDArray[Any]
    """Read-only array of shape (rows, columns), or (rows, columns, 3) for RGB."""

    name: str
    known: KnownPixelSize
    notes: tuple[str, ...] = ()
    """What had to be reported while reading the pixels, in plain sentences."""

    _digest: str = field(default="", init=False, repr=False)

    @classmethod
    def parse(
        cls,
        array: NDArray[Any],
        *,
        name: str,
        known: KnownPixelSize,
        notes: tuple[str, ...] = (),
    ) -> Image:
        """Check `array` and keep it read-only.

        Parameters
        ----------
        array : ndarray of shape (rows, columns) or (rows, columns, 3), real numbers
            Pixel values as acquired.
        name : str
            File name; it opens every error message.
        known : KnownPixelSize
            The pixel size and its source.
        notes : tuple of str
            Sentences to carry along.

        Raises
        ------
        ImageError
            If the array has other axes, no pixels, no real numbers, or NaN or infinite
            values.
        """
        rgb = array.ndim == 3 and array.shape[-1] == 3
        if array.ndim != 2 and not rgb:
            raise ImageError(
                f"{name}: one plane has 2 axes (rows, columns), or 3 with RGB last; "
                f"this one has shape {array.shape}. Pick one channel and one plane."
            )
        if array.size == 0:
            raise ImageError(
                f"{name}: the image has no pixels (shape {array.shape}). "
                "Choose another file."
            )
        if array.dtype.kind not in "buif":
            raise ImageError(
                f"{name}: pixels must be real numbers, these are {array.dtype}. "
                "Export the image as 8-bit, 16-bit or 32-bit float."
            )
        if array.dtype.kind == "f":
            n_bad = int(array.size - np.count_nonzero(np.isfinite(array)))
            if n_bad:
                raise ImageError(
                    f"{name}: {n_bad} of {array.size} pixels are NaN or infinite, all "
                    "must be finite numbers. Replace them and save the image again."
                )
        pixels = array.astype(np.uint8) if array.dtype == np.bool_ else array.view()
        pixels.setflags(write=False)
        return cls(pixels, name, known, notes)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.pixels.shape[0], self.pixels.shape[1]

    @property
    def is_rgb(self) -> bool:
        """Whether the image has red, green and blue instead of one intensity."""
        return self.pixels.ndim == 3

    @property
    def pixel_size(self) -> PixelSize | None:
        """Size of a pixel on the sample, None where it is not known."""
        return self.known.size

    @property
    def intensity(self) -> NDArray[Any]:
        """One value per pixel: the pixels themselves, or the luma of RGB (Rec. 709)."""
        if not self.is_rgb:
            return self.pixels
        luma: NDArray[Any] = self.pixels @ np.array([0.2125, 0.7154, 0.0721], np.float32)
        return luma

    def with_pixel_size(self, known: KnownPixelSize) -> Image:
        """Return the same pixels with another pixel size."""
        image = replace(self, known=known)
        object.__setattr__(image, "_digest", self._digest)
        return image

    def digest(self) -> str:
        """Return a fingerprint of every pixel, for use as a cache key."""
        if not self._digest:
            object.__setattr__(self, "_digest", digest_of(self.pixels))
        return self._digest


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What a file holds, read from its header without decoding the pixels."""

    name: str
    format: str
    """As its reader calls it, with the dialect: "ImageJ TIFF", "CZI"."""

    axes: str
    """One letter per axis of `shape`: T, C, Z, Y, X, S (RGB samples), others as found."""

    shape: tuple[int, ...]
    dtype: str
    known: KnownPixelSize
    channels: tuple[str, ...]
    """One name per channel, at least one."""

    scenes: tuple[str, ...]
    """One name per scene, at least one; the other fields are those of one scene."""

    wavelengths: tuple[str, ...] = ()
    """One name per step of a wavelength sweep (axis λ), which multiplies the channels."""

    def size_of(self, axis: str) -> int:
        """Return the length of `axis`, 1 where the file does not have it."""
        return self.shape[self.axes.index(axis)] if axis in self.axes else 1


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One image of the sample, with its labels where there are any.

    Examples
    --------
    >>> import numpy as np
    >>> import rescale4dl_core as r4
    >>> image = r4.read_image(np.eye(4), pixel_size_um=0.2)
    >>> sample = r4.Sample.of(image, r4.read_labels(np.eye(4, dtype=int)))
    >>> sample.image.shape, sample.labels.shape
    ((4, 4), (4, 4))
    """

    image: Image
    info: ImageInfo
    labels: Labels | None = None

    @classmethod
    def of(cls, image: Image, labels: Labels | None = None) -> Sample:
        """Put an image and its labels together, without the file that they came from.

        Raises
        ------
        LabelImageError
            If the two differ in shape.
        """
        info = ImageInfo(
            name=image.name,
            format=IN_MEMORY,
            axes="YXS" if image.is_rgb else "YX",
            shape=image.pixels.shape,
            dtype=str(image.pixels.dtype),
            known=image.known,
            channels=(),
            scenes=(),
        )
        return cls(image, info, labels)

    def __post_init__(self) -> None:
        if self.labels is not None and self.labels.shape != self.image.shape:
            raise LabelImageError(
                f"{self.labels.source}: the labels are {_by(self.labels.shape)} px and "
                f"{self.image.name} is {_by(self.image.shape)} px; they must have the "
                "same shape. Choose the mask that belongs to this image."
            )

    def with_labels(self, labels: Labels | None) -> Sample:
        """Return the same image with other labels."""
        return replace(self, labels=labels)

    def with_pixel_size(self, known: KnownPixelSize) -> Sample:
        """Return the same sample with another pixel size."""
        return replace(self, image=self.image.with_pixel_size(known))


def _by(shape: tuple[int, int]) -> str:
    return f"{shape[0]} x {shape[1]}"
