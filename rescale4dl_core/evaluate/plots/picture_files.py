"""Charts as files: SVG, PNG and PDF, drawn without a browser."""

from __future__ import annotations

from typing import Any

from rescale4dl_core.errors import MissingDependencyError

FORMATS = ("svg", "png", "pdf")
PNG_SCALE = 3.0


def chart_bytes(chart: Any, picture_format: str) -> bytes:
    """Return a chart as the bytes of a picture file.

    Parameters
    ----------
    chart : altair chart
        With all its data inside.
    picture_format : str
        One of `FORMATS`.

    Raises
    ------
    MissingDependencyError
        If vl-convert-python is missing.
    """
    import altair

    try:
        import vl_convert
    except ImportError as error:
        raise MissingDependencyError(
            "vl_convert", needed_for="Drawing charts", install="vl-convert-python"
        ) from error
    specification = chart.to_dict()
    version = ".".join(altair.SCHEMA_VERSION.split(".")[:2])
    match picture_format:
        case "svg":
            svg: str = vl_convert.vegalite_to_svg(specification, vl_version=version)
            return svg.encode()
        case "png":
            png: bytes = vl_convert.vegalite_to_png(
                specification, vl_version=version, scale=PNG_SCALE
            )
            return png
    pdf: bytes = vl_convert.vegalite_to_pdf(specification, vl_version=version)
    return pdf
