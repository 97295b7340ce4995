"""A report as a file: the ending of its name says which kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rescale4dl_core.errors import OutputError
from rescale4dl_core.report.html import report_html
from rescale4dl_core.report.markdown import report_markdown
from rescale4dl_core.report.pdf import report_pdf
from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rescale4dl_core.report.document import Report

MEDIA = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".md": "text/markdown",
    ".json": "application/json",
}
"""Kinds of file by their ending."""


def check_ending(path: Path) -> str:
    """Return the ending of `path` in small letters.

    Raises
    ------
    OutputError
        If it is none of those that a report can be written as.
    """
    ending = path.suffix.lower()
    if ending not in MEDIA:
        found = f"ends in {ending!r}" if ending else "has no ending"
        raise OutputError(
            f"{path} {found}; a report is written as "
            f"{', '.join(MEDIA)}. Choose a name with one of these endings."
        )
    return ending


def report_bytes(report: Report, ending: str) -> bytes:
    """Return the content of a file of the kind that `ending` names."""
    if ending == ".pdf":
        return report_pdf(report)
    if ending == ".html":
        return report_html(report).encode()
    if ending == ".md":
        return report_markdown(report).encode()
    content = {
        "title": report.title,
        "made_on": report.made_on,
        "made_by": report.made_by,
        **report.fields,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def write_report(
    make: Callable[[], Report], path: Path, *, overwrite: bool = False
) -> None:
    """Write the report that `make` returns to `path`.

    Whether it may be written there is found out before the report is made: that may take
    minutes.

    Raises
    ------
    OutputError
        If the ending is not known, `path` exists and `overwrite` is false, or nothing can
        be written there.
    """
    ending = check_ending(path)
    with fresh_file(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(report_bytes(make(), ending))
