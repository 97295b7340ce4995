"""How the recommendation page shows its answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.downloads import chart_files, csv_file, download_row, json_file
from pages._ui.shared.messages import plain, show_error
from pages._ui.shared.state import keep_choices, seeded
from rescale4dl_core.advice.objects_in_window import spreads_of
from rescale4dl_core.advice.reasons import Certainty
from rescale4dl_core.advice.recommendation import recommendation_fields
from rescale4dl_core.charts.coverage_window import spread_columns, window_chart
from rescale4dl_core.charts.expected_score import expected_score_chart, score_columns
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.experiment import added_error, comparison_of, effort_to_find
from rescale4dl_core.wording import change, coarser_or_finer, count, duration, number, pixel
from rescale4dl_core.writing.csv_text import columns_of

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.planning.effort import Effort
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep


IN_A_ROW = 4
IN_A_ROW_WITH_SCORE = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what stands around it."""

    label: str
    value: str
    beside: str
    meaning: str


def show_numbers(advice: Recommendation) -> None:
    """Show pixel size, coverage, score and gains, where something is recommended."""
    figures = _figures(advice)
    width = IN_A_ROW if len(figures) <= IN_A_ROW else IN_A_ROW_WITH_SCORE
    for start in range(0, len(figures), width):
        row = st.columns(width, gap="small")
        for column, figure in zip(row, figures[start : start + width], strict=False):
            column.metric(
                figure.label,
                figure.value,
                delta=figure.beside,
                delta_color="off",
                delta_arrow="off",
                border=True,
                help=figure.meaning,
            )


def _figures(advice: Recommendation) -> list[Figure]:
    gain = advice.gain
    if advice.ratio is None or gain is None:
        return []
    value = pixel(advice.pixel_size_um, advice.ratio)
    change_in_words = coarser_or_finer(advice.ratio)
    if advice.pixel_size_um is None and advice.ratio != 1:
        value, _, change_in_words = change_in_words.partition(" ")
    return [
        Figure(
            "Pixel size",
            value,
            change_in_words,
            "On the sample: camera pixel × binning ÷ magnification.",
        ),
        Figure(
            "One pixel spans",
            f"{number(advice.coverage_percent or 0)} %",
            f"{number(advice.measurement.coverage.percent)} % now",
            "Of the mean diameter of your objects: the coverage.",
        ),
        *_score(advice),
        Figure(
            "Objects per hour",
            change(gain.objects),
            "by another lens",
            "Against the sample as taken. Binning gains none.",
        ),
        Figure(
            "Storage and light",
            change(gain.storage),
            "for the same area",
            "Bytes, and light on the sample for the same signal-to-noise ratio per pixel "
            "at the same NA.",
        ),
    ]


def _score(advice: Recommendation) -> list[Figure]:
    if advice.expected_iou is None:
        return []
    low, high = advice.expected_iou_low or 0.0, advice.expected_iou_high or 0.0
    overlap = Figure(
        "Expected overlap (IoU)",
        f"{advice.expected_iou:.2f}",
        f"{low:.2f} to {high:.2f}",
        "How well the outlines that the network finds cover the true ones, on the grid of "
        "your sample: 1 is perfect, a missed object counts 0.",
    )
    if advice.expected_recall is None:
        return [overlap]
    return [
        overlap,
        Figure(
            "Objects found",
            f"{100 * advice.expected_recall:.0f} %",
            "of the true ones",
            "Found: overlap with the true object above one half.",
        ),
    ]


VERDICTS = ("Agreement", "Conflict")
"""How a reason begins that holds one source against another."""

BADGES = {Certainty.HIGH: "green", Certainty.MODERATE: "orange", Certainty.LOW: "red"}


def show_headline(advice: Recommendation) -> None:
    """Show the answer in one sentence, and how sure it is."""
    with st.container(border=True):
        st.subheader(plain(advice.headline), anchor=False)
        level = advice.confidence.level
        st.markdown(
            f":{BADGES[level]}-badge[How sure: {level.value}] "
            f"{plain(advice.confidence.sentence.partition(': ')[2].capitalize())}"
        )


def show_scores(advice: Recommendation) -> None:
    """Show the score to expect over pixel sizes, where something tells it."""
    curve = advice.score_curve
    if curve is None:
        return
    chart = expected_score_chart(advice, curve)
    st.subheader("What score to expect", anchor=False)
    st.altair_chart(chart, width="stretch", alt="Expected overlap over coverage")
    allowed = (
        ""
        if advice.tolerance_percent is None
        else f" Dashed: {number(advice.tolerance_percent)} % below the best, the least "
        "that is allowed."
    )
    st.caption(
        f"Blue: {plain(curve.source)}, with its interval.{allowed} Green: the range of the "
        "network."
    )
    download_row(
        csv_file("expected_score.csv", score_columns(curve)),
        *chart_files("expected_score", chart),
    )


def show_window(advice: Recommendation) -> None:
    """Show where the objects lie in the window, where coverage is the criterion."""
    if advice.ratio_range is None:
        return
    spreads = spreads_of(advice)
    chart = window_chart(spreads, advice.window)
    st.subheader("Where your objects lie", anchor=False)
    st.altair_chart(chart, width="stretch", alt="Coverage of the objects over the window")
    low, high = advice.window_percent
    st.caption(
        f"Green: the range that serves your purpose, {number(low)} to {number(high)} %, "
        "with its target dashed. Dot: the mean diameter. Bar: the middle 90 % of your "
        "objects, the largest to the left."
    )
    download_row(
        csv_file("window.csv", spread_columns(spreads)), *chart_files("window", chart)
    )


def show_why(advice: Recommendation) -> None:
    """Show the reasons, what to watch, and what is gained, in sentences."""
    reasons, cautions = st.columns(2, gap="large")
    with reasons:
        st.subheader("Why", anchor=False)
        _sentences(advice.reasons)
        if advice.gains:
            st.subheader("What it gains", anchor=False)
            _sentences(advice.gains)
    with cautions:
        st.subheader("What to watch", anchor=False)
        _sentences(advice.cautions)


def show_images(advice: Recommendation) -> None:
    """List the images that the answer rests on."""
    many = advice.measurement.n_images > 1
    st.subheader(f"Your {advice.measurement.n_images} images" if many else "Your image")
    rows = [asdict(image) for image in advice.images]
    st.dataframe(
        columns_of(rows),
        width="stretch",
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn("Image"),
            "n_objects": st.column_config.NumberColumn("Objects"),
            "diameter_px": st.column_config.NumberColumn("Diameter (px)", format="%.1f"),
            "coverage_now_percent": st.column_config.NumberColumn(
                "Coverage now (%)", format="%.2f"
            ),
            "coverage_percent": st.column_config.NumberColumn(
                "Recommended (%)", format="%.2f"
            ),
            "in_window": st.column_config.CheckboxColumn("In range"),
        },
    )
    if many:
        st.caption("Each image counts the same, however many objects it has (Eq. 2).")


def show_evidence(advice: Recommendation) -> None:
    """List every number with its source, and offer the whole answer as files."""
    rows = [asdict(item) for item in advice.evidence]
    if rows:
        with st.expander("Every number and its source"):
            st.table(
                {
                    "Number": [number(item.value) for item in advice.evidence],
                    "What it says": [plain(item.statement) for item in advice.evidence],
                    "Source": [plain(item.source) for item in advice.evidence],
                }
            )
    download_row(
        json_file("recommendation.json", recommendation_fields(advice), "All of it (JSON)"),
        csv_file(
            "images.csv", columns_of([asdict(i) for i in advice.images]), "Images (CSV)"
        ),
        csv_file("evidence.csv", columns_of(rows), "Numbers and sources (CSV)"),
    )


def _sentences(sentences: tuple[str, ...]) -> None:
    st.markdown("\n".join(f"- {_marked(sentence)}" for sentence in sentences))


def _marked(sentence: str) -> str:
    """Return the sentence with its verdict, that sources agree or not, in bold."""
    verdict, colon, rest = sentence.partition(": ")
    if verdict not in VERDICTS:
        return plain(sentence)
    return f"**{verdict}{colon.strip()}** {plain(rest)}"


ABOUT = (
    "With the camera and the times of the Throughput page. Objects that the network misses "
    "have to be imaged too, so the effective throughput is objects per hour × share found."
)
REPLICATES = (
    "Cells of one dish are not independent: this is the number of cells for one pair of "
    "dishes. Repeat the whole on independent samples, and compare their means."
)


def show_effort(advice: Recommendation, session: Session, sweep: Sweep | None) -> None:
    """Ask for a number of objects or a difference in size, and answer both."""
    if advice.ratio is None:
        return
    st.subheader("What an experiment takes", anchor=False)
    st.caption(ABOUT)
    counting, comparing = st.columns(2, gap="large")
    try:
        with counting:
            choices = _ask_number(session.choices)
            _answer_number(advice, choices)
        with comparing:
            choices = _ask_difference(choices)
            _answer_difference(advice, replace(session, choices=choices), sweep)
    except RescaleError as error:
        show_error(error)


def _ask_number(choices: Choices) -> Choices:
    wanted = st.number_input(
        "Objects to find in each well",
        min_value=1,
        max_value=1_000_000_000,
        step=1000,
        key=seeded("n_objects_wanted", choices.n_objects_wanted),
    )
    choices = replace(choices, n_objects_wanted=wanted)
    keep_choices(choices)
    return choices


def _answer_number(advice: Recommendation, choices: Choices) -> None:
    wanted = choices.n_objects_wanted
    effort = effort_to_find(advice, choices, wanted)
    wells = "" if choices.n_wells == 1 else f" in each of {choices.n_wells} wells"
    st.markdown(
        f"**{_fields_and_time(effort)}** for {wanted:,} objects found{wells}. "
        f"{_rate(effort, advice)}"
    )


def _rate(effort: Effort, advice: Recommendation) -> str:
    rate = f"Effective throughput: {count(effort.found_per_hour)} objects found per hour"
    if advice.expected_recall is None:
        return (
            f"{rate}, if all are found: how many the network finds is not known. Choose a "
            "network, or sweep your images with a mask."
        )
    return f"{rate}, {100 * effort.recall:.0f} % of those imaged."


def _ask_difference(choices: Choices) -> Choices:
    difference, power = st.columns(2)
    percent = difference.number_input(
        "Difference in mean size to detect (%)",
        min_value=0.1,
        max_value=100.0,
        step=1.0,
        format="%.1f",
        key=seeded("difference_percent", choices.sweep.difference_percent),
        help="Between two conditions, in percent of the mean diameter.",
    )
    chance = power.number_input(
        "Chance to detect it (%)",
        min_value=50.0,
        max_value=99.9,
        step=5.0,
        format="%.1f",
        key=seeded("power_percent", choices.sweep.power_percent),
        help="The power of the test. A false alarm is accepted in 5 % of the cases.",
    )
    asked = replace(choices.sweep, difference_percent=percent, power_percent=chance)
    choices = replace(choices, sweep=asked)
    keep_choices(choices)
    return choices


def _answer_difference(
    advice: Recommendation, session: Session, sweep: Sweep | None
) -> None:
    asked = session.choices.sweep
    try:
        found = comparison_of(
            advice,
            session.choices,
            added_error(advice, session, sweep),
            difference_percent=asked.difference_percent,
            power_percent=asked.power_percent,
        )
    except RescaleError as error:
        st.info(plain(str(error)))
        return
    st.markdown(
        f"**{found.n_each:,} objects in each of two conditions:** "
        f"{_fields_and_time(found.effort)}. Your objects spread by "
        f"{found.spread_percent:.1f} % around their mean, and measuring them at this pixel "
        f"size adds {found.error.percent:.1f} % ({plain(found.error.source)})."
    )
    st.caption(REPLICATES)


def _fields_and_time(effort: Effort) -> str:
    best_case = ", if objects touched everywhere" if effort.is_best_case else ""
    fields = "1 field" if effort.n_fields == 1 else f"{effort.n_fields:,} fields"
    return f"{fields}, {duration(effort.hours)}{best_case}"
