"""All images of a sweep at one scale, put together into the result of that scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.found import found_diameter_px
from rescale4dl_core.study.perturbation import Part
from rescale4dl_core.study.results import ScaleResult
from rescale4dl_core.study.scoring import mean_of_means, over_images
from rescale4dl_core.study.stability import (
    PLAUSIBLE_SIZE,
    Agreement,
    agreement_of,
    is_plausible,
    stability_of,
)

if TYPE_CHECKING:
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.study.one_scale import ImageAtScale


@dataclass(frozen=True, slots=True, eq=False)
class ScaleRun:
    """What came of each image at one scale."""

    ratio: float
    images: tuple[ImageAtScale, ...]
    neighbours: tuple[tuple[Agreement, ...], ...] = ()
    """Of each image, its agreement with the scales beside this one."""

    def compared_with(self, other: ScaleRun) -> ScaleRun:
        """Return the same with the agreement with a neighbouring scale."""
        found = [
            agreement_of(
                Part.NEIGHBOURS, image.found.label, image.on_sample, beside.on_sample
            )
            for image, beside in zip(self.images, other.images, strict=True)
        ]
        known = self.neighbours or ((),) * len(found)
        neighbours = tuple((*b, one) for b, one in zip(known, found, strict=True))
        return replace(self, neighbours=neighbours)

    def result(
        self, measurement: Measurement, fov_px: tuple[int, int], *, with_stability: bool
    ) -> ScaleResult:
        """Put all images together.

        Parameters
        ----------
        measurement : Measurement
            Sizes and density of the objects, on the grid of the first image.
        fov_px : (int, int)
            Rows and columns of the camera.
        with_stability : bool
            Whether a stability is wanted where something plausible was found.
        """
        size = measurement.pixel_size
        factor = RescaleFactor.of(self.ratio)
        expected_px = measurement.diameter_px / self.ratio
        found = [image.found for image in self.images]
        diameter_px = found_diameter_px(found, measurement.aggregate)
        own = [image.own_grid for image in self.images if image.own_grid is not None]
        on_sample = [im.sample_grid for im in self.images if im.sample_grid is not None]
        trips = [image.round_trip for image in self.images if image.round_trip is not None]
        notes = list(
            dict.fromkeys(n for image in self.images for n in image.prediction.notes)
        )
        known = self.neighbours or ((),) * len(self.images)
        stability = parts = None
        if with_stability:
            compared = stability_of(
                [
                    (*image.agreements, *beside)
                    for image, beside in zip(self.images, known, strict=True)
                ]
            )
            if compared is not None:
                stability, parts = compared
        if stability is not None and not is_plausible(diameter_px, expected_px):
            stability = None
            notes.append(_implausible(diameter_px, expected_px))
        predictions = [image.prediction for image in self.images]
        return ScaleResult(
            ratio=self.ratio,
            pixel_size=None if size is None else size.rescaled(factor),
            coverage_percent=100 / expected_px,
            n_objects=sum(one.n_objects for one in found),
            n_border=sum(one.n_border for one in found),
            diameter_px=diameter_px,
            own_grid=over_images(own),
            sample_grid=over_images(on_sample),
            iou_ceiling=mean_of_means(trips),
            stability=stability,
            stability_parts=parts,
            objects_per_fov=objects_per_fov(measurement, fov_px, self.ratio),
            seconds=sum(prediction.seconds for prediction in predictions),
            seconds_network=sum(one.seconds_network for one in predictions),
            labels=tuple(prediction.labels for prediction in predictions),
            notes=tuple(notes),
        )


def objects_per_fov(
    measurement: Measurement, fov_px: tuple[int, int], ratio: float
) -> float | None:
    """Return the objects in a camera's field with pixels `ratio` times as large.

    That is the field of a lower magnification; binning shows no more of the sample.

    Parameters
    ----------
    measurement : Measurement
        The density; None is returned where it is not known.
    fov_px : (int, int)
        Rows and columns of the camera.
    ratio : float
        New / old pixel size.
    """
    if measurement.density_per_px is None:
        return None
    return measurement.density_per_px * fov_px[0] * fov_px[1] * ratio**2


def _implausible(diameter_px: float | None, expected_px: float) -> str:
    if diameter_px is None:
        return (
            "No object found lies wholly inside an image, so their size is not known and "
            "no stability is given."
        )
    return (
        f"The objects found are {diameter_px:.3g} px across where {expected_px:.3g} px "
        f"were expected, more than {PLAUSIBLE_SIZE:g}x off, so no stability is given."
    )
