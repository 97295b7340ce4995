"""Ways to take along what the screen shows: files, and the whole session."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.documents import to_plain
from rescale4dl_core.writing.csv_text import csv_text
from rescale4dl_core.writing.image_tiff import labels_tiff_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from altair.typing import ChartType

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.quantities import PixelSize


@dataclass(frozen=True, slots=True)
class Download:
    """One file to offer; its content is made when the user asks for it."""

    label: str
    file_name: str
    mime: str
    content: bytes | Callable[[], bytes]


def csv_file(
    file_name: str, columns: Mapping[str, Iterable[object]], label: str = "CSV"
) -> Download:
    """Return a table to download."""
    return Download(label, file_name, "text/csv", csv_text(columns).encode())


def json_file(file_name: str, value: Any, label: str = "JSON") -> Download:
    """Return a value of the core, or its fields, to download."""
    plain = value if isinstance(value, dict) else to_plain(value)
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    return Download(label, file_name, "application/json", text.encode())


def png_file(file_name: str, content: bytes, label: str = "PNG") -> Download:
    """Return a picture to download."""
    return Download(label, file_name, "image/png", content)


def labels_file(file_name: str, labels: Labels, size: PixelSize | None) -> Download:
    """Return the label image to download, as the outlines on the screen show it."""
    content = partial(labels_tiff_bytes, labels, size)
    return Download("Label image (TIFF)", file_name, "image/tiff", content)


def chart_files(name: str, chart: ChartType) -> tuple[Download, ...]:
    """Return a chart to download as SVG, PNG and PDF, drawn when one is asked for."""
    return tuple(
        Download(
            f"Chart as {form.upper()}",
            f"{name}.{form}",
            form.mime,
            partial(chart_bytes, chart, form),
        )
        for form in PictureFormat
    )


def download_row(*files: Download) -> None:
    """Show one button per file, side by side."""
    with st.container(horizontal=True):
        for file in files:
            st.download_button(
                file.label,
                file.content,
                file.file_name,
                file.mime,
                key=f"download_{file.file_name}",
                on_click="ignore",
            )
