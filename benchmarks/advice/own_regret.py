"""What the advice loses on our own sweeps, by the evidence that it had."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.advice.own import OneImage, as_measured
from rescale4dl_core.advice.evidence_curve import Basis, EvidenceCurve, ScorePoint, decide
from rescale4dl_core.study.results import Interval
from rescale4dl_core.window import DEFAULT_TOLERANCE_PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rescale4dl_core.window import Window


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one recommendation lost and saved on one image."""

    regret: float
    beyond: float
    """Regret beyond the tolerance, that is 5 % of the best score."""

    gain: float
    """Times fewer pixels than the image as taken."""


def outcomes(images: Sequence[OneImage], window: Window) -> dict[str, list[Outcome]]:
    """Return for each kind of evidence what it led to on every image of a set."""
    rules: dict[str, Callable[[int], float | None]] = {
        "mask, same image": lambda i: by_mask([images[i]]),
        "mask, another image": lambda i: by_mask([images[i - 1]]),
        "stability, no mask": lambda i: by_stability(images[i]),
        "atlas of the others": lambda i: by_atlas(
            [one for j, one in enumerate(images) if j != i]
        ),
        "window only": lambda _: window.target_percent,
        "nearest 8 %": lambda _: 8.0,
        "largest below 16 %": lambda _: 15.99 / 2**0.25,
        "keep the original": lambda i: images[i].now_percent,
    }
    found: dict[str, list[Outcome]] = {}
    for name, rule in rules.items():
        for index, image in enumerate(images):
            percent = rule(index)
            if percent is not None:
                found.setdefault(name, []).append(outcome(image, percent))
    return found


def outcome(image: OneImage, percent: float) -> Outcome:
    """Return what the scale nearest to a coverage loses on an image."""
    nearest = int(np.argmin(np.abs(np.log(image.coverage_percent / percent))))
    best = float(image.iou.max())
    regret = best - float(image.iou[nearest])
    allowed = DEFAULT_TOLERANCE_PERCENT / 100 * best
    return Outcome(
        regret,
        max(0.0, regret - allowed),
        (float(image.coverage_percent[nearest]) / image.now_percent) ** 2,
    )


def by_mask(seen: Sequence[OneImage]) -> float:
    """Return the coverage that a sweep with a mask leads to."""
    curve = as_measured("seen", list(seen)).evidence()
    start = as_measured("seen", list(seen)).start.coverage_percent
    chosen = decide(curve, DEFAULT_TOLERANCE_PERCENT).chosen
    return chosen.ratio * start


def by_stability(image: OneImage) -> float | None:
    """Return the coverage that a sweep without a mask leads to; None without any."""
    points = tuple(
        ScorePoint(float(percent), Interval(float(value), float(value), float(value)))
        for percent, value in zip(image.coverage_percent, image.surrogate, strict=True)
        if np.isfinite(value)
    )
    if not points:
        return None
    curve = EvidenceCurve(Basis.STABILITY, "seen", points)
    return decide(curve, DEFAULT_TOLERANCE_PERCENT).chosen.ratio


def by_atlas(others: Sequence[OneImage]) -> float | None:
    """Return the coverage that the mean curve of other images leads to."""
    if not others:
        return None
    data = as_measured("others", list(others))
    points = tuple(
        ScorePoint(scale.coverage_percent, Interval(scale.score, scale.score, scale.score))
        for scale in data.scales
    )
    curve = EvidenceCurve(Basis.ATLAS, "others", points)
    return decide(curve, DEFAULT_TOLERANCE_PERCENT).chosen.ratio


def print_own(name: str, images: Sequence[OneImage], window: Window) -> None:
    """Print the curve, the rank of the stability and the table of one set."""
    data = as_measured(name, list(images))
    print(f"\n{name}, {len(images)} images")
    shown = [f"{scale.coverage_percent:g}: {scale.score:.3f}" for scale in data.scales]
    print(f"  IoU on the sample's grid by coverage (%): {', '.join(shown)}")
    _print_rank("stability alone", [one.rank_of(one.stability) for one in images])
    _print_rank("stability x limit", [one.rank_of(one.surrogate) for one in images])
    print(
        f"  {'evidence':<22} {'regret':>7} {'largest':>8} {'beyond 5 %':>11} {'pixels':>8}"
    )
    for rule, found in outcomes(images, window).items():
        print(
            f"  {rule:<22} {statistics.mean(o.regret for o in found):7.3f} "
            f"{max(o.regret for o in found):8.3f} {max(o.beyond for o in found):11.3f} "
            f"{_fewer(statistics.geometric_mean(o.gain for o in found)):>8}"
        )


def _print_rank(name: str, ranks: Sequence[float | None]) -> None:
    known = [rank for rank in ranks if rank is not None]
    if known:
        print(
            f"  {name} against IoU over scales: Spearman mean "
            f"{statistics.mean(known):.2f}, least {min(known):.2f}, "
            f"{sum(rank >= 0.8 for rank in known)} of {len(known)} images 0.8 or more"
        )


def _fewer(gain: float) -> str:
    return f"/{gain:.3g}" if gain >= 1 else f"x{1 / gain:.3g}"
