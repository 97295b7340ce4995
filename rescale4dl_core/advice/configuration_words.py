"""Configurations of a microscope in words: one, and one instead of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.microscope.camera import CameraKind
from rescale4dl_core.microscope.ranking import Standing
from rescale4dl_core.microscope.stack import ANISOTROPIC_ABOVE, FLAT_FROM
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.wording import microns, number, share, times

if TYPE_CHECKING:
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.microscope.ranking import Option
    from rescale4dl_core.microscope.stack import Stack


# Half of the last digit of an IoU as it is shown.
SAME_WITHIN = 0.005
_AFTER_A = (CameraKind.CMOS, CameraKind.CCD)


def short_name(configuration: Configuration) -> str:
    """Return a configuration as people say it: "20x/0.75 with 2x2 binning"."""
    binning = configuration.binning
    relay = (
        "" if configuration.relay == 1 else f" with a {number(configuration.relay)}x relay"
    )
    binned = f" with {binning}x{binning} binning" if binning > 1 else ""
    return f"{configuration.objective.short}{relay}{binned}"


def comparison(chosen: Option, other: Option) -> tuple[str, ...]:
    """Return what it means to take `chosen` instead of `other`, the sum of it first."""
    changes = [
        _change(chosen.field_area_um2 / other.field_area_um2, "the area per field"),
        _change((other.pixel_um / chosen.pixel_um) ** 2, "the disk for the same area"),
        _iou_change(chosen, other),
    ]
    said = ", ".join(change for change in changes if change)
    names = _names(chosen.configuration, other.configuration)
    sentences = [f"{names}: {said or 'the same area per field and the same disk'}."]
    sentences.append(_objects_sentence(chosen, other))
    sentences.append(_light_sentence(chosen, other))
    sentences.extend(_binning_sentences(chosen.configuration, other.configuration))
    sentences.extend(_blurred_sentences(chosen, other))
    return tuple(sentence for sentence in sentences if sentence)


def sampling_sentence(option: Option) -> str:
    """Return what the sampling against Nyquist means; it is information, never a gate."""
    ratio = option.nyquist_ratio
    if ratio is None:
        return "The aperture is not known, so sampling cannot be compared with Nyquist."
    if ratio > 1.1:
        return (
            f"Under-sampled {times(ratio)} on purpose: fine for finding and sizing "
            "objects, not for texture inside them or deconvolution."
        )
    if ratio < 0.9:
        return (
            f"Sampled {times(1 / ratio)} finer than Nyquist: the objective resolves less "
            "than these pixels could show."
        )
    return "Sampled at about Nyquist: as fine as the objective resolves."


def stack_sentences(stack: Stack, height_um: float) -> tuple[str, ...]:
    """Return the planes of a stack, and what they mean for a 3D network."""
    axial = (
        "the axial Nyquist distance of the objective is not known"
        if stack.nyquist_z_um is None
        else f"axial Nyquist is {microns(stack.nyquist_z_um)}"
    )
    if stack.n_planes == 1:
        return (
            f"One plane is enough: objects {microns(height_um)} high are in focus at once.",
        )
    return (
        f"{stack.n_planes} planes, {microns(stack.z_step_um)} apart, through objects "
        f"{microns(height_um)} high: {axial}, and the objects ask for "
        f"{microns(stack.object_z_um)}; the larger of the two decides.",
        f"A plane is {number(stack.anisotropy)} pixels from the next one{_rule(stack)}.",
    )


def goal_cautions(goal: Goal) -> tuple[str, ...]:
    """Return what was assumed of the objects and the sample, for want of a number."""
    found = []
    if goal.area_um2 is None and goal.density_per_um2 is None:
        found.append(
            f"Neither density nor area of the objects is known: they are counted as discs "
            f"of {microns(goal.diameter_um)}, edge to edge. Elongated ones cover more, so "
            "fewer fit."
        )
    if goal.density_per_um2 is not None and goal.density_per_um2 > goal.packed_per_um2:
        found.append(
            f"The density, {goal.density_per_um2:g} objects per µm², is more than fit edge "
            f"to edge ({goal.packed_per_um2:.3g}). Check its unit, or the area of an "
            "object."
        )
    if goal.taken is not None and goal.taken.numerical_aperture is None:
        found.append(
            "The aperture that the sample was taken with is not known, so light is "
            "compared among the configurations only."
        )
    return tuple(found)


def _rule(stack: Stack) -> str:
    """Return what the distance of planes means for a 3D network."""
    if stack.is_anisotropic:
        return (
            f", more than {number(ANISOTROPIC_ABOVE)}: nnU-Net treats such a stack as "
            "anisotropic, looks within planes only in its first layers, and resamples "
            "across planes apart; a 2D network on each plane, or planes closer together, "
            "may serve better"
        )
    if stack.starts_flat:
        return (
            f", within {number(ANISOTROPIC_ABOVE)}, so nnU-Net resamples the stack as one "
            f"volume; from {number(FLAT_FROM)} on its first layers still look within "
            "planes only"
        )
    if stack.anisotropy * FLAT_FROM <= 1:
        return (
            ": planes lie closer together than pixels, so for nnU-Net the plane is the "
            "coarse part, and its first layers look along the stack only"
        )
    return (
        f", within {number(FLAT_FROM)}: a 3D network such as nnU-Net treats it as a full "
        "volume"
    )


def _blurred_sentences(*options: Option) -> tuple[str, ...]:
    return tuple(
        f"{short_name(option.configuration)} resolves less than is needed here, so no "
        "score is expected of it."
        for option in options
        if option.standing is Standing.BLURRED
    )


def _names(chosen: Configuration, other: Configuration) -> str:
    cameras = f"{chosen.camera.label} instead of {other.camera.label}"
    names = f"{short_name(chosen)} instead of {short_name(other)}"
    if chosen.camera == other.camera:
        return names
    same = short_name(chosen) == short_name(other)
    return cameras if same else f"{names}, {cameras}"


def _change(ratio: float, of_what: str) -> str:
    if abs(ratio - 1) < SAME_WITHIN:
        return ""
    return f"{share(ratio)} {of_what}"


def _iou_change(chosen: Option, other: Option) -> str:
    if chosen.expected_iou is None or other.expected_iou is None:
        return ""
    change = chosen.expected_iou - other.expected_iou
    if abs(change) < SAME_WITHIN:
        return "the same IoU expected"
    return f"{abs(change):.2f} {'more' if change > 0 else 'less'} IoU expected"


def _objects_sentence(chosen: Option, other: Option) -> str:
    if not (chosen.objects_per_s and other.objects_per_s):
        lost = other if chosen.objects_per_s else chosen
        return f"With {short_name(lost.configuration)} no object is expected to be found."
    ratio = chosen.objects_per_s / other.objects_per_s
    if abs(ratio - 1) < SAME_WITHIN:
        return "As many objects per hour."
    return f"{share(ratio)} the objects per hour."


def _light_sentence(chosen: Option, other: Option) -> str:
    if not (
        chosen.relative_brightness
        and other.relative_brightness
        and chosen.relative_dose
        and other.relative_dose
    ):
        return ""
    brighter = chosen.relative_brightness / other.relative_brightness
    dose = chosen.relative_dose / other.relative_dose
    if max(abs(brighter - 1), abs(dose - 1)) < SAME_WITHIN:
        return "The same light per pixel."
    changes = (
        _change(brighter, "the light per pixel at the same lamp and exposure"),
        _change(dose, "the dose for equally bright pixels"),
    )
    return f"{'; '.join(change for change in changes if change)}."


def _binning_sentences(chosen: Configuration, other: Configuration) -> tuple[str, ...]:
    if chosen.binning == other.binning:
        return ()
    found = ["Binning keeps the field; a lower magnification enlarges it."]
    binned = max(chosen, other, key=lambda configuration: configuration.binning)
    noise_e = binned.camera.binned_read_noise_e(binned.binning)
    each_e = binned.camera.read_noise_e
    kind, side = binned.camera.kind, f"{binned.binning}x{binned.binning}"
    adds = f"{'A' if kind in _AFTER_A else 'An'} {kind} adds {side} pixels"
    if binned.camera.detector is Detector.CCD:
        found.append(
            f"{adds} before it reads them: one read noise for the sum, and fewer rows to "
            "read."
        )
    elif noise_e is None or each_e is None:
        found.append(
            f"{adds} after it has read them: their read noises add up, and reading takes "
            "as long."
        )
    else:
        found.append(
            f"{adds} after it has read them: "
            f"{number(noise_e)} electrons of read noise instead of {number(each_e)}, and "
            "reading takes as long."
        )
    return tuple(found)
