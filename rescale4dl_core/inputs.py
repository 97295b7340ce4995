"""What a notebook hands in, as what the core works with: files, arrays, choices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rescale4dl_core.errors import LabelImageError, QuantityError
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.worded import Worded

    File = str | Path
    Pixels = NDArray[Any]
    AnyImage = Image | Sample | Pixels
    AnyLabels = Labels | Pixels

Choice = TypeVar("Choice", bound="Worded")

ARRAY = "array"


def read_image(
    source: File | Pixels,
    *,
    pixel_size_um: float | None = None,
    channel: int | None = None,
    plane: int | None = None,
    time: int | None = None,
    scene: int | None = None,
    allow_large: bool = False,
) -> Image:
    """Read one plane of a file, or take an array.

    Parameters
    ----------
    source : path or ndarray of shape (rows, columns) or (rows, columns, 3)
        A file of any format that `rescale4dl info --help` lists, or an OME-Zarr folder.
    pixel_size_um : float, optional
        Side of a pixel in µm, instead of what the file says.
    channel, plane, time, scene : int, optional
        Which plane, from 0; needed where a file holds several.
    allow_large : bool
        Consent to more than 2 GB decoded.

    Raises
    ------
    ReadingError, SelectionError, ImageError
        If it is no image, holds several and none is chosen, or has pixels without value.

    Examples
    --------
    >>> import numpy as np
    >>> import rescale4dl_core as r4
    >>> image = r4.read_image(np.eye(8, dtype=np.uint16), pixel_size_um=0.5)
    >>> image.shape, image.pixel_size.y_um
    ((8, 8), 0.5)
    """
    from rescale4dl_core.reading import image as files
    from rescale4dl_core.reading import opened
    from rescale4dl_core.reading.pixel_size import typed_pixel_size

    if isinstance(source, np.ndarray):
        image = Image.parse(source, name=ARRAY, known=KnownPixelSize(None, "unknown"))
    else:
        selection = opened.Selection(channel, plane, time, scene)
        image = files.read_image(Path(source), selection, allow_large=allow_large)
    if pixel_size_um is None:
        return image
    return image.with_pixel_size(typed_pixel_size(pixel_size_um))


def read_labels(
    source: File | Pixels,
    *,
    channel: int | None = None,
    plane: int | None = None,
    time: int | None = None,
    scene: int | None = None,
    allow_large: bool = False,
) -> Labels:
    """Read which object each pixel belongs to, 0 being none.

    Parameters
    ----------
    source : path or integer ndarray of shape (rows, columns)
        A label image, or a mask of one value that is split into connected pieces. An
        array is taken as it is.
    channel, plane, time, scene, allow_large
        As for `read_image`.

    Raises
    ------
    LabelImageError, ReadingError
        If it holds no labels.

    Examples
    --------
    >>> import numpy as np
    >>> import rescale4dl_core as r4
    >>> r4.read_labels(np.eye(4, dtype=np.int32)).shape
    (4, 4)
    """
    from rescale4dl_core.reading import masks, opened

    if isinstance(source, np.ndarray):
        return Labels.parse(source, source=ARRAY)
    selection = opened.Selection(channel, plane, time, scene)
    return masks.read_labels(Path(source), selection, allow_large=allow_large)


def network_of(model: str | Path | Network, provider: str) -> Network:
    """Open a network by name or path; one that is open stays as it is."""
    from rescale4dl_core.inference.opening import open_network

    if isinstance(model, str | Path):
        return open_network(model, provider=provider)
    return model


def image_of(image: AnyImage) -> Image:
    """Return the image of what may be a sample or an array."""
    if isinstance(image, Sample):
        return image.image
    return image if isinstance(image, Image) else read_image(image)


def labels_of(labels: AnyLabels | Sample) -> Labels:
    """Return the labels of what may be a sample or an array."""
    if isinstance(labels, Sample):
        if labels.labels is None:
            raise LabelImageError(
                f"{labels.image.name} has no labels to measure. Give a mask with it, or "
                "what a network found: segment(image).labels."
            )
        return labels.labels
    return labels if isinstance(labels, Labels) else read_labels(labels)


def session_of(
    images: AnyImage | Sequence[AnyImage],
    labels: AnyLabels | Sequence[AnyLabels] | None,
    choices: Choices,
) -> Session:
    """Return a session of one or several images, each with its labels if given."""
    from rescale4dl_core.session.model import Entry, Session

    each = [images] if isinstance(images, Image | Sample | np.ndarray) else list(images)
    masks: list[AnyLabels | None]
    if labels is None:
        masks = [None] * len(each)
    else:
        masks = [labels] if isinstance(labels, Labels | np.ndarray) else list(labels)
    if not each or len(each) != len(masks):
        raise QuantityError(
            f"{len(each)} images and {len(masks)} label images were given; there must be "
            "at least one image, and one label image for each or none."
        )
    samples = [sample_of(one, mask) for one, mask in zip(each, masks, strict=True)]
    return Session(tuple(map(Entry, samples)), choices=choices)


def sample_of(image: AnyImage, labels: AnyLabels | None) -> Sample:
    """Put an image and its labels together."""
    if isinstance(image, Sample):
        return image if labels is None else image.with_labels(labels_of(labels))
    found = image_of(image)
    axes = "YXS" if found.is_rgb else "YX"
    info = ImageInfo(
        name=found.name,
        format=ARRAY,
        axes=axes,
        shape=found.pixels.shape,
        dtype=str(found.pixels.dtype),
        known=found.known,
        channels=(),
        scenes=(),
    )
    return Sample(found, info, None if labels is None else labels_of(labels))


def choice_of(name: str, value: str, choices: type[Choice]) -> Choice:
    """Return the choice of an identifier."""
    one_of(name, value, tuple(choices))
    return next(one for one in choices if one == value)


def one_of(name: str, value: str, known: Sequence[str]) -> str:
    """Return `value`, which has to be one of `known`."""
    if value not in known:
        raise QuantityError(
            f"{name} is {value!r}; one of {', '.join(map(repr, map(str, known)))} was "
            "expected. Correct it and try again."
        )
    return value
