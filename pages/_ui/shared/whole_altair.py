"""Altair, once pandas is whole.

Altair looks for pandas among the loaded modules and uses what it finds, also a pandas that
another thread is still importing. Importing it here waits for that thread.
"""

import altair as alt

__all__ = ["alt"]
