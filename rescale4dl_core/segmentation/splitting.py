"""Telling touching objects apart by the distance of their pixels to the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def label_pieces(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Label the pieces of `mask` that hang together, corners included."""
    pieces, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    return pieces.astype(np.int32)


def split_at_necks(
    mask: NDArray[np.bool_], distance_px: float, neck_percent: float
) -> NDArray[np.int32]:
    """Label the objects of `mask`, cutting pieces at their necks.

    A watershed of the distance to the edge starts at its peaks, which are `distance_px`
    apart or more. Parts are joined again where the neck between them is as wide as
    `neck_percent` of the narrower part: a rod, as wide in its middle, stays one piece.
    """
    from skimage import feature, segmentation

    find_peaks: Callable[..., NDArray[np.intp]] = feature.peak_local_max
    watershed: Callable[..., NDArray[np.int32]] = segmentation.watershed
    pieces = label_pieces(mask)
    depth = ndimage.distance_transform_edt(mask).astype(np.float32)
    apart_px = max(1, round(distance_px))
    peaks = find_peaks(depth, min_distance=apart_px, threshold_abs=0, exclude_border=False)
    markers = np.zeros(mask.shape, np.int32)
    markers[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    parts = watershed(-depth, markers, mask=mask)
    missed = mask & (parts == 0)
    parts[missed] = pieces[missed] + len(peaks)
    return _join_without_neck(parts, depth, neck_percent / 100)


def _join_without_neck(
    parts: NDArray[np.int32], depth: NDArray[np.float32], least_share: float
) -> NDArray[np.int32]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n_parts = int(parts.max()) + 1
    peak = np.zeros(n_parts, np.float32)
    np.maximum.at(peak, parts.ravel(), depth.ravel())
    first, second, neck = _necks(parts, depth)
    joined = neck >= least_share * np.minimum(peak[first], peak[second])
    graph = coo_array(
        (np.ones(joined.sum(), np.int8), (first[joined], second[joined])),
        shape=(n_parts, n_parts),
    )
    _, number = connected_components(graph, directed=False)
    labels: NDArray[np.int32] = (number - number[0]).astype(np.int32)[parts]
    return labels


def _necks(parts: NDArray[np.int32], depth: NDArray[np.float32]) -> tuple[Any, Any, Any]:
    """Return the pairs of parts that touch, and the depth of the widest way between."""
    pairs, depths = [], []
    for one, other in (
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
    ):
        touch = (parts[one] != parts[other]) & (parts[one] > 0) & (parts[other] > 0)
        a, b = parts[one][touch].astype(np.int64), parts[other][touch].astype(np.int64)
        pairs.append(np.minimum(a, b) << 32 | np.maximum(a, b))
        depths.append(np.minimum(depth[one][touch], depth[other][touch]))
    pair, index = np.unique(np.concatenate(pairs), return_inverse=True)
    neck = np.zeros(len(pair), np.float32)
    np.maximum.at(neck, index, np.concatenate(depths))
    return pair >> 32, pair & 0xFFFFFFFF, neck
