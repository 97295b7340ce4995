"""Tables as CSV and Parquet files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import MissingDependencyError
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    from rescale4dl_core.evaluate.tables import Table


def csv_bytes(table: Table) -> bytes:
    """Return a table as CSV in UTF-8: numbers with all digits, NaN as an empty cell."""
    columns = {name: _cells(values.tolist()) for name, values in table.columns.items()}
    return csv_text(columns).encode()


def parquet_bytes(table: Table) -> bytes:
    """Return a table as a Parquet file; NaN becomes null.

    Raises
    ------
    MissingDependencyError
        If pyarrow is missing; it comes with Streamlit.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingDependencyError(
            "pyarrow", needed_for="Writing Parquet tables", install="pyarrow"
        ) from error
    arrays = {
        name: pyarrow.array(values, from_pandas=True)
        for name, values in table.columns.items()
    }
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(arrays), stream, compression="zstd")
    return stream.getvalue()


def _cells(values: list[Any]) -> list[Any]:
    return [None if value != value else value for value in values]
