"""Altair, once pandas is whole.

Altair looks for pandas among the loaded modules and uses what it finds, also a pandas that
another thread is still importing. Importing it here waits for that thread.
"""

import pandas  # noqa: F401 first, see above

import altair as alt  # isort: skip

__all__ = ["alt"]
