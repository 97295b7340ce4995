"""What was found, missed and made up, as a picture of the typical image of a sampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluation.folders import read_map
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.evaluation.summary import by_sampling
from rescale4dl_core.images import UNKNOWN, Image, KnownPixelSize
from rescale4dl_core.pictures.view import View, view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.pair import PairResult
    from rescale4dl_core.labels import Labels


BACKGROUND = (24, 28, 32)
LEGEND = {
    "found": (86, 150, 190),
    "missed": (213, 94, 0),
    "made up": (240, 228, 66),
    "confused": (204, 121, 167),
}
"""Colour of pixels by what became of them; "confused" is foreground in both maps, but of
another object or class."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """The picture of one pair."""

    name: str
    view: View


def overlays_of(
    evaluation: Evaluation, *, allow_large: bool = False
) -> tuple[Overlay, ...]:
    """Draw, for each sampling, the image whose IoU is nearest to the median.

    The label images are read again, one pair at a time.
    """
    overlays = []
    for sampling, results in by_sampling(evaluation.results).items():
        pair = _typical(results).pair
        truth = read_map(pair.truth_path, allow_large=allow_large)
        prediction = read_map(pair.prediction_path, allow_large=allow_large)
        view = overlay_view(truth, prediction, evaluation.kind.kind)
        overlays.append(Overlay(f"overlay_{sampling}_{pair.truth_path.stem}", view))
    return tuple(overlays)


def overlay_view(truth: Labels, prediction: Labels, kind: Kind) -> View:
    """Colour each pixel by what became of it; a legend stands below."""
    is_true, is_predicted = truth.pixels > 0, prediction.pixels > 0
    agrees = is_true & is_predicted & _same(truth, prediction, kind)
    pixels = np.empty((*truth.shape, 3), np.uint8)
    pixels[:] = BACKGROUND
    pixels[is_true & ~is_predicted] = LEGEND["missed"]
    pixels[is_predicted & ~is_true] = LEGEND["made up"]
    pixels[is_true & is_predicted] = LEGEND["confused"]
    pixels[agrees] = LEGEND["found"]
    image = Image.parse(pixels, name=truth.source, known=KnownPixelSize(None, UNKNOWN))
    return _with_legend(view_of(image))


def _typical(results: Sequence[PairResult]) -> PairResult:
    ious = np.array([result.iou for result in results])
    if np.isnan(ious).all():
        return results[0]
    return results[int(np.nanargmin(np.abs(ious - np.nanmedian(ious))))]


def _same(truth: Labels, prediction: Labels, kind: Kind) -> NDArray[np.bool_]:
    """Return where both maps mean the same, if both have foreground there."""
    match kind:
        case Kind.BINARY:
            return np.ones(truth.shape, np.bool_)
        case Kind.SEMANTIC:
            return np.equal(truth.pixels, prediction.pixels)
    overlap = overlap_of(truth, prediction)
    matching = match_objects(overlap)
    # -1, a missed object, takes the 0 at the end: no prediction is its partner.
    partner = np.append(overlap.predicted_label, 0)[matching.predicted_index]
    place = np.searchsorted(overlap.true_label, truth.pixels)
    return np.asarray(np.append(partner, 0)[place] == prediction.pixels)


def _with_legend(view: View) -> View:
    from PIL import Image as PilImage
    from PIL import ImageDraw
    from PIL.ImageFont import load_default

    rows, columns = view.shape
    size = max(12, columns // 50)
    canvas = PilImage.new("RGB", (columns, rows + 2 * size), (255, 255, 255))
    canvas.paste(PilImage.fromarray(np.array(view.pixels)), (0, 0))
    draw, font, left = ImageDraw.Draw(canvas), load_default(size=size), size // 2
    for name, colour in LEGEND.items():
        top = rows + size // 2
        draw.rectangle([left, top, left + size, top + size], fill=colour, outline=(0, 0, 0))
        draw.text((left + 1.4 * size, top + size / 2), name, (0, 0, 0), font, anchor="lm")
        left += round(2.6 * size + font.getlength(name))
    return view.with_pixels(np.array(canvas))
