"""What a report says, from a session and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.advice.recommendation import recommendation_fields
from rescale4dl_core.documents import to_plain
from rescale4dl_core.exports.formulas import derived_of
from rescale4dl_core.report.answer_sections import (
    SOURCES,
    answer_section,
    argument_sections,
    basis_section,
    evidence_table,
    versions,
)
from rescale4dl_core.report.document import Report, Section
from rescale4dl_core.report.plan_sections import compared_section, plan_section
from rescale4dl_core.report.sample_sections import (
    objects_section,
    reported_sweep,
    sample_section,
    sweep_section,
)
from rescale4dl_core.version import __version__

if TYPE_CHECKING:
    from rescale4dl_core.report.subject import ReportSubject

TITLE = "At which pixel size to acquire"


def report_of(subject: ReportSubject) -> Report:
    """Return the report of `subject`; the same subject gives the same report."""
    sections: list[Section] = [
        answer_section(subject.advice),
        sample_section(subject),
        objects_section(subject.advice.measurement),
        *argument_sections(subject.advice),
    ]
    if subject.sweep is not None:
        sections.append(sweep_section(subject.sweep))
    if subject.plan is not None:
        sections.append(plan_section(subject.plan, subject.advice))
    if subject.session.choices.plan.kept:
        sections.append(compared_section(subject))
    sections.append(basis_section(evidence_table(subject.advice), subject.plan))
    return Report(
        title=TITLE,
        headline=subject.advice.headline,
        made_on=subject.made_on.isoformat(),
        made_by=f"ReScale4DL Advisor {__version__}",
        sections=tuple(sections),
        fields=_fields(subject),
    )


def _fields(subject: ReportSubject) -> dict[str, Any]:
    samples = [entry.sample for entry in subject.session.entries]
    return {
        "made_on": subject.made_on.isoformat(),
        "sample": [
            {
                "name": sample.image.name,
                "shape": list(sample.image.shape),
                "pixel_size_um": None
                if sample.image.pixel_size is None
                else sample.image.pixel_size.mean_um,
                "pixel_size_source": sample.image.known.source,
                "digest": sample.image.digest(),
                "labels": None if sample.labels is None else sample.labels.source,
            }
            for sample in samples
        ],
        "recommendation": recommendation_fields(subject.advice),
        "sweep": None if subject.sweep is None else reported_sweep(subject.sweep),
        "plan": None
        if subject.plan is None
        else {**to_plain(subject.plan), "derived": derived_of(subject.plan)},
        "versions": dict(versions()),
        "sources": list(SOURCES),
    }
