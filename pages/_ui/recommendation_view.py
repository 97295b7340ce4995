"""How the recommendation page shows its answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.advice_chart import advice_chart, score_columns
from pages._ui.downloads import chart_files, csv_file, download_row, json_file
from pages._ui.messages import plain
from pages._ui.window_chart import spread_columns, window_chart
from rescale4dl_core.advice.fields import recommendation_fields
from rescale4dl_core.advice.reasons import Certainty
from rescale4dl_core.advice.spread import spreads_of
from rescale4dl_core.advice.wording import number
from rescale4dl_core.writing.csv_text import columns_of

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation

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
    chart = advice_chart(advice, curve)
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
