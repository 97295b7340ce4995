"""Charts as files, drawn on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.report.document import Chart

PRINT_PPI = 200


def chart_svg(chart: Chart) -> str:
    """Return a chart as SVG."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(dict(chart.vega_lite))
    return svg


def chart_png(chart: Chart) -> bytes:
    """Return a chart as PNG, fine enough for print."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(dict(chart.vega_lite), ppi=PRINT_PPI)
    return png
