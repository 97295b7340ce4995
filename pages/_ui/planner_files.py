"""The whole ranking as files to take along."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rescale4dl_core.microscope.fields import option_fields, ranking_fields
from rescale4dl_core.writing.csv_text import columns_of, csv_text

if TYPE_CHECKING:
    from rescale4dl_core.microscope.ranking import Ranking


def ranking_csv(ranking: Ranking) -> bytes:
    """Return one line per configuration, best first."""
    rows = []
    for option in ranking.top(len(ranking)):
        fields = option_fields(option)
        sides = {
            f"{name}_{axis}": value
            for name in ("fov_um", "image_px")
            for axis, value in fields.pop(name).items()
        }
        rows.append({**fields, **sides})
    return csv_text(columns_of(rows)).encode()


def ranking_json(ranking: Ranking) -> bytes:
    """Return the goal and every configuration, named as by `rescale4dl plan --json`."""
    fields = ranking_fields(ranking, ranking.top(len(ranking)))
    return json.dumps(fields, indent=1, ensure_ascii=False, allow_nan=False).encode()
