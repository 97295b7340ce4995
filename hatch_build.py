"""Part of the build: `app.py` goes into the package, with the folders it needs.

pyproject.toml maps the folders; hatchling maps no single file, except by force-include,
which would leave a copy of `app.py` in an installation for editing too.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AppInPackage(BuildHookInterface[Any]):
    """Adds `app.py` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add it, unless the wheel only points to the checkout."""
        if version == "standard":
            build_data["force_include"]["app.py"] = "rescale4dl_core/_app/app.py"
