"""What has to be said about a network that was looked into, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.receptive.effective import EffectiveField
    from rescale4dl_core.receptive.graph import GraphView
    from rescale4dl_core.receptive.impulse import ImpulseField


def notes_on(
    view: GraphView, impulse: ImpulseField, effective: EffectiveField
) -> list[str]:
    """Return what a user should know of a network before trusting its window."""
    notes = []
    if view.global_by:
        notes.append(
            f"The operation {view.global_by} looks at the whole image, so the theoretical "
            "receptive field is global and the window rests on the effective one."
        )
    if view.unknown_operation:
        notes.append(
            f"What the operation {view.unknown_operation} looks at cannot be read from "
            "the graph, so the theoretical receptive field is not known and the window "
            "rests on the impulse-measured one."
        )
    if impulse.reaches_edge:
        notes.append(
            "A changed pixel changed the maps as far as was looked: the impulse-measured "
            f"receptive field is {impulse.largest_px} px or more."
        )
    if effective.side_px == 0:
        notes.append(
            "Moving single pixels changed nothing: the effective receptive field could not "
            "be measured. The network may be untrained, or expect other intensities."
        )
    if view.lost_px:
        notes.append(
            f"The maps leave out {view.lost_px} px of the image's rows and columns, since "
            "the network does not pad. It can be inspected, but not run here: export it "
            "with padding."
        )
    if any(view.fixed_size_px):
        size = " x ".join("any" if n is None else str(n) for n in view.fixed_size_px)
        notes.append(f"The file fixes the image size to {size} px.")
    return notes
