"""A plan as a JSON file with its formulas and sources, and back."""

from __future__ import annotations

import json
from typing import Any

from rescale4dl_core.documents import Document, from_plain, migrated, to_plain
from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
from rescale4dl_core.exports.formulas import derived_of, formulas_of
from rescale4dl_core.migrations import PLAN_STEPS

FORMAT = "ReScale4DL Advisor acquisition plan"
VERSION = 2

_DOCUMENT = Document(
    subject="The plan file",
    remedy="export the plan again",
    error=CatalogueError,
)


def plan_json(plan: AcquisitionPlan) -> str:
    """Return `plan` as JSON: what was chosen, what follows from it, and why."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "plan": to_plain(plan),
        "derived": derived_of(plan),
        "formulas": [to_plain(formula) for formula in formulas_of(plan)],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plan_from_json(text: str) -> AcquisitionPlan:
    """Return the plan that `plan_json` wrote.

    Raises
    ------
    CatalogueError
        If the text is not such a plan, or something in it cannot be used.
    """
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CatalogueError(
            f"The plan file is not JSON ({error}). Export the plan again."
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CatalogueError(
            f"The file is JSON, but not a plan: its format should be {FORMAT!r}. Choose "
            "the file that was exported as the plan with formulas."
        )
    content = migrated(
        content,
        content.get("version"),
        latest=VERSION,
        steps=PLAN_STEPS,
        document=_DOCUMENT,
    )
    return from_plain(
        AcquisitionPlan, content.get("plan"), where="plan", document=_DOCUMENT
    )
