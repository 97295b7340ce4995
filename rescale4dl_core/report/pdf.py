"""A report as PDF, set by ReportLab: pure Python, the same bytes for the same report."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rescale4dl_core.report.document import Chart, Picture
from rescale4dl_core.report.drawing import chart_png
from rescale4dl_core.report.letters import BOLD, FONT, marked_up, register_fonts, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.report.document import Report, Section, Table

MARGIN_PT = 54.0
BLUE, VERMILION, GREY, RULE = "#1A7FBF", "#D55E00", "#5a6472", "#d8dee6"
HIGHEST_FIGURE_PT = 330.0
WIDEST_WORD_PT = 120.0
"""A longer one, such as an address, is broken."""

CELL_PADDING_PT = 8.0
LONGEST_CELL, LONGEST_WORD = 600, 300
"""In letters; of longer ones the middle is left out."""

MOST_ROWS_KEPT = 20
"""A table of so many rows is not broken between pages."""


def report_pdf(report: Report) -> bytes:
    """Return `report` as PDF, A4."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    stream = io.BytesIO()
    margins = dict.fromkeys(
        ("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN_PT
    )
    document = SimpleDocTemplate(
        stream,
        pagesize=A4,
        invariant=1,
        title=report.title,
        author=report.made_by,
        **margins,
    )
    styles = _styles()
    story = [
        _text(report.title, styles["title"]),
        _text(f"{report.made_by}, {report.made_on}", styles["made"]),
    ]
    for section in report.sections:
        story += _section(section, styles, document.width)

    def footer(canvas: Any, _: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(GREY)
        canvas.drawRightString(
            A4[0] - MARGIN_PT, MARGIN_PT / 2, str(canvas.getPageNumber())
        )

    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return stream.getvalue()


def _section(section: Section, styles: dict[str, Any], width_pt: float) -> list[Any]:
    from reportlab.platypus import Spacer

    story = [_text(section.heading, styles["heading"])]
    for index, sentence in enumerate(section.sentences):
        first = index == 0 and section.heading == "The answer"
        style = styles["headline" if first else "body" if section.bullets else "lead"]
        story.append(_text(sentence, style))
    story += [_text(bullet, styles["bullet"], bullet="•") for bullet in section.bullets]
    for figure in section.figures:
        caption = _text(figure.caption, styles["caption"])
        story += _together(_picture(figure, width_pt), caption)
    for table in section.tables:
        drawn = _table(table, styles, width_pt)
        short = len(table.rows) <= MOST_ROWS_KEPT
        story += _together(Spacer(1, 6), drawn) if short else [Spacer(1, 6), drawn]
        story.append(Spacer(1, 6))
    if section.paragraph:
        story.append(_text(section.paragraph, styles["quote"]))
    return story


def _together(*parts: Any) -> list[Any]:
    """Return `parts`, each kept on the page of the next one.

    With the headings and sentences before them, which are kept too: ReportLab would break
    a group inside a group.
    """
    for part in parts[:-1]:
        part.keepWithNext = True
    return list(parts)


def _picture(figure: Chart | Picture, width_pt: float) -> Any:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image

    png = chart_png(figure) if isinstance(figure, Chart) else figure.png
    columns_px, rows_px = ImageReader(io.BytesIO(png)).getSize()
    scale = min(width_pt / columns_px, HIGHEST_FIGURE_PT / rows_px)
    return Image(io.BytesIO(png), columns_px * scale, rows_px * scale, hAlign="LEFT")


def _table(table: Table, styles: dict[str, Any], width_pt: float) -> Any:
    from reportlab.platypus import Table as PdfTable
    from reportlab.platypus import TableStyle

    blank = [""] * (len(table.columns) - 1)
    rows = [[_cell(table.caption, styles["table"]), *blank]]
    rows.append([_cell(name, styles["head"]) for name in table.columns])
    rows += [[_cell(cell, styles["cell"]) for cell in row] for row in table.rows]
    looks = TableStyle(
        [
            ("SPAN", (0, 0), (-1, 0)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return PdfTable(
        rows,
        colWidths=_column_widths_pt(table, width_pt),
        style=looks,
        repeatRows=2,
        hAlign="LEFT",
    )


def _column_widths_pt(table: Table, width_pt: float) -> list[float]:
    """Return the width of each column: its longest word, and a share by its texts."""
    columns = list(zip(table.columns, *table.rows, strict=True))
    words_pt = [_longest_word_pt(texts) for texts in columns]
    left_pt = max(width_pt - sum(words_pt), 0.0)
    wanted = [min(max(len(text) for text in texts), 60) for texts in columns]
    return [
        word_pt * min(1.0, width_pt / sum(words_pt)) + left_pt * share / sum(wanted)
        for word_pt, share in zip(words_pt, wanted, strict=True)
    ]


def _longest_word_pt(texts: Sequence[str]) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    words = [word for text in texts for word in text.split()]
    widths = (stringWidth(word, BOLD, 8) for word in words)
    return min(max(widths, default=0.0), WIDEST_WORD_PT) + CELL_PADDING_PT


def _cell(text: str, style: Any) -> Any:
    """Return a text that fits on a page, as a row of a table has to."""
    return _text(shortened(text, LONGEST_CELL), style)


def _text(text: str, style: Any, bullet: str | None = None) -> Any:
    from reportlab.platypus import Paragraph

    words = (shortened(word, LONGEST_WORD) for word in text.split())
    return Paragraph(marked_up(" ".join(words)), style, bulletText=bullet)


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    register_fonts()
    body = ParagraphStyle(
        *("body", None),
        fontName=FONT,
        fontSize=9,
        leading=13,
        spaceAfter=4,
        splitLongWords=True,
    )

    def like(name: str, **changes: Any) -> Any:
        return ParagraphStyle(name, parent=body, **changes)

    return {
        "body": body,
        "title": like("title", fontName=BOLD, fontSize=18, leading=24),
        "made": like("made", textColor=GREY),
        "heading": like(
            *("heading",),
            fontName=BOLD,
            fontSize=13,
            leading=18,
            spaceBefore=14,
            textColor=BLUE,
            keepWithNext=True,
        ),
        "headline": like("headline", fontSize=11, leading=16, textColor=VERMILION),
        "lead": like("lead", keepWithNext=True),
        "bullet": like("bullet", leftIndent=12, bulletIndent=2),
        "caption": like("caption", fontSize=8, leading=11, textColor=GREY),
        "table": like("table", fontName=BOLD, spaceAfter=0),
        "head": like("head", fontName=BOLD, fontSize=8, leading=11, spaceAfter=0),
        "cell": like("cell", fontSize=8, leading=11, spaceAfter=0),
        "quote": like("quote", leftIndent=12, rightIndent=12, spaceBefore=8),
    }
