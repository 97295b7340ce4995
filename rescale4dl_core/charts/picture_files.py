"""Charts as files on white paper: SVG, PNG and PDF, drawn without a browser."""

from __future__ import annotations

import re
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from rescale4dl_core.charts.style import HEIGHT_PX
from rescale4dl_core.errors import MissingDependencyError

if TYPE_CHECKING:
    from altair.typing import ChartType

PNG_PPI = 200
"""Pixels per inch of every PNG, on paper and on its own."""

WIDTH_PX = 560
"""Of the plot, where the chart leaves it to the page."""


class PictureFormat(StrEnum):
    """A kind of picture file, by the ending of its name."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"

    @property
    def mime(self) -> str:
        """The media type that a browser is told."""
        return {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}[self]


NAMES = re.compile(r"""(?:(?<=id=")|(?<=\(#))(clip|gradient_)(\d+)(?=[")])""")
"""Of clip paths and gradients in an SVG, where they are given and where they are used."""

PAPER: dict[str, Any] = {
    "background": "white",
    "padding": 10,
    "view": {
        "stroke": "#C8CDD2",
        "continuousWidth": WIDTH_PX,
        "continuousHeight": HEIGHT_PX,
    },
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": "#E4E8EB",
    },
    "legend": {"labelFontSize": 12},
    "title": {
        "fontSize": 14,
        "anchor": "start",
        "fontWeight": 600,
        "subtitleColor": "#5A6167",
    },
}


def chart_bytes(chart: ChartType, picture_format: PictureFormat) -> bytes:
    """Return a chart as the bytes of a picture file, the same for the same chart.

    Parameters
    ----------
    chart : altair chart
        With all its data inside.
    picture_format : PictureFormat
        What to draw.

    Raises
    ------
    MissingDependencyError
        If vl-convert-python is missing.
    """
    from rescale4dl_core.charts.whole_altair import alt

    try:
        import vl_convert
    except ImportError as error:
        raise MissingDependencyError(
            "vl_convert", needed_for="Drawing charts", install="vl-convert-python"
        ) from error
    specification = {**chart.to_dict(), "config": PAPER}
    # The schema that Altair wrote for, by its minor version as vl-convert names it.
    version = ".".join(alt.SCHEMA_VERSION.split(".")[:2])
    match picture_format:
        case PictureFormat.SVG:
            svg: str = vl_convert.vegalite_to_svg(specification, vl_version=version)
            return _own_ids(svg).encode()
        case PictureFormat.PNG:
            png: bytes = vl_convert.vegalite_to_png(
                specification, vl_version=version, ppi=PNG_PPI
            )
            return png
        case PictureFormat.PDF:
            pdf: bytes = vl_convert.vegalite_to_pdf(specification, vl_version=version)
            return pdf


def _own_ids(svg: str) -> str:
    """Return the SVG with names inside that follow from what is drawn.

    Vega counts its clip paths over the life of the program, so the same chart differed from
    one drawing to the next; counted per chart alone, those of two charts in one HTML page
    would be mistaken for each other.
    """
    numbers = {name: place for place, name in enumerate(dict.fromkeys(NAMES.findall(svg)))}
    drawn = sha256(NAMES.sub("", svg).encode()).hexdigest()[:8]
    return NAMES.sub(lambda found: f"{found[1]}{drawn}_{numbers[found.groups()]}", svg)
