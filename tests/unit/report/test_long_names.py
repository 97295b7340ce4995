"""Names of any length and addresses of any kind, in each kind of report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from rescale4dl_core.errors import OutputError
from rescale4dl_core.exports.acquisition_plan import Source
from rescale4dl_core.report.content import report_of
from rescale4dl_core.report.document import Report, Section, Table
from rescale4dl_core.report.markdown import report_markdown
from rescale4dl_core.report.pdf import report_pdf
from rescale4dl_core.report.write import check_ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.images import Sample
    from rescale4dl_core.report.subject import ReportSubject


def report_with(sentence: str, cell: str = "") -> Report:
    tables = (Table("T", ("a", "b"), ((cell, "2"),)),)
    section = Section("S", sentences=(sentence,), tables=tables)
    return Report("Title", "h", "2026-11-21", "me", (section,), {})


@pytest.mark.parametrize("name", ["X" * 20_000, "long name " * 2_000])
def test_a_name_of_20000_letters_is_shortened_in_the_middle_on_paper(
    name: str,
    demo_subject: ReportSubject,
    plan: AcquisitionPlan,
    make_subject: Callable[[Sample], ReportSubject],
) -> None:
    name = f"start {name} end"
    sample = demo_subject.session.entry.sample
    sample = replace(sample, image=replace(sample.image, name=name))
    long_plan = replace(plan, objective=name, camera=name, sources=(Source(name, name),))
    subject = replace(make_subject(sample), plan=long_plan)
    document = pypdfium2.PdfDocument(report_pdf(report_of(subject)))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "start" in text
    assert "…" in text


def test_an_address_stays_whole_in_markdown_and_what_looks_like_one_does_not() -> None:
    markdown = report_markdown(
        report_with("Zyla_4: https://e.org/a_b_c/d?e=f_g; [x](http://e.org/q_r).", "a_b|c")
    )
    assert r"Zyla\_4: <https://e.org/a_b_c/d?e=f_g>; \[x\](http://e.org/q\_r)." in markdown
    assert r"| a\_b\|c | 2 |" in markdown


@pytest.mark.parametrize(
    "text", ["https://e.org/<script>", "https://e.org/|a", "https://e.org/`x`", "https://"]
)
def test_an_address_carries_nothing_else_along(text: str) -> None:
    markdown = report_markdown(report_with(text))
    assert f"<{text}>" not in markdown
    assert "<" not in markdown.replace("\\<", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("report", "report has no ending; a report is"),
        ("a.docx", "a.docx ends in '.docx'; a"),
    ],
)
def test_what_a_name_ends_in_is_said(name: str, words: str) -> None:
    with pytest.raises(OutputError, match=words):
        check_ending(Path(name))
