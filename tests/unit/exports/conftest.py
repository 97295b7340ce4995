"""A plan that uses everything a plan can say."""

from __future__ import annotations

import pytest

from rescale4dl_core.exports.acquisition_plan import (
    AcquisitionPlan,
    PlannedChannel,
    Source,
    Well,
)


@pytest.fixture
def plan() -> AcquisitionPlan:
    return AcquisitionPlan(
        objective="Nikon CFI Plan Apo 20x/0.75 (MRD00201, MRD00205)",
        magnification=20.0,
        numerical_aperture=0.75,
        camera="Andor Zyla 4.2",
        pitch_um=6.5,
        binning=2,
        image_px=(1024, 1024),
        field_um=(665.6, 665.6),
        grid=(3, 4),
        channels=(PlannedChannel("DAPI", 0.05), PlannedChannel("GFP, long", 0.2)),
        tau_s=30.0,
        overlap_percent=10.0,
        n_planes=7,
        z_step_um=0.5,
        n_timepoints=5,
        interval_s=900.0,
        wells=(Well("A1", 1000.0, 2000.0), Well("A2", 10_000.0, 2000.0)),
        sources=(Source("Andor Zyla 4.2", "https://example.org/zyla"),),
    )
