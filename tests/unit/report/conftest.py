"""Subjects of reports: the demo, and one whose names mean mischief."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan, PlannedChannel, Source
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.report.content import report_of
from rescale4dl_core.report.subject import ReportSubject
from rescale4dl_core.session.advising import advise_session
from rescale4dl_core.session.measuring import measure_entry, session_measurement
from rescale4dl_core.session.model import Entry, Session
from rescale4dl_core.study.results import GridScores, Interval, ScaleResult, Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.images import Sample
    from rescale4dl_core.report.document import Report

MISCHIEF = (
    "<script>alert(1)</script> & |a|b| `x` [l](http://e.org) "
    "細胞 αЖé 세포 \N{GOTHIC LETTER AHSA}.tif"
)


def subject_of(sample: Sample) -> ReportSubject:
    session = Session((Entry(sample, is_demo=True),))
    tables = [measure_entry(session.entry, session.choices)]
    advice = advise_session(session_measurement(session, tables), session)
    return ReportSubject(session, advice, sample.labels, date(2026, 11, 21))


@pytest.fixture
def make_subject() -> Callable[[Sample], ReportSubject]:
    return subject_of


@pytest.fixture(scope="session")
def demo_subject() -> ReportSubject:
    return subject_of(demo_sample())


@pytest.fixture(scope="session")
def plan() -> AcquisitionPlan:
    return AcquisitionPlan(
        objective="Plan Apo 10x/0.45",
        magnification=10.0,
        numerical_aperture=0.45,
        camera="Zyla 4.2",
        pitch_um=6.5,
        binning=1,
        image_px=(2048, 2048),
        field_um=(1331.2, 1331.2),
        grid=(2, 3),
        channels=(PlannedChannel("DAPI <b>", 0.05),),
        tau_s=600.0,
        n_planes=3,
        z_step_um=1.2,
        sources=(Source("Zyla 4.2", "https://example.org/zyla"),),
    )


@pytest.fixture(scope="session")
def sweep() -> Sweep:
    def scores(iou: float) -> GridScores:
        return GridScores(Interval(iou, iou - 0.02, iou + 0.02), {"recall": iou})

    def scale(ratio: float, iou: float) -> ScaleResult:
        return ScaleResult(
            ratio=ratio,
            pixel_size=PixelSize.square(0.2).rescaled(RescaleFactor.of(ratio)),
            coverage_percent=2.25 * ratio,
            n_objects=46,
            diameter_px=44.4 / ratio,
            own_grid=scores(iou),
            sample_grid=scores(iou - 0.01),
            iou_ceiling=0.97,
            stability=Interval(0.9, 0.85, 0.95),
            objects_per_fov=46.0,
            seconds=np.random.default_rng().uniform(),
            seconds_network=1.0,
            labels=(),
        )

    return Sweep(
        network="nuclei",
        scales=(scale(1.0, 0.80), scale(4.0, 0.86)),
        n_images=1,
        has_truth=True,
        reference_diameter_px=44.4,
        provider="cpu",
        complete=True,
    )


@pytest.fixture(scope="session")
def full_subject(
    demo_subject: ReportSubject, plan: AcquisitionPlan, sweep: Sweep
) -> ReportSubject:
    return replace(demo_subject, plan=plan, sweep=sweep)


@pytest.fixture(scope="session")
def full_report(full_subject: ReportSubject) -> Report:
    return report_of(full_subject)


@pytest.fixture(scope="session")
def mischievous_subject() -> ReportSubject:
    sample = demo_sample()
    return subject_of(replace(sample, image=replace(sample.image, name=MISCHIEF)))
