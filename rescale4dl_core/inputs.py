"""What a notebook hands in, as what the core works with: files, arrays, choices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rescale4dl_core.errors import ImageError, LabelImageError, QuantityError
from rescale4dl_core.images import IN_MEMORY, UNKNOWN, Image, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.evaluation.own_metrics import MetricSource
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.segment import Prediction
    from rescale4dl_core.measuring.measurement import Aggregate, Estimator
    from rescale4dl_core.quantities import PixelSize
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.worded import Worded

    File = str | Path
    Pixels = NDArray[Any]
    AnyImage = Image | Sample | Pixels | File
    AnyLabels = Labels | Prediction | Pixels | File

Choice = TypeVar("Choice", bound="Worded")


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
        nothing = KnownPixelSize(None, UNKNOWN)
        image = Image.parse(source, name=IN_MEMORY, known=nothing)
    elif isinstance(source, str | Path):
        selection = opened.Selection(channel, plane, time, scene)
        image = files.read_image(Path(source), selection, allow_large=allow_large)
    else:
        raise ImageError(_not_taken(source, "an Image, a Sample, a path or a NumPy array"))
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
    may_be_empty: bool = False,
    allow_large: bool = False,
) -> Labels:
    """Read which object each pixel belongs to, 0 being none.

    Parameters
    ----------
    source : path, or boolean or integer ndarray of shape (rows, columns)
        A label image, or a mask of one value that is split into connected pieces.
    channel, plane, time, scene, allow_large
        As for `read_image`.
    may_be_empty : bool
        Whether labels without an object are accepted, as one of several may be.

    Raises
    ------
    LabelImageError, ReadingError
        If it holds no labels.

    Examples
    --------
    >>> import numpy as np
    >>> import rescale4dl_core as r4
    >>> mask = np.array([[True, False, True], [True, False, False]])
    >>> r4.read_labels(mask).pixels.tolist()
    [[1, 0, 2], [1, 0, 0]]
    """
    from rescale4dl_core.reading import masks, opened

    if isinstance(source, np.ndarray):
        stored = Labels.parse(source, source=IN_MEMORY)
        return masks.objects_of(stored, may_be_empty=may_be_empty)
    if isinstance(source, str | Path):
        selection = opened.Selection(channel, plane, time, scene)
        return masks.read_labels(
            Path(source), selection, may_be_empty=may_be_empty, allow_large=allow_large
        )
    raise LabelImageError(_not_taken(source, "Labels, a path or a NumPy array"))


def network_of(model: str | Path | Network, provider: str) -> Network:
    """Open a network by name or path; one that is open stays as it is."""
    from rescale4dl_core.inference.opening import open_network

    if isinstance(model, str | Path):
        return open_network(model, provider=provider)
    return model


def image_of(image: AnyImage) -> Image:
    """Return the image of what may be a sample, a path or an array."""
    if isinstance(image, Sample):
        return image.image
    return image if isinstance(image, Image) else read_image(image)


def labels_of(labels: AnyLabels | Sample) -> Labels:
    """Return the labels of what may be a sample, a path, an array or found by a network."""
    from rescale4dl_core.inference.segment import Prediction

    if isinstance(labels, Prediction):
        return labels.labels
    if isinstance(labels, Sample):
        if labels.labels is None:
            raise LabelImageError(
                f"{labels.image.name} has no labels to measure. Give a mask with it, or "
                "what a network found: segment(image)."
            )
        return labels.labels
    # One of several images may be empty; where none has an object, measuring says so.
    return labels if isinstance(labels, Labels) else read_labels(labels, may_be_empty=True)


def own_size_of(labels: AnyLabels | Sample) -> PixelSize | None:
    """Return the pixel size that labels bring along; None where they do not know it."""
    from rescale4dl_core.reading.image import read_info

    if isinstance(labels, Sample):
        return labels.image.pixel_size
    return read_info(Path(labels)).known.size if isinstance(labels, str | Path) else None


def session_of(
    images: AnyImage | Sequence[AnyImage],
    labels: AnyLabels | Sequence[AnyLabels] | None,
    choices: Choices,
) -> Session:
    """Return a session of one or several images, each with its labels if given.

    What a network found is no mask: it tells where the objects are, and no score is taken
    against it.
    """
    from rescale4dl_core.inference.segment import Prediction
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.session.network_run import with_found

    each = each_of(images)
    masks = [None] * len(each) if labels is None else each_of(labels)
    if not each or len(each) != len(masks):
        raise QuantityError(
            f"{len(each)} images and {len(masks)} label images were given; there must be "
            "at least one image, and one label image for each or none."
        )
    found = [mask for mask in masks if isinstance(mask, Prediction)]
    if found and len(found) < len(masks):
        raise QuantityError(
            f"{len(found)} of {len(masks)} labels were found by a network and the others "
            "were not. Give masks for all images, or what the network found in all."
        )
    if not found:
        samples = [sample_of(one, mask) for one, mask in zip(each, masks, strict=True)]
        return Session.of(*samples, choices=choices)
    samples = [sample_of(one, None) for one in each]
    by_image = {
        sample.image.digest(): one.labels
        for sample, one in zip(samples, found, strict=True)
    }
    return with_found(Session.of(*samples, choices=choices), by_image)


def sample_of(image: AnyImage, labels: AnyLabels | None) -> Sample:
    """Put an image and its labels together."""
    if isinstance(image, Sample):
        return image if labels is None else image.with_labels(labels_of(labels))
    return Sample.of(image_of(image), None if labels is None else labels_of(labels))


def each_of(given: Any) -> list[Any]:
    """Return what was given as a list: a list's members, or the one thing that it is."""
    return list(given) if isinstance(given, list | tuple) else [given]


def diameters_of(shape: str, aggregate: str) -> tuple[Estimator | None, Aggregate]:
    """Return how a diameter is read, None to choose by shape, and how it is averaged."""
    from rescale4dl_core.measuring.measurement import Aggregate, Estimator

    shapes = {
        "auto": None,
        "round": Estimator.EQUIVALENT_CIRCLE,
        "elongated": Estimator.SKELETON,
    }
    estimator = shapes[one_of("shape", shape, tuple(shapes))]
    return estimator, Aggregate(one_of("aggregate", aggregate, tuple(Aggregate)))


def metrics_of(files: Sequence[File]) -> tuple[MetricSource, ...]:
    """Return the scores of the user's own: those of files, and of installed packages."""
    from rescale4dl_core.evaluation.own_metrics import MetricSource, installed_metrics

    return (*(MetricSource(str(path)) for path in files), *installed_metrics())


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


def _not_taken(found: object, expected: str) -> str:
    return (
        f"{type(found).__name__} was given where {expected} was expected. Give one of "
        "these; numpy.asarray makes an array of most things."
    )
