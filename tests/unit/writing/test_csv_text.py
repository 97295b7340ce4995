"""Tables as CSV, read back by other programs."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.writing.csv_text import columns_of, csv_text

words = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_numbers_come_back_exactly(values):
    read = list(csv.DictReader(io.StringIO(csv_text({"x": values}))))
    assert [float(row["x"]) for row in read] == values


@given(st.lists(words, min_size=1))
def test_names_with_commas_quotes_and_line_breaks_come_back(names):
    rows = list(csv.reader(io.StringIO(csv_text({"name": names, "n": range(len(names))}))))
    assert [row[0] for row in rows[1:]] == names


def test_pandas_reads_unknown_values_as_missing():
    read = pd.read_csv(io.StringIO(csv_text({"a": [1.5, None], "b": ["x", "y"]})))
    assert read["a"].isna().tolist() == [False, True]


def test_columns_of_different_length_are_a_fault_of_the_program():
    with pytest.raises(ValueError, match=r"longer|shorter"):
        csv_text({"a": [1], "b": [1, 2]})


def test_no_rows_give_no_columns():
    assert columns_of([]) == {}
    assert csv_text({}) == "\n"
