"""What a report rests on: programs with their versions, and publications."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from rescale4dl_core import __version__
from rescale4dl_core.report.document import Section, Table

if TYPE_CHECKING:
    from rescale4dl_core.exports.plan import AcquisitionPlan

PACKAGES = (
    *("numpy", "scipy", "scikit-image", "tifffile", "nanopyx"),
    *("onnxruntime", "stardist"),
)
"""Those whose version can change a number."""

SOURCES = (
    "Ferreira et al. 2025: coverage, Eq. 1 to 3, the published window and curves "
    "(ReScale4DL, github.com/HenriquesLab/ReScale4DL, MIT licence).",
    "Nyquist rate after Scientific Volume Imaging, svi.nl/Nyquist-Rate.",
    "ANSI/SLAS 4-2004 (R2012): where wells lie on a plate.",
)


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Return each program with its version; those not installed are left out."""
    found = [("ReScale4DL Advisor", __version__), ("Python", platform.python_version())]
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def basis_section(evidence: Table, plan: AcquisitionPlan | None) -> Section:
    """Return every number with its source, publications and versions."""
    own = () if plan is None else plan.sources
    return Section(
        "Sources and versions",
        bullets=(*SOURCES, *(f"{source.what}: {source.where}" for source in own)),
        tables=(
            *((evidence,) if evidence.rows else ()),
            Table("Programs", ("Program", "Version"), versions()),
        ),
    )
