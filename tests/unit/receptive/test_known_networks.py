"""The receptive fields of networks whose answer is known, by graph, table and impulse."""

import numpy as np
import pytest

from rescale4dl_core.receptive.graph import theoretical_receptive_field
from rescale4dl_core.receptive.inspect import inspect_network


def closed_formula(depth, *, grid=1, extra=0):
    """2 x conv3 per level: twice what is seen on the way down, as in the literature."""
    reach, jump = 1, 1
    for _ in range(depth + {1: 0, 2: 1, 4: 2}[grid]):
        reach += 2 * 2 * jump
        reach, jump = reach + jump, 2 * jump
    reach += 2 * 2 * jump
    for _ in range(depth):
        jump //= 2
        reach += 2 * 2 * jump
    return reach + extra * 2 * jump


def table_of_unet(depth, n, *, grid=1, head=()):
    """Push a boolean (pixel, input) table forward through a U-Net, one axis."""

    def conv(seen):
        wide = np.pad(seen, ((1, 1), (0, 0)))
        return wide[:-2] | wide[1:-1] | wide[2:]

    def pool(seen):
        return seen[0::2] | seen[1::2]

    seen = np.eye(n, dtype=bool)
    while grid > 1:
        seen, grid = pool(conv(conv(seen))), grid // 2
    skips = []
    for _ in range(depth):
        seen = conv(conv(seen))
        skips.append(seen)
        seen = pool(seen)
    seen = conv(conv(seen))
    for _ in range(depth):
        seen = conv(conv(seen.repeat(2, axis=0) | skips.pop()))
    for kernel in head:
        assert kernel == 3
        seen = conv(seen)
    return seen


def sizes(table, first, n):
    rows = [np.flatnonzero(table[position]) for position in range(first, first + n)]
    return tuple(int(row.max() - row.min() + 1) for row in rows)


@pytest.mark.parametrize(
    ("depth", "formula"), [(1, 18), (2, 44), (3, 96), (4, 200), (5, 408)]
)
def test_plain_unets_agree_with_the_dependency_table(net, depth, formula):
    assert closed_formula(depth) == formula
    unet = net()
    view = theoretical_receptive_field(unet.bytes(unet.unet("image", depth)))
    n = 32 * 2**depth
    expected = sizes(table_of_unet(depth, n), n // 2, 2**depth)
    assert view.rows_px == view.columns_px == expected
    assert view.largest_px == max(expected)
    assert (view.multiple_px, view.output_stride) == (2**depth, 1)
    # By position on the pooling grid, the exact one lies around the closed formula.
    assert min(expected) <= formula <= max(expected) <= formula + 4


@pytest.mark.parametrize(("grid", "formula"), [(1, 98), (2, 200), (4, 404)])
def test_stardist_agrees_with_the_dependency_table(net, grid, formula):
    stars = net()
    view = theoretical_receptive_field(stars.bytes(*stars.stardist("image", grid)))
    n = 256 * grid
    table = table_of_unet(3, n, grid=grid, head=(3,))
    expected = sizes(table, n // grid // 2, 8)
    assert view.rows_px == view.columns_px == expected
    assert (view.multiple_px, view.output_stride) == (8 * grid, grid)
    assert [(one.n_channels, one.stride_px) for one in view.outputs] == [
        (1, grid),
        (32, grid),
    ]
    assert min(expected) <= formula <= max(expected)
    if grid == 2:
        assert max(expected) == 204


def paper_unet(net, *, last="Softmax", **settings):
    """Two poolings, 2x2 convolutions after upsampling, and an extra 3x3 one at the end."""
    unet = net(**settings)

    def up(x):
        return unet.conv(unet.up(x), kernel=2, pads=[0, 0, 1, 1])

    x = unet.conv(unet.unet("image", 2, up=up))
    along = {"axis": 1} if last == "Softmax" else {}
    return unet.bytes(unet.op(last, unet.conv(x, 1, into=3, relu=False), **along))


def test_the_unet_of_the_paper_sees_48_to_52_pixels(net, dependencies):
    assert theoretical_receptive_field(paper_unet(net)).rows_px == (48, 48, 52, 48)
    table = dependencies(paper_unet(net, positive=True, last="Relu"), 128, 16)
    assert sizes(table, 64, 4) == (48, 48, 52, 48)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("build", "largest"),
    [
        (lambda n: n.bytes(n.unet("image", 1)), 18),
        (lambda n: n.bytes(n.unet("image", 2)), 44),
        (lambda n: n.bytes(n.unet("image", 2, up=n.deconv)), 44),
        (lambda n: n.bytes(n.unet("image", 3)), 100),
        (lambda n: n.bytes(*n.stardist("image", 1)), 100),
        (lambda n: n.bytes(*n.stardist("image", 2)), 204),
    ],
    ids=["depth 1", "depth 2", "transposed", "depth 3", "grid 1", "grid 2"],
)
def test_impulses_reach_as_far_as_the_graph_says(net, run_of, build, largest, seed):
    onnx_bytes = build(net(seed=seed))
    found = inspect_network(onnx_bytes, run_of(onnx_bytes))
    assert found.theoretical_px == largest
    assert found.impulse_px == largest
    assert not found.impulse_reaches_edge
    assert 0 < found.effective_px < largest


def test_impulses_reach_as_far_as_the_graph_says_in_the_unet_of_the_paper(net, run_of):
    onnx_bytes = paper_unet(net)
    found = inspect_network(onnx_bytes, run_of(onnx_bytes))
    assert (found.theoretical_px, found.impulse_px) == (52, 52)
