"""Which diameter a data set gets, and the sentence that says why."""

import re

import numpy as np
import pytest
import tifffile

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.dataset import choose_estimator
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.measuring.objects import measure_objects


@pytest.mark.parametrize(
    ("elongation", "solidity", "estimator"),
    [
        (1.0, 1.0, Estimator.EQUIVALENT_CIRCLE),
        (1.5, 0.95, Estimator.EQUIVALENT_CIRCLE),  # a dividing coccus, an oval nucleus
        (1.89, 0.85, Estimator.EQUIVALENT_CIRCLE),
        (1.93, 1.0, Estimator.SKELETON),  # a capsule twice as long as wide
        (4.0, 1.0, Estimator.SKELETON),
        (1.2, 0.66, Estimator.SKELETON),  # three quarters of a ring
        (1.26, 0.37, Estimator.SKELETON),  # a branched cell
    ],
)
def test_long_bent_or_branched_objects_are_measured_by_their_width(
    table_of, elongation, solidity, estimator
):
    table = table_of(np.full(5, 10.0), elongation=elongation, solidity=solidity)
    assert choose_estimator([table]).estimator is estimator


def test_one_choice_is_made_for_all_images_by_the_median_of_all_objects(table_of):
    rods = table_of(np.full(30, 10.0), elongation=4.0)
    discs = table_of(np.full(29, 10.0), elongation=1.1)
    choice = choose_estimator([discs, rods])
    assert choice.estimator is Estimator.SKELETON
    assert choice.median_elongation == 4.0


def test_objects_cut_by_the_border_have_no_say(measure):
    pixels = np.zeros((40, 60), np.int32)
    pixels[0:4, 0:60] = 1
    pixels[36:40, 0:60] = 2
    pixels[15:25, 20:30] = 3
    choice = choose_estimator([measure(pixels)])
    assert choice.estimator is Estimator.EQUIVALENT_CIRCLE
    assert choice.median_elongation == pytest.approx(1)


@pytest.mark.parametrize(
    ("elongation", "solidity", "sentence"),
    [
        (1.2, 0.97, r"compact \(median elongation 1\.20.*solidity 0\.97.*same area"),
        (4.0, 0.97, r"elongated \(median elongation 4\.00.*1\.9 or more.*width"),
        (1.2, 0.5, r"curved or branched \(median solidity 0\.50, below 0\.85\).*width"),
    ],
)
def test_the_reason_gives_the_numbers(table_of, elongation, solidity, sentence):
    table = table_of([10.0], elongation=elongation, solidity=solidity)
    assert re.search(sentence, choose_estimator([table]).reason)


def test_without_objects_there_is_nothing_to_choose_by(table_of):
    with pytest.raises(LabelImageError, match=r"No object .*\(2 in all\).*Label some"):
        choose_estimator([table_of(), table_of()])


def test_where_every_object_is_cut_the_message_says_so(table_of):
    with pytest.raises(LabelImageError, match=r"\(3 in all\) is cut.*larger field"):
        choose_estimator([table_of(n_border=3)])


@pytest.mark.parametrize(
    ("data_set", "estimator"),
    [
        ("nuclei_fluo_dsb2018", Estimator.EQUIVALENT_CIRCLE),
        ("bacteria_saureus_sim_rescale4dl", Estimator.EQUIVALENT_CIRCLE),
        ("bacteria_phase_omnipose", Estimator.SKELETON),
        ("worms_bbbc010", Estimator.SKELETON),
        ("neurites_fluo_mixed", Estimator.SKELETON),
    ],
)
def test_real_sets_get_the_diameter_a_biologist_would_name(
    shared_data, data_set, estimator
):
    paths = sorted((shared_data / data_set / "labels").glob("*.tif"))[:12]
    tables = [
        measure_objects(Labels.parse(tifffile.imread(path), source=path.name))
        for path in paths
    ]
    assert choose_estimator(tables).estimator is estimator


def test_the_choice_says_what_it_was_made_by(table_of):
    choice = choose_estimator([table_of([10.0], elongation=1.5, solidity=0.97)])
    assert (choice.median_elongation, choice.median_solidity) == (1.5, 0.97)
