"""The table: what each rule loses against the best scale, and how many pixels it saves."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from benchmarks.advice.rules import SIMPLE, ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.advice.curves import Measured, Scale

HALVES = ((0, 1), (1, 0))


def choices_of(data: Measured) -> dict[str, Scale]:
    """Return what each rule takes; ours has seen the same images."""
    return {
        "ours, tolerance 5 %": ours(data, data),
        "ours, tolerance 2 %": ours(data, data, 2.0),
        **{name: rule(data) for name, rule in SIMPLE.items()},
    }


def held_out(data: Measured) -> list[float]:
    """Return the regret of our rule on one half of the images, swept on the other."""
    n_images = len(data.scales[0].unit_scores)
    regrets = []
    for first, second in HALVES:
        seen = data.images(range(first, n_images, 2))
        judged = data.images(range(second, n_images, 2))
        regrets.append(judged.regret(ours(seen, judged)))
    return regrets


def print_regrets(title: str, found: Sequence[Measured]) -> None:
    """Print one row per data set and rule, then mean and largest of each rule."""
    print(f"\n{title}\n{'data':<52} {'rule':<20} {'cover':>6} {'regret':>7} {'pixels':>8}")
    by_rule: dict[str, list[float]] = {}
    for data in found:
        for rule, scale in choices_of(data).items():
            by_rule.setdefault(rule, []).append(data.regret(scale))
            print(
                f"{data.name:<52} {rule:<20} {scale.coverage_percent:5.1f}% "
                f"{data.regret(scale):7.4f} {_fewer(data.gain(scale)):>8}"
            )
        if len(data.scales[0].unit_scores) > 1:
            by_rule.setdefault("ours, held-out half", []).extend(held_out(data))
    print(f"\n{'rule':<24} {'mean regret':>12} {'largest':>9}")
    for rule, regrets in by_rule.items():
        print(f"{rule:<24} {statistics.mean(regrets):12.4f} {max(regrets):9.4f}")


def _fewer(gain: float) -> str:
    return f"/{gain:.3g}" if gain >= 1 else f"x{1 / gain:.3g}"
