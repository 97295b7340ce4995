"""Colours that charts share with overlays: told apart by all eyes, readable on both themes.

Blue, vermilion, green and purple of Okabe and Ito, blue and purple moved to a middle tone
so that each keeps a contrast of 3:1 or more against the light and the dark background of
`.streamlit/config.toml`.
"""

BLUE = "#1A7FBF"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#B8609A"
GREY = "#808080"
MEASURED = BLUE
"""What was measured on the sample as it was taken."""

ADVISED = VERMILION
"""What the program recommends, or the user tries."""

WINDOW = GREEN
"""Where a network works well."""

CEILING = GREY
"""A limit that nothing exceeds."""
