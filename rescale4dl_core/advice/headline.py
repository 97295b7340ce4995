"""The answer of the coverage rule in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.rule import Verdict, verdict_of
from rescale4dl_core.advice.wording import microns, number, times

if TYPE_CHECKING:
    from rescale4dl_core.advice.case import Case


def headline_of(case: Case) -> str:
    """Return what to do, in µm where the pixel size is known."""
    answer = f"{_action(case)}: {_then(case)}."
    if case.is_mixed:
        return f"{answer} No single pixel size serves all of them."
    return answer


def _action(case: Case) -> str:
    ratio, pixel_um = case.ratio, case.pixel_um
    if verdict_of(ratio) is Verdict.KEEP:
        if pixel_um is None:
            return "Keep the pixel size you have"
        return f"Keep what you have, {microns(pixel_um)} per pixel"
    way = f"{times(max(ratio, 1 / ratio))} {'coarser' if ratio > 1 else 'finer'}"
    if pixel_um is None:
        return f"Make the pixels {way} than in this sample"
    return f"Acquire at {microns(pixel_um * ratio)} per pixel, {way} than this sample"


def _then(case: Case) -> str:
    kept = verdict_of(case.ratio) is Verdict.KEEP
    return (
        f"your objects {'are' if kept else 'will be'} "
        f"{number(case.measurement.diameter_px / case.ratio)} px {case.across}, and one "
        f"pixel {'spans' if kept else 'will span'} {number(case.coverage_percent)} % of "
        "that"
    )
