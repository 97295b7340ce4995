"""A report as PDF, set by ReportLab: pure Python, the same bytes for the same report.

Letters beyond Latin are set in fonts that the reader of the PDF supplies.
"""

from __future__ import annotations

import io
from functools import cache
from html import escape
from importlib.metadata import distribution
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.charts.style import BLUE, VERMILION
from rescale4dl_core.report.document import Chart, Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.report.document import Report, Section, Table


FONT, BOLD = "DejaVuSans", "DejaVuSans-Bold"
"""Latin, Greek, Cyrillic and many more; Matplotlib carries the files, and they may be
embedded freely."""

EAST_ASIAN = (
    ("STSong-Light", ((0x2E80, 0x30FF), (0x3200, 0x9FFF), (0xF900, 0xFAFF))),
    ("HYSMyeongJo-Medium", ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))),
)
"""Fonts that a PDF names and every reader supplies, with their ranges of letters."""


def marked_up(text: str) -> str:
    """Return `text` for a ReportLab paragraph, each run of letters in a font that has them.

    Letters that no font has are printed as "?".
    """
    one_line = " ".join(text.split())
    return "".join(
        _run(font, "".join(letters)) for font, letters in groupby(one_line, key=_font_of)
    )


def shortened(text: str, most: int) -> str:
    """Return `text`, the middle left out where it has more than `most` letters.

    Examples
    --------
    >>> shortened("a_very_long_name.tif", 9)
    'a_ve….tif'
    """
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"


@cache
def register_fonts() -> frozenset[int]:
    """Make the fonts known to ReportLab, and return what the first one can print."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    fonts = distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf")
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(fonts.joinpath(f"{name}.ttf"))))
    for name, _ in EAST_ASIAN:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(pdfmetrics.getFont(FONT).face.charToGlyph)


def _font_of(letter: str) -> str | None:
    """Return the font for a letter, "" for the paragraph's own, None where none has it."""
    code = ord(letter)
    if code in register_fonts():
        return ""
    for font, ranges in EAST_ASIAN:
        if any(first <= code <= last for first, last in ranges):
            return font
    return None


def _run(font: str | None, letters: str) -> str:
    if font is None:
        return "?" * len(letters)
    return f'<font name="{font}">{escape(letters)}</font>' if font else escape(letters)


MARGIN_PT = 54.0
GREY, RULE = "#5a6472", "#d8dee6"
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
        # No date and no random identifier: the same report gives the same bytes.
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

    png = (
        chart_bytes(figure.chart, PictureFormat.PNG)
        if isinstance(figure, Chart)
        else figure.png
    )
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
    # Longer texts wrap anyway, so they ask for no more room.
    wanted = [min(max(len(text) for text in texts), 60) for texts in columns]
    return [
        word_pt * min(1.0, width_pt / sum(words_pt)) + left_pt * share / sum(wanted)
        for word_pt, share in zip(words_pt, wanted, strict=True)
    ]


def _longest_word_pt(texts: Sequence[str]) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    words = [word for text in texts for word in text.split()]
    # In bold, the wider of the faces in a table.
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
