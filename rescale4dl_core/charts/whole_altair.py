"""Altair, once pandas is whole: the only place that imports it.

Altair looks for pandas among the loaded modules and uses what it finds, also a pandas that
another thread is still importing. Importing it here waits for that thread. Both are heavy,
so whoever draws imports this inside the function that draws.
"""

import pandas  # noqa: F401 first, see above

import altair as alt  # isort: skip

__all__ = ["alt"]
