"""Write docs/planner_examples.md: what the planner ranks first, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.advice.configuration_words import (
    comparison,
    sampling_sentence,
    stack_sentences,
)
from rescale4dl_core.microscope.catalogue import shipped_cameras, shipped_objectives
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.stack import stack_of
from rescale4dl_core.wording import microns, number

if TYPE_CHECKING:
    from rescale4dl_core.microscope.ranking import Option, Ranking

TARGET = Path(__file__).parents[1] / "docs" / "planner_examples.md"
ARGUMENTS = Path(__file__).with_name("planner_arguments")
USUAL_CAMERA = "Hamamatsu ORCA-Flash4.0 V3"
"""2048 x 2048 pixels of 6.5 um: what many facilities have."""

N_ROWS = 6

HEAD = """# What the planner ranks first for four samples

Made by `python -m benchmarks.make_planner_examples` from the catalogue that ships; the
paragraphs under “Argued” are written by hand and stand in `benchmarks/planner_arguments/`.

Objects per hour are the ceiling of Eq. 3 (objects that touch everywhere), so they compare
configurations and promise nothing. The window is the published 4 to 16 %, no network was
asked. Every configuration is exposed until its pixels are as bright as those of the sample
as taken. Time per field: exposure, 0.5 s readout and transfer, 2 s stage. Few field numbers
are known in the catalogue; 22 mm are assumed for the others. Rows with equal figures are
listed once.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """One sample."""

    name: str
    title: str
    goal: Goal
    habit: str
    """The objective that many would book."""


EXAMPLES = (
    Example(
        "s_aureus",
        "S. aureus, 1.1 µm, fluorescence",
        Goal(1.1, taken=Taken(0.065, 1.4), equal_light=True),
        "Nikon CFI Plan Apo 100x/1.40 Oil (93110)",
    ),
    Example(
        "e_coli",
        "E. coli, 0.9 µm wide and 3 µm long, fluorescence",
        Goal(0.9, area_um2=2.5, taken=Taken(0.065, 1.4), equal_light=True),
        "Nikon CFI Plan Apo 100x/1.40 Oil (93110)",
    ),
    Example(
        "hela_nuclei",
        "HeLa nuclei, 15 µm, fluorescence",
        Goal(15.0, taken=Taken(0.325, 0.75), equal_light=True),
        "Nikon CFI Plan Apo 60x/1.40 Oil (93108)",
    ),
    Example(
        "c_elegans",
        "C. elegans, 60 µm wide and 1 mm long, transmitted light",
        Goal(
            60.0,
            area_um2=60_000.0,
            taken=Taken(0.65, 0.45),
            equal_light=True,
            light=Light(Modality.TRANSMITTED, emission_nm=550),
        ),
        "Nikon CFI Plan Apo 10x/0.45 (MRD00101, MRD00105)",
    ),
)


def main() -> None:
    """Write the document."""
    sections = [_section(example) for example in EXAMPLES]
    TARGET.write_text("\n".join([HEAD, *sections]), encoding="utf-8")
    print(TARGET)


def _section(example: Example) -> str:
    objectives, cameras = shipped_objectives(), shipped_cameras()
    usual = tuple(camera for camera in cameras if camera.label == USUAL_CAMERA)
    everything = rank(Stand(objectives, cameras, assumed_field_number_mm=22), example.goal)
    facility = rank(Stand(objectives, usual, assumed_field_number_mm=22), example.goal)
    best, habit = facility.best, _habit(facility, example.habit)
    argued = (ARGUMENTS / f"{example.name}.md").read_text(encoding="utf-8").strip()
    taken = example.goal.taken
    as_taken = (
        ""
        if taken is None
        else (
            f"Sample as taken: {microns(taken.pixel_um)} per pixel, NA "
            f"{taken.numerical_aperture}, 0.1 s.\n"
        )
    )
    height_um = example.goal.diameter_um
    words = [
        *comparison(best, habit),
        sampling_sentence(best),
        *stack_sentences(stack_of(best.configuration, example.goal), height_um),
    ]
    return "\n".join(
        [
            f"## {example.title}\n",
            as_taken,
            f"**One camera, {USUAL_CAMERA} (6.5 µm, 2048 × 2048)**\n",
            _table(facility),
            "\n**All cameras of the catalogue**\n",
            _table(everything),
            f"\n{' '.join(words)}\n",
            f"**Argued.** {argued}\n",
        ]
    )


def _table(ranking: Ranking) -> str:
    lines = [
        "| | objective | camera | pixel | of a diameter | ÷ Nyquist | field | exposure "
        "| objects per hour | light dose | |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[object, ...], list[Option]] = {}
    for option in ranking.top(400):
        groups.setdefault(_figures(option), []).append(option)
    for position, options in enumerate(list(groups.values())[:N_ROWS], start=1):
        lines.append(_line(position, options))
    return "\n".join(lines)


def _figures(option: Option) -> tuple[object, ...]:
    return (
        option.configuration.objective.short,
        option.configuration.binning,
        number(option.pixel_um),
        number(option.field_area_um2),
        number(option.objects_per_s),
    )


def _line(position: int, options: list[Option]) -> str:
    option = options[0]
    configuration = option.configuration
    lenses = {one.configuration.objective.manufacturer for one in options}
    cameras = list(dict.fromkeys(one.configuration.camera.label for one in options))
    more = "" if len(cameras) == 1 else f" and {len(cameras) - 1} more"
    binned = "" if configuration.binning == 1 else f", {configuration.binning}x binned"
    cells = (
        f"{position}",
        f"{configuration.objective.short} ({', '.join(sorted(lenses))})",
        f"{cameras[0]}{more}{binned}",
        microns(option.pixel_um),
        f"{number(option.coverage_percent)} %",
        "?" if option.nyquist_ratio is None else number(option.nyquist_ratio),
        f"{number(option.field_width_um)} × {number(option.field_height_um)} µm",
        f"{number(option.exposure_s)} s",
        f"{option.objects_per_hour:.2g}".replace("e+0", "e"),
        "?" if option.relative_dose is None else number(option.relative_dose),
        option.standing.meaning,
    )
    return f"| {' | '.join(cells)} |"


def _habit(ranking: Ranking, label: str) -> Option:
    for option in ranking.top(len(ranking)):
        configuration = option.configuration
        if configuration.objective.label == label and configuration.binning == 1:
            return option
    raise LookupError(f"{label} is not in the catalogue")


if __name__ == "__main__":
    main()
