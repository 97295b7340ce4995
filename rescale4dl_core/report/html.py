"""A report as one HTML file that needs nothing else: figures and style are inside."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.report.document import Chart, Picture

if TYPE_CHECKING:
    from rescale4dl_core.report.document import Report, Section, Table


STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff;
  max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; }
h2 { font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 2px solid #1A7FBF; }
.headline { font-size: 1.15rem; border-left: 4px solid #D55E00; padding-left: .8rem; }
.made { color: #5a6472; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid #d8dee6; overflow-wrap: anywhere; }
th:first-child, td:first-child { min-width: 8rem; }
figure { margin: 1rem 0; }
figure svg, figure img { max-width: 100%; height: auto; }
figcaption { color: #5a6472; font-size: .9rem; }
blockquote { background: #f3f6f9; margin: 1rem 0; padding: .8rem 1rem; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; }
  table, figure { break-inside: avoid; } }
""".strip()
ALLOWED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What the page may load: nothing from outside, and no script, whatever it shows."""


def report_html(report: Report) -> str:
    """Return `report` as HTML; every text in it is escaped."""
    body = "\n".join(_section(section) for section in report.sections)
    title = escape(report.title)
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{ALLOWED}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n"
        f'<p class="made">{escape(report.made_by)}, {escape(report.made_on)}</p>\n'
        f"{body}\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    parts = [f"<h2>{escape(section.heading)}</h2>"]
    for index, sentence in enumerate(section.sentences):
        first = index == 0 and section.heading == "The answer"
        kind = ' class="headline"' if first else ""
        parts.append(f"<p{kind}>{escape(sentence)}</p>")
    if section.bullets:
        items = "\n".join(f"<li>{escape(text)}</li>" for text in section.bullets)
        parts.append(f"<ul>\n{items}\n</ul>")
    parts += [_figure(figure) for figure in section.figures]
    parts += [_table(table) for table in section.tables]
    if section.paragraph:
        parts.append(f"<blockquote>{escape(section.paragraph)}</blockquote>")
    return "\n".join(parts)


def _figure(figure: Chart | Picture) -> str:
    if isinstance(figure, Chart):
        drawn = f'<div role="img" aria-label="{escape(figure.in_words)}">'
        drawn += f"{chart_bytes(figure.chart, PictureFormat.SVG).decode()}</div>"
    else:
        data = b64encode(figure.png).decode("ascii")
        drawn = f'<img alt="{escape(figure.in_words)}" src="data:image/png;base64,{data}">'
    caption = f"<figcaption>{escape(figure.caption)}</figcaption>"
    return f"<figure>\n{drawn}\n{caption}\n</figure>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    return (
        f"<table>\n<caption>{escape(table.caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )
