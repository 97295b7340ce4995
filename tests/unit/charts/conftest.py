"""What charts say: their rows, and the words in a picture of them."""

import xml.etree.ElementTree as ElementTree

import pytest

from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes


def _layers(spec):
    """Yield all single views of a specification."""
    for key in ("layer", "hconcat"):
        for part in spec.get(key, ()):
            yield from _layers(part)
    if "mark" in spec:
        yield spec


@pytest.fixture(scope="session")
def layers_of():
    """Return a function that lists the views of a chart."""

    def layers(chart):
        return list(_layers(chart.to_dict()))

    return layers


def _tables(spec):
    """Yield all rows below a specification; views may share those of their parent."""
    yield from spec.get("datasets", {}).values()
    yield spec.get("data", {}).get("values", ())
    for key in ("layer", "hconcat"):
        for part in spec.get(key, ()):
            yield from _tables(part)


@pytest.fixture(scope="session")
def rows_of():
    """Return a function that lists the rows of a chart that have some columns."""

    def rows(chart, *names):
        every = (row for table in _tables(chart.to_dict()) for row in table)
        found = [row for row in every if set(names) <= set(row)]
        return [row for place, row in enumerate(found) if row not in found[:place]]

    return rows


@pytest.fixture(scope="session")
def words_of():
    """Return a function that reads all words of a drawn chart."""

    def words(chart):
        svg = chart_bytes(chart, PictureFormat.SVG)
        return " ".join(ElementTree.fromstring(svg).itertext())

    return words
