"""Batches, made by a thread of their own while the network learns.

A patch is cut, turned, scaled and dimmed at random; its targets follow from its labels.
"""

from __future__ import annotations

import math
import queue
import threading
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.training.recipe import Architecture

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.training.image_pairs import Prepared
    from rescale4dl_core.training.recipe import Augmentation, Patches, Recipe

    Batch = tuple[NDArray[np.float32], tuple[NDArray[np.float32], ...]]


SMALLEST_BLUR_PX = 0.3


def random_patch(
    image: Prepared, patches: Patches, ranges: Augmentation, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Cut one patch.

    Returns
    -------
    (ndarray, ndarray)
        Pixels of shape (channels, side, side) and labels of shape (side, side). Past the
        border of the image both are mirrored.
    """
    matrix = _geometry(ranges, rng)
    centre = _centre(image, patches, matrix, rng)
    pixels, labels = _cut(image, patches.side_px, matrix, centre)
    return _with_other_intensity(pixels, ranges, rng), labels


def _geometry(ranges: Augmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the matrix from patch to image coordinates: turn, flip, size."""
    if rng.random() < ranges.free_rotation:
        angle = rng.uniform(0, 2 * math.pi)
    else:
        angle = math.pi / 2 * rng.integers(4)
    largest = math.log1p(ranges.size_percent / 100)
    size = math.exp(rng.uniform(-largest, largest))
    turn = np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    flip = np.diag([1.0, rng.choice((-1.0, 1.0))])
    matrix: NDArray[np.float64] = turn @ flip / size
    return matrix


def _centre(
    image: Prepared, patches: Patches, matrix: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return where in the image the patch is centred, inside it as far as it fits."""
    shape = np.array(image.labels.shape, np.float64)
    half = np.abs(matrix).sum(axis=1) * (patches.side_px / 2)
    if len(image.object_centres) and rng.random() < patches.foreground_share:
        chosen = image.object_centres[rng.integers(len(image.object_centres))]
        centre = chosen + rng.uniform(-0.7, 0.7, 2) * half
    else:
        centre = rng.uniform(0, 1, 2) * (shape - 1)
    low, high = np.minimum(half, shape / 2), np.maximum(shape - half, shape / 2)
    return np.asarray(np.clip(centre, low, high), np.float64)


def _cut(
    image: Prepared, side_px: int, matrix: NDArray[np.float64], centre: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    from scipy.ndimage import affine_transform

    offset = centre - matrix @ np.full(2, (side_px - 1) / 2)
    shape = (side_px, side_px)
    options = {"offset": offset, "output_shape": shape, "mode": "mirror"}
    pixels = np.stack(
        [affine_transform(c, matrix, order=1, **options) for c in image.pixels]
    )
    labels = affine_transform(image.labels, matrix, order=0, **options)
    return pixels, np.asarray(labels, np.int32)


def _with_other_intensity(
    pixels: NDArray[np.float32], ranges: Augmentation, rng: np.random.Generator
) -> NDArray[np.float32]:
    from scipy.ndimage import gaussian_filter

    blur_px = rng.uniform(-ranges.blur_px, ranges.blur_px)
    if blur_px > SMALLEST_BLUR_PX:
        pixels = gaussian_filter(pixels, (0, blur_px, blur_px))
    exponent = _factor(ranges.gamma_percent, rng)
    if exponent != 1:
        pixels = np.sign(pixels) * np.abs(pixels) ** np.float32(exponent)
    gain = _factor(ranges.gain_percent, rng)
    gains = [gain * _factor(ranges.channel_gain_percent, rng) for _channel in pixels]
    offset = rng.uniform(-ranges.offset, ranges.offset)
    changed = pixels * np.array(gains, np.float32)[:, None, None] + np.float32(offset)
    deviation = rng.uniform(-ranges.noise, ranges.noise)
    if deviation > 0:
        changed += np.float32(deviation) * rng.standard_normal(changed.shape, np.float32)
    return np.ascontiguousarray(changed, np.float32)


def _factor(percent: float, rng: np.random.Generator) -> float:
    """Return a random factor around 1, as often above as below."""
    largest = math.log1p(percent / 100)
    return math.exp(rng.uniform(-largest, largest))


BACKGROUND, INSIDE, EDGE = 0, 1, 2


def targets_of(
    labels: NDArray[np.int32], recipe: Recipe
) -> tuple[NDArray[np.float32], ...]:
    """Return the targets of one patch, each of shape (channels, rows, columns)."""
    if recipe.architecture is Architecture.UNET:
        return (class_target(labels, recipe.patches.edge_px),)
    return star_targets(labels, recipe.layers.n_rays, recipe.layers.grid)


def class_target(labels: NDArray[np.int32], edge_px: int) -> NDArray[np.float32]:
    """Return background, inside and edge as 0, 1 and 2, shape (1, rows, columns).

    The edge is the outermost `edge_px` pixels of an object, also where it touches another
    one, but not where the patch cuts it. An object that a wider edge than 1 px would tear
    or use up (a thin one, or one with a stalk) keeps the widest that leaves it whole.

    Examples
    --------
    >>> class_target(np.array([[0, 3, 3, 3, 5, 5]], np.int32), 1)[0].astype(int).tolist()
    [[0, 2, 1, 2, 2, 1]]
    """
    inside = np.where(_at_a_boundary(labels), BACKGROUND, labels)
    for _step in range(edge_px - 1):
        smaller = np.where(_at_a_boundary(inside), BACKGROUND, inside)
        inside = np.where(_whole(inside, smaller), smaller, inside)
    target = np.where(labels > 0, np.where(inside > 0, INSIDE, EDGE), BACKGROUND)
    return target[None].astype(np.float32)


def _at_a_boundary(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which pixels have one of 4 neighbours with another label."""
    differs = np.zeros(labels.shape, np.bool_)
    for axis in (0, 1):
        step = np.diff(labels, axis=axis) != 0
        before = [(0, 1) if a == axis else (0, 0) for a in (0, 1)]
        after = [(1, 0) if a == axis else (0, 0) for a in (0, 1)]
        differs |= np.pad(step, before) | np.pad(step, after)
    return differs


def _whole(before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which pixels belong to pieces of `before` that are one piece in `after` too."""
    from scipy.ndimage import label

    pieces, n_pieces = label(before > 0)
    names, first = np.unique(label(after > 0)[0], return_index=True)
    n_left = np.bincount(pieces.ravel()[first[names > 0]], minlength=n_pieces + 1)
    whole: NDArray[np.bool_] = (n_left == 1)[pieces]
    return whole


def star_targets(
    labels: NDArray[np.int32], n_rays: int, grid: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return object probability and distances on every `grid`-th pixel.

    The probability is the distance to the object's edge, 1 at its centre; the distances
    go to the edge along `n_rays` rays, in px. Both by the stardist package. Objects that
    the patch cuts end there, as the package has it.
    """
    from stardist.geometry import star_dist
    from stardist.utils import edt_prob

    probability = np.asarray(edt_prob(labels)[::grid, ::grid], np.float32)
    distances = star_dist(labels.astype(np.uint16), n_rays, grid=(grid, grid))
    return probability[None], np.ascontiguousarray(np.moveaxis(distances, -1, 0))


AHEAD = 4
"""Batches that wait at most."""


def batch_of(step: int, images: Sequence[Prepared], recipe: Recipe) -> Batch:
    """Return the batch of one step; it depends on the seed and the step alone.

    Returns
    -------
    (ndarray, tuple of ndarray)
        Input of shape (N, channels, side, side), and the targets.
    """
    rng = np.random.default_rng((recipe.seed, step))
    weights = np.array([image.weight for image in images])
    chosen = rng.choice(len(images), recipe.patches.batch, p=weights / weights.sum())
    patches = [
        random_patch(images[i], recipe.patches, recipe.augmentation, rng) for i in chosen
    ]
    targets = zip(*(targets_of(labels, recipe) for _, labels in patches), strict=True)
    return np.stack([pixels for pixels, _ in patches]), tuple(np.stack(t) for t in targets)


def batches(
    first_step: int, images: Sequence[Prepared], recipe: Recipe
) -> Generator[Batch]:
    """Yield the batches from `first_step` to the last step, made ahead by a thread.

    Closing the iterator ends the thread.
    """
    ready: queue.Queue[Batch | Exception] = queue.Queue(AHEAD)
    stopped = threading.Event()

    def put(item: Batch | Exception) -> None:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.2)
            except queue.Full:
                continue
            return

    def make() -> None:
        try:
            for step in range(first_step, recipe.schedule.n_steps):
                if stopped.is_set():
                    return
                put(batch_of(step, images, recipe))
        except Exception as error:  # noqa: BLE001 raised again where the batch is taken
            put(error)

    maker = threading.Thread(target=make, name="batches", daemon=True)
    maker.start()
    try:
        for _step in range(first_step, recipe.schedule.n_steps):
            item = ready.get()
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stopped.set()
        maker.join()
