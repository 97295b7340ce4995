"""What a report is written about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep


@dataclass(frozen=True, slots=True, eq=False)
class ReportSubject:
    """A session with its answer, and what else was done for it."""

    session: Session
    advice: Recommendation
    labels: Labels | None
    """The objects of the image that is shown, for its picture; None where there are none,
    as where diameters were drawn."""

    made_on: date
    sweep: Sweep | None = None
    """A network over pixel sizes, where one was run."""

    plan: AcquisitionPlan | None = None
    """The acquisition, where one was chosen."""
