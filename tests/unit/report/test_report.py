"""What a report holds, the same each time, and safe whatever files are called."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from rescale4dl_core.errors import OutputError
from rescale4dl_core.exports.from_configuration import plan_of
from rescale4dl_core.images import KnownPixelSize
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal
from rescale4dl_core.microscope.light import Light
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.report.content import report_of
from rescale4dl_core.report.html import report_html
from rescale4dl_core.report.markdown import report_markdown
from rescale4dl_core.report.pdf import report_pdf
from rescale4dl_core.report.subject import ReportSubject
from rescale4dl_core.report.write import MEDIA, report_bytes, write_report
from rescale4dl_core.session.advising import advise_session
from rescale4dl_core.session.choices import Choices, KeptPlan, ObjectSource, PlanChoices
from rescale4dl_core.session.measuring import session_measurement
from rescale4dl_core.session.model import Session
from rescale4dl_core.window import PUBLISHED_WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rescale4dl_core.images import Sample
    from rescale4dl_core.report.document import Report


class Tags(HTMLParser):
    """Collects the tags, the text and the addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its addresses."""
        self.seen.append(tag)
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)
        self.addresses += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href")
        ]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that is closed at once."""
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data


def page_of(subject: ReportSubject) -> Tags:
    tags = Tags()
    tags.feed(report_html(report_of(subject)))
    assert tags.open == []
    return tags


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    pages = [document[index] for index in range(len(document))]
    texts = [page.get_textpage() for page in pages]
    text = "\n".join(one.get_text_bounded() for one in texts)
    for one in (*texts, *pages):
        one.close()
    document.close()
    return text


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_report_says_what_the_recommendation_says(full_subject: ReportSubject) -> None:
    advice = full_subject.advice
    text = words(page_of(full_subject).text)
    for sentence in (advice.headline, *advice.reasons, *advice.gains, *advice.cautions):
        assert words(sentence) in text
    for part in ("46 objects inside", "Best: pixels 4x", "7.32 % of the mean diameter"):
        assert part in text
    # 6 fields of 600 s; 6 x 3 planes x 2048 x 2048 px x 2 bytes
    assert "6 fields take 1 h and 0.151 GB" in text


def test_every_kind_of_file_has_every_heading(full_report: Report) -> None:
    html, markdown = report_html(full_report), report_markdown(full_report)
    pdf = pdf_text(report_pdf(full_report))
    assert [section.heading for section in full_report.sections] == [
        *("The answer", "Sample", "Objects", "Why", "What it gains", "What to watch"),
        *("A network at several pixel sizes", "The plan", "Sources and versions"),
    ]
    for section in full_report.sections:
        assert f"<h2>{section.heading}</h2>" in html
        assert f"## {section.heading}" in markdown
        assert section.heading in pdf


def test_without_sweep_and_plan_there_are_no_such_sections(
    demo_subject: ReportSubject,
) -> None:
    report = report_of(demo_subject)
    headings = [section.heading for section in report.sections]
    assert "The plan" not in headings
    assert "A network at several pixel sizes" not in headings
    assert report.fields["plan"] is None
    assert report.fields["sweep"] is None


def test_a_plan_outside_the_window_is_said_not_to_be_recommended(
    full_subject: ReportSubject,
) -> None:
    assert "Not what is recommended" not in report_markdown(report_of(full_subject))
    coarse = replace(full_subject, plan=replace(full_subject.plan, binning=4))
    # 4 x 0.65 um on nuclei of 8.89 um
    assert "one pixel of this plan spans 29.3 % of the mean" in report_markdown(
        report_of(coarse)
    )


def test_a_ranked_plan_says_what_to_expect_and_what_else_there_is(
    demo_subject: ReportSubject,
) -> None:
    lenses = (Objective("10x", 10, 0.45), Objective("40x", 40, 0.95))
    goal = Goal(diameter_um=8.89, density_per_um2=1e-3, light=Light(power_mw=5.0))
    ranking = rank(Stand(lenses, (Camera("Zyla", 6.5, 2048, 2048),), (1,)), goal)
    subject = replace(demo_subject, plan=plan_of(ranking.best, ranking))
    text = words(page_of(subject).text)
    assert "1 of 2 configurations" in text
    # 6.5 um / 10 over 8.89 um; 1331.2 um squared x 1e-3; 520 nm / (4 x 0.45) = 289 nm
    low, high = PUBLISHED_WINDOW.low_percent, PUBLISHED_WINDOW.high_percent
    assert f"7.31 %, of {low:g} to {high:g} %" in text
    assert "1,770, at 1,000 objects per mm²" in text
    assert "2.25x coarser than Nyquist, 0.289 µm" in text
    assert "40x (40x/0.95), Zyla" in text
    assert "Made for objects of" not in text
    other = rank(ranking.stand, replace(goal, diameter_um=15.0))
    subject = replace(demo_subject, plan=plan_of(other.best, other))
    assert "Made for objects of 15 µm, and yours measure 8.89 µm" in words(
        page_of(subject).text
    )


def test_plans_that_were_kept_stand_side_by_side(demo_subject: ReportSubject) -> None:
    kept = (KeptPlan("today"), KeptPlan("four wells", n_wells=4, power_mw=2.0))
    choices = replace(demo_subject.session.choices, plan=PlanChoices(kept=kept))
    session = replace(demo_subject.session, choices=choices)
    text = words(page_of(replace(demo_subject, session=session)).text)
    assert "Plans compared" in text
    assert "today" in text
    assert "four wells" in text
    assert "J/cm²" in text


def test_one_html_file_needs_no_other(full_subject: ReportSubject) -> None:
    page = page_of(full_subject)
    assert page.seen.count("svg") == 3
    assert page.seen.count("img") == 1
    assert "script" not in page.seen
    assert all(address.startswith(("data:", "#")) for address in page.addresses), (
        page.addresses
    )


@pytest.mark.parametrize("ending", MEDIA)
def test_the_same_report_gives_the_same_file(full_report: Report, ending: str) -> None:
    assert report_bytes(full_report, ending) == report_bytes(full_report, ending)


def test_two_runs_give_the_same_report_apart_from_the_date(
    full_subject: ReportSubject,
) -> None:
    report = report_of(full_subject)
    slower = tuple(
        replace(scale, seconds=99.0, seconds_network=98.0)
        for scale in full_subject.sweep.scales
    )
    again = replace(full_subject, sweep=replace(full_subject.sweep, scales=slower))
    assert report_of(again) == report
    later = report_markdown(report_of(replace(full_subject, made_on=date(2027, 1, 2))))
    assert later.replace("2027-01-02", "2026-11-21") == report_markdown(report)


def test_a_file_name_stays_text_in_html(mischievous_subject: ReportSubject) -> None:
    html = report_html(report_of(mischievous_subject))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; |a|b|" in html
    assert "細胞 αЖé 세포" in page_of(mischievous_subject).text


def test_a_file_name_stays_text_in_markdown(mischievous_subject: ReportSubject) -> None:
    markdown = report_markdown(report_of(mischievous_subject))
    assert re.search(r"(?<!\\)<script", markdown) is None
    assert r"\|a\|b\| \`x\` \[l\](http://e.org)" in markdown
    rows = [line for line in markdown.splitlines() if line.startswith("| \\<script")]
    assert [len(re.split(r"(?<!\\)\|", row)) for row in rows] == [6]


def test_a_pdf_prints_names_in_other_alphabets(mischievous_subject: ReportSubject) -> None:
    """Latin, Chinese, Greek, Cyrillic, Korean; no reader has Gothic: "?"."""
    text = words(pdf_text(report_pdf(report_of(mischievous_subject))))
    latin = "<script>alert(1)</script> & |a|b| `x` [l](http://e.org)"
    assert f"{latin} 細胞 αЖé 세포 ?.tif" in text


def test_json_holds_the_same_numbers(full_subject: ReportSubject) -> None:
    content = json.loads(report_bytes(report_of(full_subject), ".json"))
    advice = full_subject.advice
    assert content["recommendation"]["pixel_size_um"] == advice.pixel_size_um
    assert content["sample"][0]["pixel_size_um"] == pytest.approx(0.2)
    assert content["plan"]["derived"]["pixel_size_um"] == pytest.approx(0.65)
    assert [s["iou_sample_grid"] for s in content["sweep"]["scales"]] == pytest.approx(
        [0.79, 0.85]
    )
    assert content["versions"]["numpy"]


def test_a_name_with_another_ending_is_refused(
    demo_subject: ReportSubject, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match=r"ends in '.docx'; a report is written as .html"):
        write_report(lambda: report_of(demo_subject), tmp_path / "report.docx")


def test_a_report_never_replaces_a_file_unasked_and_says_so_before_the_work(
    demo_subject: ReportSubject, tmp_path: Path
) -> None:
    path = tmp_path / "report.md"
    path.write_text("mine", encoding="utf-8")

    def work() -> Report:
        pytest.fail("the report was made although it may not be written")

    with pytest.raises(OutputError, match="exists already"):
        write_report(work, path)
    assert path.read_text(encoding="utf-8") == "mine"
    write_report(lambda: report_of(demo_subject), path, overwrite=True)
    assert path.read_text(encoding="utf-8").startswith("# At which pixel size")


def test_an_unknown_pixel_size_is_said_to_be_unknown(
    demo_subject: ReportSubject, make_subject: Callable[[Sample], ReportSubject]
) -> None:
    unknown = KnownPixelSize(None, "unknown")
    sample = demo_subject.session.entry.sample.with_pixel_size(unknown)
    report = report_of(make_subject(sample))
    assert "not known" in report_markdown(report)
    assert report.fields["recommendation"]["pixel_size_um"] is None


def test_diameters_drawn_by_hand_are_reported_without_outlines(
    demo_subject: ReportSubject,
) -> None:
    lines = (DrawnDiameter(10.0, 10.0, 10.0, 50.0), DrawnDiameter(90.0, 90.0, 90.0, 140.0))
    entry = replace(demo_subject.session.entry, drawn=lines)
    choices = Choices(object_source=ObjectSource.DRAWN)
    session = Session((entry,), choices=choices)
    advice = advise_session(session_measurement(session, []), session)
    report = report_of(ReportSubject(session, advice, None, demo_subject.made_on))
    text = report_markdown(report)
    assert "2 diameters" in text
    assert "with the outlines" not in text


def test_names_of_any_length_and_many_images_fit_on_the_pages(
    demo_subject: ReportSubject,
) -> None:
    measured = demo_subject.advice.measurement
    images = tuple(
        replace(measured.images[0], name=f"{index}_{'long_name_' * 24}.tif")
        for index in range(50)
    )
    measurement = replace(measured, images=images)
    subject = replace(
        demo_subject, advice=replace(demo_subject.advice, measurement=measurement)
    )
    text = pdf_text(report_pdf(report_of(subject)))
    assert "Image by image: the first 20 of 50" in text
    assert "19_long_name_" in text
    assert "20_long_name_" not in text
