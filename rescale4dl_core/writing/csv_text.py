"""Tables as the text of a CSV file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def csv_text(columns: Mapping[str, Iterable[object]]) -> str:
    r"""Return `columns`, each a name and its values, as CSV with a header line.

    Values are written in full precision, unknown ones (None) as empty cells, lines end
    with \n. Columns must be equally long.

    Examples
    --------
    >>> csv_text({"name": ["a,b", "c"], "diameter_px": [1.5, None]})
    'name,diameter_px\n"a,b",1.5\nc,\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def columns_of(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """Return rows with the same names as columns.

    Examples
    --------
    >>> columns_of([{"a": 1, "b": 2}, {"a": 3, "b": 4}])
    {'a': [1, 3], 'b': [2, 4]}
    """
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
