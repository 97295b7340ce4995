"""The tables have the columns of the contract and say what the images show."""

import io

import numpy as np
import pandas as pd
import pytest

from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.own_metrics import MetricSource
from rescale4dl_core.evaluation.scores import SCORES
from rescale4dl_core.evaluation.summary import TAKEN_NAMES
from rescale4dl_core.evaluation.tables import csv_bytes, parquet_bytes, tables_of
from rescale4dl_core.measuring.measurement import Estimator

SHAPE_COLUMNS = (
    "area_px",
    "diameter_px",
    "diameter_min_px",
    "diameter_mean_px",
    "diameter_median_px",
    "diameter_max_px",
    "equivalent_diameter_px",
    "perimeter_px",
    "circularity",
    "filledness",
)


@pytest.fixture
def evaluation(write_dataset, squares):
    """Object 3 is missed, object 4 has the label 99 in the prediction."""
    prediction = np.where(squares == 4, 99, np.where(squares == 3, 0, squares))
    maps = {"OG/GT/a b.tif": squares, "OG/Prediction/a b.tif": prediction}
    return evaluate_dataset(find_pairs(write_dataset(maps)))


def _by_name(evaluation):
    return {table.name: pd.DataFrame(table.columns) for table in tables_of(evaluation)}


def test_the_per_object_table_has_one_row_per_true_object_and_both_sides(evaluation):
    table = _by_name(evaluation)["per_object"]
    assert list(table.columns) == [
        *("sampling", "file", "gt_label", "prediction_label", "iou", "f1"),
        "gt_touches_border",
        *(f"gt_{name}" for name in SHAPE_COLUMNS),
        *(f"prediction_{name}" for name in SHAPE_COLUMNS),
    ]
    assert table.gt_label.tolist() == list(range(1, 17))
    assert set(table.file) == {"a b.tif"}
    missed, renamed = table.iloc[2], table.iloc[3]
    assert (missed.prediction_label, missed.iou, missed.f1) == (0, 0, 0)
    assert missed[[f"prediction_{name}" for name in SHAPE_COLUMNS]].isna().all()
    assert (renamed.prediction_label, renamed.iou) == (99, 1)
    for name in SHAPE_COLUMNS:
        assert renamed[f"prediction_{name}"] == renamed[f"gt_{name}"]
    assert renamed.gt_area_px == 64
    assert renamed.gt_perimeter_px == 28


def test_counts_stand_in_the_per_image_table(evaluation):
    (row,) = _by_name(evaluation)["per_image"].to_dict("records")
    assert (row["gt_count"], row["prediction_count"]) == (16, 15)
    assert (row["true_positives"], row["false_positives"], row["false_negatives"]) == (
        15,
        0,
        1,
    )
    assert (row["recall"], row["precision"]) == (15 / 16, 1)
    assert row["mean_iou"] == 15 / 16
    assert row["average_precision_0.5"] == row["average_precision_0.95"] == 15 / 16


def test_every_threshold_has_the_column_of_its_name(write_dataset):
    """Ten objects of which 21, 23, ... 39 of 40 px are found: see test_scores."""
    truth = np.repeat(np.arange(1, 11, dtype=np.int32), 40).reshape(10, 40)
    found = np.where(np.arange(40) < np.arange(21, 41, 2)[:, None], truth, 0)
    maps = {"OG/GT/a.tif": truth, "OG/Prediction/a.tif": found}
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)), kind=Kind.INSTANCE)
    (row,) = _by_name(evaluation)["per_image"].to_dict("records")
    thresholds = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
    for n, threshold in zip(range(10, 0, -1), thresholds, strict=True):
        column = row[f"average_precision_{threshold:g}"]
        assert column == pytest.approx(n / (20 - n))
    assert row["recall"] == row["precision"] == row["f1"] == 1
    assert (row["true_positives"], row["seg"]) == (10, pytest.approx(0.75))


def test_the_binary_table_calls_its_class_mask(evaluation):
    (row,) = _by_name(evaluation)["binary"].to_dict("records")
    assert row["class"] == "mask"
    assert row["iou"] == 15 / 16
    assert row["f1"] == pytest.approx(30 / 31)


def test_instances_have_no_semantic_table(evaluation):
    assert list(_by_name(evaluation)) == ["per_object", "per_image", "binary", "summary"]


def test_the_semantic_table_lists_every_class_for_every_image(write_dataset, squares):
    both = (squares > 0).astype(np.uint8) + (squares > 8)
    folder = write_dataset(
        {
            "OG/GT/a.tif": both,
            "OG/Prediction/a.tif": both,
            "OG/GT/b.tif": np.minimum(both, 1),
            "OG/Prediction/b.tif": np.minimum(both, 1),
        }
    )
    tables = _by_name(evaluate_dataset(find_pairs(folder)))
    assert "per_object" not in tables
    rows = tables["semantic"].set_index(["file", "class"]).iou
    assert rows.loc["a.tif"].tolist() == [1, 1]
    assert rows.loc["b.tif", 1] == 1
    assert np.isnan(rows.loc["b.tif", 2])


def test_the_semantic_table_has_iou_and_dice_of_each_class(write_dataset, squares):
    """Of class 1 all is found and as much again, which is class 2: 1/2 and 2/3."""
    truth = (squares > 0).astype(np.uint8) + (squares > 8)
    prediction = np.minimum(truth, 1)
    maps = {"OG/GT/a.tif": truth, "OG/Prediction/a.tif": prediction}
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)), kind=Kind.SEMANTIC)
    rows = _by_name(evaluation)["semantic"].set_index("class")
    assert rows.iou.tolist() == [1 / 2, 0]
    assert rows.f1.tolist() == [2 / 3, 0]


def test_the_diameter_of_an_image_is_that_of_its_whole_objects(write_dataset, squares):
    """Cut through the first row of squares, of which 4 of 8 rows are left."""
    cut = squares[20:]
    maps = {"OG/GT/a.tif": cut, "OG/Prediction/a.tif": cut}
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)))
    (row,) = _by_name(evaluation)["per_image"].to_dict("records")
    assert row["gt_diameter_px"] == pytest.approx(2 * np.sqrt(64 / np.pi))


def test_the_diameter_along_the_skeleton_is_the_median_one(write_dataset):
    """A rod of 31 x 5 px with a bulge: half of it is as wide as the rod is."""
    rod = np.zeros((40, 60), np.uint8)
    rod[18:23, 10:41] = rod[15:26, 12:21] = 1
    maps = {"OG/GT/a.tif": rod, "OG/Prediction/a.tif": rod}
    evaluation = evaluate_dataset(
        find_pairs(write_dataset(maps)), kind=Kind.INSTANCE, estimator=Estimator.SKELETON
    )
    (row,) = _by_name(evaluation)["per_object"].to_dict("records")
    assert row["gt_diameter_min_px"] < row["gt_diameter_median_px"]
    assert row["gt_diameter_px"] == row["gt_diameter_median_px"]
    assert row["gt_diameter_median_px"] != row["gt_diameter_mean_px"]


def test_a_users_score_is_a_column_and_no_built_in_column_is_free(
    write_dataset, squares, tmp_path
):
    path = tmp_path / "metric.py"
    path.write_text("def score(gt, prediction): return {'answer': 42}")
    folder = write_dataset({"OG/GT/a.tif": squares, "OG/Prediction/a.tif": squares})
    evaluation = evaluate_dataset(find_pairs(folder), metrics=[MetricSource(str(path))])
    tables = _by_name(evaluation)
    assert tables["per_image"].answer.tolist() == tables["summary"].answer.tolist() == [42]
    columns = {*tables["per_image"].columns, *tables["summary"].columns} - {"answer"}
    assert {name for name in columns if name.isidentifier()} <= TAKEN_NAMES


def test_every_score_of_the_registry_is_a_column(evaluation):
    tables = _by_name(evaluation)
    names = [score.name for score in SCORES]
    assert set(names) <= set(tables["per_image"].columns)
    assert set(names) <= set(tables["summary"].columns)
    for name in names:
        np.testing.assert_array_equal(tables["per_image"][name], tables["summary"][name])


def test_csv_and_parquet_hold_the_same_numbers_to_the_last_digit(evaluation):
    for table in tables_of(evaluation):
        from_csv = pd.read_csv(io.BytesIO(csv_bytes(table)))
        from_parquet = pd.read_parquet(io.BytesIO(parquet_bytes(table)))
        assert list(from_csv.columns) == list(from_parquet.columns) == list(table.columns)
        for name, values in table.columns.items():
            for read in (from_csv[name], from_parquet[name]):
                if values.dtype == object:
                    assert read.tolist() == values.tolist()
                else:
                    np.testing.assert_array_equal(
                        read.to_numpy(float), values.astype(float)
                    )


def test_unknown_numbers_are_empty_cells_and_nulls(evaluation):
    (table,) = (table for table in tables_of(evaluation) if table.name == "per_object")
    assert csv_bytes(table).decode().splitlines()[3].endswith("," * len(SHAPE_COLUMNS))
    nulls = pd.read_parquet(io.BytesIO(parquet_bytes(table))).prediction_area_px.isna()
    assert nulls.sum() == 1
