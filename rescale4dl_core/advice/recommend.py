"""The recommendation of a pixel size, from measured object sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.answer import answer_of
from rescale4dl_core.advice.case import Case
from rescale4dl_core.advice.caution_fit import cautions_on_fit
from rescale4dl_core.advice.caution_size import cautions_on_size
from rescale4dl_core.advice.headline import headline_of
from rescale4dl_core.advice.nyquist import (
    nyquist_cautions,
    nyquist_headline,
    nyquist_reasons,
)
from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.advice.recommendation import Recommendation
from rescale4dl_core.advice.rule import ratio_by_nyquist
from rescale4dl_core.advice.why import reasons_for
from rescale4dl_core.window import PUBLISHED_WINDOW, Window

if TYPE_CHECKING:
    from rescale4dl_core.measure.dataset import Measurement
    from rescale4dl_core.planning.sampling import Optics

__all__ = ["Recommendation", "recommend"]


def recommend(
    measurement: Measurement,
    *,
    purpose: Purpose = Purpose.COUNTING,
    window: Window = PUBLISHED_WINDOW,
    optics: Optics | None = None,
    bytes_per_pixel: int = 2,
) -> Recommendation:
    """Recommend the pixel size to acquire at.

    For counting and for sizes the mean diameter goes to the target of the window, and the
    sample's own pixel size is kept where it is near enough. For structure inside the cells
    the pixel size is Nyquist's.

    Parameters
    ----------
    measurement : Measurement
        Object sizes of one or more sample images.
    purpose : Purpose
        What the images are for.
    window : Window
        Coverages that suit the network; the published 4-16 % where none is chosen.
    optics : Optics, optional
        The objective: compared with Nyquist, as information; it decides for structure.
    bytes_per_pixel : int
        Of the images saved, for the storage sentence.

    Returns
    -------
    Recommendation
        With no ratio where structure is asked for and optics or pixel size are missing.
    """
    case = Case(measurement, purpose, window, optics)
    if purpose is Purpose.STRUCTURE:
        ratio = ratio_by_nyquist(measurement.pixel_size, optics)
        return answer_of(
            case,
            ratio=ratio,
            headline=nyquist_headline(measurement, optics, ratio),
            reasons=nyquist_reasons(measurement, optics),
            cautions=nyquist_cautions(measurement, optics, ratio),
            bytes_per_pixel=bytes_per_pixel,
        )
    return answer_of(
        case,
        ratio=case.ratio,
        headline=headline_of(case),
        reasons=reasons_for(case),
        cautions=(*cautions_on_fit(case), *cautions_on_size(case)),
        bytes_per_pixel=bytes_per_pixel,
    )
