"""How well a network suits measured objects, in a sentence; which one suits them best."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import OutputKind
from rescale4dl_core.measuring.measurement import Estimator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.window import Window


MOST_LEFT_OUT_PERCENT = 10.0
"""So many objects outside the window are not worth a word; 5 and 95 % leave as many."""


@dataclass(frozen=True, slots=True)
class WindowFit:
    """How the sizes of objects lie to a window."""

    sentence: str
    inside_window: bool
    """Of the average object."""

    share_inside_percent: float
    """Of the objects, by number."""

    ratio_into_window: float
    """New / old pixel size that brings the average object to the middle of the window; 1
    where it is inside."""


def window_fit(window: Window, measurement: Measurement) -> WindowFit:
    """Hold measured objects against a window."""
    diameter_px = measurement.diameter_px
    inside = window.contains(measurement.coverage.percent)
    sizes = measurement.diameters_px
    fits = (sizes >= window.diameter_min_px) & (sizes <= window.diameter_max_px)
    share = 100.0 * float(np.mean(fits))
    ratio = 1.0 if inside else diameter_px / window.target_px
    sentence = _sentence(window, diameter_px, inside, share, ratio)
    return WindowFit(sentence, inside, share, ratio)


def percent(value: float) -> str:
    """Return a coverage as it is said: 0.85, 3.8, 16.7.

    Examples
    --------
    >>> percent(0.847), percent(4.0), percent(50 / 3)
    ('0.85', '4', '16.7')
    """
    return f"{value:.2g}" if value < 10 else f"{value:.3g}"


def _sentence(
    window: Window, diameter_px: float, inside: bool, share: float, ratio: float
) -> str:
    wanted = f"{percent(window.low_percent)} to {percent(window.high_percent)} %"
    size = (
        f"Your objects are {diameter_px:.3g} px wide: one pixel spans "
        f"{100 / diameter_px:.2g} % of that (coverage)"
    )
    if not inside:
        large = diameter_px > window.diameter_max_px
        return (
            f"{size}; this network wants {wanted}, so they are too "
            f"{'large' if large else 'small'} for it. Pixels "
            f"{max(ratio, 1 / ratio):.2g}x {'coarser' if large else 'finer'} would suit."
        )
    spread = (
        f" {share:.0f} % of them lie inside by themselves."
        if share < 100 - MOST_LEFT_OUT_PERCENT
        else ""
    )
    return f"{size}, inside the {wanted} that this network wants.{spread}"


USUAL_UM = {"nuclei": (2.0, 50.0), "cocci": (0.4, 2.5), "bacteria": (0.3, 6.0)}
"""Diameters that objects can have, with room to spare: a nucleus of yeast to one of an
oocyte; Staphylococcus; rods and filaments."""


@dataclass(frozen=True, slots=True)
class ImageKind:
    """What an image is like, as far as it decides between networks; None: not known."""

    is_rgb: bool | None = None
    objects_are_bright: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFit:
    """One network against the measured objects."""

    card: NetworkCard
    sentence: str
    """ "Your objects are 31 px wide: one pixel spans 3.2 % of that (coverage). ..." """

    diameter_px: float
    coverage_percent: float
    inside_window: bool
    """Of the average object."""

    share_inside_percent: float
    """Of the objects, by number."""

    ratio_into_window: float
    """New / old pixel size that brings the average object to the middle of the window; 1
    where it is inside."""

    objections: tuple[str, ...]
    """What speaks against this network besides size: it wants colour, or dark objects."""

    reason: str = ""
    """Why it is proposed; empty where it is not."""


def fit_of(
    card: NetworkCard, measurement: Measurement, kind: ImageKind | None = None
) -> NetworkFit:
    """Hold the objects against the window of a network.

    Parameters
    ----------
    card : NetworkCard
        Of the network.
    measurement : Measurement
        The objects as taken.
    kind : ImageKind, optional
        What the image is like.
    """
    fit = window_fit(card.window, measurement)
    return NetworkFit(
        card,
        f"{fit.sentence}{_hardly_known(card, measurement.diameter_px)}",
        measurement.diameter_px,
        measurement.coverage.percent,
        fit.inside_window,
        fit.share_inside_percent,
        fit.ratio_into_window,
        _objections(card, measurement, kind or ImageKind()),
    )


def best_suited(
    cards: Sequence[NetworkCard],
    measurement: Measurement,
    kind: ImageKind | None = None,
) -> NetworkFit:
    """Return the network that suits the objects best, with the reason.

    One made for another kind of image comes after all others; then the average object has
    to be inside the window; then the size of the objects it was trained on counts, on how
    many images it was tested, and its score on them. Where a network for other objects
    suits as well, the reason names it.

    Raises
    ------
    NetworkError
        If there is no network.
    """
    _refuse_none(cards)
    fits = sorted(
        (fit_of(card, measurement, kind) for card in cards), key=_rank, reverse=True
    )
    return _with_reason(fits[0], fits[1:])


def likely_suited(cards: Sequence[NetworkCard], kind: ImageKind) -> NetworkCard:
    """Return the network to begin with where the size of the objects is not known.

    Raises
    ------
    NetworkError
        If there is no network.
    """
    _refuse_none(cards)
    return max(
        cards,
        key=lambda card: (
            -len(objections_by_kind(card, kind)),
            _n_tested(card),
            _score(card) or 0.0,
        ),
    )


def objections_by_kind(card: NetworkCard, kind: ImageKind) -> tuple[str, ...]:
    """Return what in the image itself speaks against a network."""
    return tuple(_by_kind(card, kind))


def _refuse_none(cards: Sequence[NetworkCard]) -> None:
    if not cards:
        raise NetworkError("There is no network to choose from. Install one first.")


def _hardly_known(card: NetworkCard, diameter_px: float) -> str:
    low_px, high_px = card.training.diameter_px_p05, card.training.diameter_px_p95
    if low_px <= diameter_px <= high_px:
        return ""
    return (
        f" It was trained on objects of {low_px:.2g} to {high_px:.2g} px, so yours are of "
        "a size that it hardly knows."
    )


def _objections(
    card: NetworkCard, measurement: Measurement, kind: ImageKind
) -> tuple[str, ...]:
    objections = list(_by_kind(card, kind))
    stars = card.spec.output is OutputKind.STARS
    if stars and measurement.estimator is Estimator.SKELETON:
        objections.append("It draws round outlines only (StarDist); your objects are long.")
    diameter_um, usual_um = measurement.diameter_um, USUAL_UM.get(_objects_of(card))
    if diameter_um and usual_um and not usual_um[0] <= diameter_um <= usual_um[1]:
        objections.append(
            f"It is made for {_objects_of(card)}, {usual_um[0]:g} to {usual_um[1]:g} µm "
            f"wide; yours are {diameter_um:.2g} µm."
        )
    return tuple(objections)


def _by_kind(card: NetworkCard, kind: ImageKind) -> Iterator[str]:
    if card.spec.input_channels == 3 and kind.is_rgb is False:
        yield "It needs red, green and blue; your image has one channel."
    if card.spec.input_channels == 1 and kind.is_rgb:
        yield "It takes one intensity: the colours of your image are lost."
    bright = _expects_bright(card)
    if None not in (bright, kind.objects_are_bright) and bright != kind.objects_are_bright:
        expected, found = ("bright", "darker") if bright else ("dark", "brighter")
        yield f"It is made for {expected} objects; yours are {found} than their background."


def _objects_of(card: NetworkCard) -> str:
    """Return what the network finds: nuclei, of unet-nuclei-fluo."""
    return card.name.rpartition("-")[0].rpartition("-")[2]


def _expects_bright(card: NetworkCard) -> bool | None:
    """Whether objects are bright in the kind of image that ends the network's name."""
    endings = {"fluo": True, "phase": False, "brightfield": False}
    return endings.get(card.name.rpartition("-")[2])


def _rank(fit: NetworkFit) -> tuple[float, ...]:
    training = fit.card.training
    beyond = max(
        training.diameter_px_p05 / fit.diameter_px,
        fit.diameter_px / training.diameter_px_p95,
        1.0,
    )
    return (
        -len(fit.objections),
        fit.inside_window,
        -round(math.log2(beyond), 2),
        round(fit.share_inside_percent / MOST_LEFT_OUT_PERCENT),
        _n_tested(fit.card),
        _score(fit.card) or 0.0,
    )


def _n_tested(card: NetworkCard) -> int:
    """Return on how many images the network was scored."""
    return max((len(scores.images) for scores in card.scores), default=0)


def _score(card: NetworkCard) -> float | None:
    """Return the mean AP at IoU 0.5 over the test sets, None without any."""
    scores = [scores.ap50 for scores in card.scores]
    return sum(scores) / len(scores) if scores else None


def _with_reason(best: NetworkFit, others: Sequence[NetworkFit]) -> NetworkFit:
    task = f"{best.card.task.rstrip('.')}."
    because = [task]
    like = _as_well_suited(best, others)
    if like is not None:
        because.append(
            "By its look your image may be of this kind, or of another: if it shows "
            f"{_objects_of(like.card)}, choose {like.card.name}."
        )
    elif not best.objections and others:
        because.append("By brightness and colour your image may be of this kind.")
    if best.objections:
        because.append("No network here is made for exactly this kind of image.")
    score = _score(best.card)
    if score is not None:
        because.append(
            f"On images that it was not trained on it finds objects with an average "
            f"precision of {score:.2f} at IoU 0.5."
        )
    return replace(best, reason=" ".join(because))


def _as_well_suited(best: NetworkFit, others: Sequence[NetworkFit]) -> NetworkFit | None:
    """Return the first network for other objects that nothing speaks against either."""
    if best.objections:
        return None
    return next(
        (
            one
            for one in others
            if not one.objections
            and one.inside_window
            and _objects_of(one.card) != _objects_of(best.card)
        ),
        None,
    )
