"""Apertures and immersions as people write them on and about objectives."""

from __future__ import annotations

import pytest

from rescale4dl_core.microscope.catalogue import shipped_objectives
from rescale4dl_core.microscope.objective import engraving_of


@pytest.mark.parametrize(
    ("label", "aperture", "immersion"),
    [
        ("20x 0.75NA", 0.75, ""),
        ("20x (NA 0.75)", 0.75, ""),
        ("20x N.A. 0.75", 0.75, ""),
        ("20x (0.75)", 0.75, ""),
        ("20x/0,75", 0.75, ""),
        ("Plan Apo 20x 0.75 WD 1.0mm", 0.75, ""),
        ("10x/0.3/1.5x", 0.3, ""),
        ("10x/1.5x", None, ""),
        ("10x WD 1.2", None, ""),
        ("4-Nikon CFI S Plan Fluor ELWD 20X/0.45", 0.45, ""),
        ("40x/0.6 Dry", 0.6, "air"),
        ("60x/1.4 Oil", 1.4, "oil"),
        ("60X Oil 1.4", 1.4, "oil"),
        ("40x/1.3oil", 1.3, "oil"),
        ("PlanApo60xOil/1.42", 1.42, "oil"),
        ("UPLXAPO60XO", None, "oil"),
        ("100x/1.49 TIRF \u00d6l", 1.49, "oil"),
        ("63x/1.2W", 1.2, "water"),
        ("60XWI/1.2", 1.2, "water"),
        ("60x NA 1.15 WI", 1.15, "water"),
        ("20x/1.0W", 1.0, "water"),
        ("40x/1.25 Sil", 1.25, "silicone"),
        ("UPLSAPO60XS2/1.3", 1.3, "silicone"),
        ("63x/1.30 Glyc", 1.3, "glycerol"),
        ("60x/1.4 W", None, "water"),
        ("Nikon 10X S Fluor", None, ""),
        ("1.5x", None, ""),
    ],
)
def test_a_label_tells_aperture_and_immersion(
    label: str, aperture: float | None, immersion: str
) -> None:
    found = engraving_of(label)
    assert (found.numerical_aperture, found.immersion) == (aperture, immersion)
    assert not found.is_assumed


@pytest.mark.parametrize(
    ("label", "aperture", "immersion"),
    [
        ("LCI Plan-Neofluar 25x/0.8 Imm Korr", 0.8, "water"),
        ("100x/1.30 Imm", 1.3, "oil"),
        ("Apo TIRF 60x/1.49", 1.49, "oil"),
    ],
)
def test_a_liquid_that_the_label_does_not_name_is_assumed(
    label: str, aperture: float, immersion: str
) -> None:
    found = engraving_of(label)
    assert (found.numerical_aperture, found.immersion) == (aperture, immersion)
    assert found.is_assumed


def test_apertures_in_the_names_of_the_catalogue_are_read() -> None:
    named = [o for o in shipped_objectives() if "x/" in o.name.lower()]
    assert len(named) > 60
    for objective in named:
        found = engraving_of(objective.name)
        assert found.numerical_aperture == objective.numerical_aperture
        assert found.immersion in (objective.immersion, "")
