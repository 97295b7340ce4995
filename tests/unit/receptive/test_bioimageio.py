"""Packages of bioimage.io: what is read from them, and what is refused."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.bioimageio import read_package

WEIGHTS = b"the weights"

VERSION_05 = """
format_version: 0.5.4
name: Nuclei of yeast
license: MIT
inputs:
- id: raw
  axes:
  - type: batch
  - {type: channel, channel_names: [dna]}
  - {type: space, id: y, size: {min: 64, step: 16}, scale: 110, unit: nanometer}
  - {type: space, id: x, size: {min: 64, step: 16}, scale: 110, unit: nanometer}
  preprocessing:
  - {id: ensure_dtype, kwargs: {dtype: float32}}
  - {id: scale_range, kwargs: {axes: [y, x], min_percentile: 2.0, max_percentile: 99.0}}
weights:
  pytorch_state_dict: {source: weights.pt}
  onnx: {source: weights.onnx, opset_version: 17, sha256: SHA}
"""

VERSION_04 = """
format_version: 0.4.10
name: Old one
inputs:
- name: input0
  axes: bcyx
  preprocessing:
  - {name: zero_mean_unit_variance, kwargs: {axes: cyx, mode: per_sample}}
weights: {onnx: {source: weights.onnx}}
"""


def zipped(description, weights=WEIGHTS, **others):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        if description is not None:
            sha = hashlib.sha256(weights).hexdigest()
            archive.writestr("rdf.yaml", description.replace("SHA", sha))
        archive.writestr("weights.onnx", weights)
        for name, content in others.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_package_of_version_0_5():
    package = read_package(zipped(VERSION_05))
    found = package.description
    assert package.onnx_bytes == WEIGHTS
    assert (found.name, found.licence) == ("Nuclei of yeast", "MIT")
    assert found.pixel_size_um == pytest.approx(0.110)
    assert (found.low_percentile, found.high_percentile, found.per_channel) == (2, 99, True)
    assert found.other_preprocessing == ()


def test_a_package_of_version_0_4_and_its_other_preprocessing():
    found = read_package(zipped(VERSION_04)).description
    assert found.pixel_size_um is None
    assert found.low_percentile is None
    assert found.other_preprocessing == ("zero_mean_unit_variance",)


def test_weights_of_another_kind_are_named():
    description = VERSION_04.replace("onnx:", "torchscript:")
    with pytest.raises(NetworkError, match=r"no ONNX weights \(it has: TorchScript\)"):
        read_package(zipped(description))


@pytest.mark.parametrize(
    "name", ["../weights.onnx", "/etc/weights", "a/../../b", "C:/w", "..\\w"]
)
def test_names_that_lead_out_of_the_zip_are_refused(name):
    with pytest.raises(NetworkError, match="whose name leads out of"):
        read_package(zipped(VERSION_05, **{name: b""}))


@pytest.mark.parametrize(
    "source", ["../../etc/passwd", "/etc/passwd", "https://example.org/w"]
)
def test_weights_outside_the_zip_are_neither_read_nor_downloaded(source):
    with pytest.raises(NetworkError, match="not in the zip; they are not downloaded"):
        read_package(zipped(VERSION_04.replace("weights.onnx", source)))


def test_a_zip_bomb_is_refused():
    with pytest.raises(NetworkError, match=r"would unpack to 50 MB from 0.0 MB"):
        read_package(zipped(VERSION_05, bomb=bytes(50_000_000)))


def test_a_description_that_is_too_long_is_refused():
    with pytest.raises(NetworkError, match=r"has more than 0\.26 MB"):
        read_package(zipped(VERSION_05 + "# " + "x" * 300_000))


def test_a_member_that_is_larger_than_the_zip_says_is_not_read_to_its_end():
    content = zipped(VERSION_05, weights=b"y" * 5000)
    smaller = content.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert smaller != content
    with pytest.raises(NetworkError, match=r"damaged|checksums differ"):
        read_package(smaller)


def test_a_link_is_refused():
    stream = io.BytesIO(zipped(VERSION_05))
    with zipfile.ZipFile(stream, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(NetworkError, match="has a link"):
        read_package(stream.getvalue())


def test_aliases_that_multiply_are_refused():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nweights: {onnx: {source: weights.onnx}}\n"
    with pytest.raises(NetworkError, match="cannot be read as YAML"):
        read_package(zipped(bomb))


def test_tags_that_would_run_code_are_refused():
    with pytest.raises(NetworkError, match="cannot be read as YAML"):
        read_package(zipped("weights: !!python/object/apply:os.system [true]"))


def test_other_weights_than_described_are_refused():
    with pytest.raises(NetworkError, match="checksums differ"):
        read_package(zipped(VERSION_05.replace("SHA", "a" * 64)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (zipped(None), "no package of bioimage.io"),
        (zipped("just a text"), "describes no network"),
        (zipped("weights: [1, 2]"), "describes no network"),
        (zipped("a: [" * 5000), "cannot be read as YAML"),
    ],
)
def test_what_is_no_package_is_refused(content, message):
    with pytest.raises(NetworkError, match=message):
        read_package(content)


@given(st.data())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_changed_or_shortened_package_gives_a_clear_error_or_none(data):
    whole = bytearray(zipped(VERSION_05))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_package(bytes(whole[: data.draw(st.integers(1, len(whole)))]))
    except NetworkError:
        return


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["onnx", "source", "axes", "scale", "id", "kwargs", "unit"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["inputs", "weights", "license", "name"]),
)
@settings(max_examples=150, deadline=None)
def test_nonsense_in_the_description_gives_a_clear_error_or_none(value, where):
    import yaml

    plain = {"weights": {"onnx": {"source": "weights.onnx"}}, where: value}
    try:
        read_package(zipped(yaml.safe_dump(plain)))
    except NetworkError:
        return
