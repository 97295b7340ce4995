"""Where the parts that are not code of this package lie: the app and its networks.

A checkout keeps `app.py`, `pages/`, `models/` and `.streamlit/` beside this package. The
build puts the same four inside it, so that an installation adds one name to what can be
imported, and not `pages`, `models` and `app` too.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

INSIDE = "_app"
"""The folder of an installed package that holds them; pyproject.toml says what goes in."""


def app_folder(package: Path | None = None) -> Path:
    """Return the folder that holds `app.py`, `pages/`, `models/` and `.streamlit/`.

    Parameters
    ----------
    package : Path, optional
        Folder of a package laid out like this one; by default this one.
    """
    package = package or _package()
    inside = package / INSIDE
    return inside if inside.is_dir() else package.parent


def checkout(package: Path | None = None) -> Path | None:
    """Return the checkout that `package` is part of; None where it was installed."""
    package = package or _package()
    return None if (package / INSIDE).is_dir() else package.parent


def _package() -> Path:
    return Path(str(files("rescale4dl_core")))
