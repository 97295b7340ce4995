"""The report of the session: made in the background, seen here, taken along as a file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.downloads import Download, download_row
from pages._ui.shared.jobs import computed
from pages._ui.shared.measured_objects import entry_labels
from pages._ui.shared.messages import plain
from pages._ui.shared.state import keep_choices, seeded
from rescale4dl_core.advice.recommendation import recommendation_fields
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.report.content import report_of
from rescale4dl_core.report.html import report_html
from rescale4dl_core.report.sample_sections import reported_sweep
from rescale4dl_core.report.subject import ReportSubject
from rescale4dl_core.report.write import MEDIA, report_bytes
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.session.planning import acquisition_plan, chosen_of, ranking_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.report.document import Report
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep


PREVIEW_HEIGHT_PX = 900
NAMES = {
    ".pdf": "PDF to print",
    ".html": "HTML, one file",
    ".md": "Markdown",
    ".json": "JSON for programs",
}


def ask_plan(advice: Recommendation, session: Session) -> AcquisitionPlan | None:
    """Ask whether the plan of the Planner page is a part of the report."""
    choices = session.choices
    wanted = st.checkbox(
        "Include the acquisition plan",
        key=seeded("in_report", choices.plan.in_report),
        help="Of the configuration that is chosen on the Planner page, else of the first "
        "one that it ranks.",
    )
    keep_choices(replace(choices, plan=replace(choices.plan, in_report=wanted)))
    if not wanted:
        return None
    try:
        ranking = ranking_of(advice, choices)
        option = chosen_of(ranking, choices)
        plan = acquisition_plan(option, ranking, choices)
    except RescaleError as error:
        st.caption(plain(f"Without a plan: {error}"))
        return None
    st.caption(plain(option.configuration.label))
    return plan


def subject_of(
    session: Session,
    advice: Recommendation,
    sweep: Sweep | None,
    plan: AcquisitionPlan | None,
) -> ReportSubject:
    """Return what the report is about, with the outlines of the image that is shown."""
    drawn = session.choices.object_source is ObjectSource.DRAWN
    labels = None if drawn else entry_labels(session.entry, session.choices)
    today = datetime.now().astimezone().date()
    return ReportSubject(session, advice, labels, today, sweep, plan)


def made_report(subject: ReportSubject) -> tuple[Report, str]:
    """Return the report and its HTML, made once for each subject."""

    def make(progress: Progress) -> tuple[Report, str]:
        progress(0.0, "Writing the report")
        report = report_of(subject)
        progress(0.5, "Drawing the figures")
        return report, report_html(report)

    return computed("report", _key(subject), make)


def show_report(report: Report, html: str) -> None:
    """Offer the report as files, and show it."""
    contents = {ending: partial(report_bytes, report, ending) for ending in NAMES}
    download_row(
        *(
            Download(name, f"rescale4dl_report{ending}", MEDIA[ending], contents[ending])
            for ending, name in NAMES.items()
        )
    )
    st.iframe(html, height=PREVIEW_HEIGHT_PX, alt="Preview of the report")


def _key(subject: ReportSubject) -> Hashable:
    """Return all that a report depends on; pixels by their digest."""
    image, labels = subject.session.entry.sample.image, subject.labels
    return (
        json.dumps(recommendation_fields(subject.advice)),
        image.digest(),
        repr(image.known),
        None if labels is None else labels.digest(),
        repr(subject.session.entry.drawn),
        len(subject.session.entries),
        None if subject.sweep is None else json.dumps(reported_sweep(subject.sweep)),
        subject.plan,
        subject.session.choices.plan.kept,
        subject.made_on,
    )
