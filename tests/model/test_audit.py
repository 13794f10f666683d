"""A bundle that was altered and hashed again is refused in one line that names the array, before it is used.

Tried by hand on the bundle that ships: every array with NaN, infinities, other shapes, kinds and declared
sizes, and the manifest and the genes with what they cannot say.
"""

import io
import json
import tracemalloc
import zipfile

import numpy as np
import pytest

from leukotype.errors import ModelFileError
from leukotype.model.bundle import FILES, MAP, load
from tests.model.test_bundle import hash_again, toy_map, toy_save

FLOATS = ("limit", "sets", "features.spread", "gate.weights", "blasts.middle", "blasts.scores",
          "subtype.weights", "calibration.intercept", "lesion_weights")  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    toy_save(tmp_path / "toy", patients=toy_map())
    return tmp_path / "toy"


def refused(folder, match):
    hash_again(folder, sorted((*FILES, MAP)))
    with pytest.raises(ModelFileError, match=match) as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def put(folder, file, name, change):
    with np.load(folder / file) as stored:
        arrays = dict(stored)
    np.savez(folder / file, **{**arrays, name: change(arrays[name])})


def first(value):
    def change(array):
        out = array.copy()
        out.reshape(-1)[0] = value
        return out

    return change


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("name", FLOATS)
def test_one_number_that_is_none_or_out_of_bounds_is_refused(folder, name, value):
    put(folder, "model.npz", name, first(value))
    refused(folder, rf"model\.npz: {name}: expected numbers from")


@pytest.mark.parametrize(
    ("file", "name", "change", "match"),
    [
        ("model.npz", "gate.weights", np.transpose, "expected 5 read genes, found 4"),
        ("model.npz", "calibration.weights", lambda x: x[:, :1], "expected 2 subtypes, found 1"),
        ("model.npz", "sets", lambda x: x[:1], "expected 2, found 1"),
        ("model.npz", "lesion_weights", lambda x: x[:4], "expected 5, found 4"),
        ("model.npz", "limit", lambda x: x[None], "expected 0 axes, found 1"),
        ("model.npz", "subtype.weights", lambda x: x[:4], "subtype.weights: expected 5 columns"),
        ("model.npz", "blasts.scores", lambda x: x[::-1], "expected knots that ascend"),
        ("model.npz", "features.centre", lambda x: x.astype(str), "expected numbers with a point"),
        ("model.npz", "features.chromosomes", lambda x: x.astype(float), "expected whole numbers"),
        ("model.npz", "features.chromosomes", lambda x: np.where(x == 0, 10**9, x), "from -1 to"),
        ("model.npz", "features.chromosomes", lambda x: np.where(x == 0, 2, x), "none left out"),
        ("model.npz", "features.subtype_genes", lambda x: x + 3, "expected positions below 5"),
        ("model.npz", "features.subtype_genes", lambda x: x * 0, "each once"),
        ("model.npz", "subtypes", lambda x: x[[0, 0]], "expected each name once"),
        ("model.npz", "subtypes", lambda _: np.array(["DUX4-r", "a\nb"]), "expected a name"),
        ("model.npz", "subtypes", lambda _: np.array(["DUX4-r", "Not B-ALL"]), "not Not B-ALL"),
        ("profiles.npz", "means", lambda x: x * np.nan, "expected classes that are known in some gene"),
        ("profiles.npz", "means", lambda x: x[:, 1:], "expected 5 genes, found 4"),
        ("dosage.npz", "spread", lambda x: x * 0, "spread: expected numbers from 1e-06"),
        ("dosage.npz", "centre", lambda x: x * 0, "expected genes that are read"),
        ("dosage.npz", "chromosomes", lambda x: x + 23, "expected numbers from 0 to 22"),
        ("dosage.npz", "level_spread", lambda x: x - 1, "expected numbers from 0"),
        ("map.npz", "places", first(np.nan), "expected numbers from 0 to 1"),
        ("map.npz", "owners", lambda x: x + 1, "owners: expected positions below 2"),
        ("map.npz", "starts", lambda x: x[::-1], "starts: expected first vertices that ascend"),
    ],
)  # fmt: skip
def test_an_array_that_is_another_is_named_with_what_is_wrong(folder, file, name, change, match):
    put(folder, file, name, change)
    refused(folder, rf"{file}: .*{match}")


def declare(folder, shape):
    """Let the head of an array say a shape, with ten bytes after it."""
    with np.load(folder / "model.npz") as stored:
        arrays = dict(stored)
    head, limit = io.BytesIO(), arrays.pop("limit")
    told = {"descr": limit.dtype.str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(head, told)
    np.savez(folder / "model.npz", **arrays)
    with zipfile.ZipFile(folder / "model.npz", "a") as file:
        file.writestr("limit.npy", head.getvalue() + b"0123456789")


@pytest.mark.parametrize("shape", [(10**11,), (2**40, 2**40), (-3,)])
def test_a_declared_size_that_is_not_there_is_refused_before_it_is_taken(folder, shape):
    declare(folder, shape)
    tracemalloc.start()
    refused(folder, r"model\.npz: limit: expected -?\d+ bytes by its head")
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


def test_what_nobody_needs_is_not_unpacked(folder):
    """A gigabyte of zeros takes a megabyte in the file; here 200 million bytes."""
    with zipfile.ZipFile(folder / "model.npz", "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("more.npy", bytes(200_000_000))
    hash_again(folder, sorted((*FILES, MAP)))
    tracemalloc.start()
    assert load(folder).model.subtypes == ("DUX4-r", "KMT2A-r")
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


@pytest.mark.parametrize("head", [b"hello", b"\x93NUMPY\x09\x00", b"\x93NUMPY\x01\x00\x20\x00" + b"(" * 32])
def test_an_array_without_a_head_is_refused(folder, head):
    with np.load(folder / "model.npz") as stored:
        arrays = {name: array for name, array in stored.items() if name != "limit"}
    np.savez(folder / "model.npz", **arrays)
    with zipfile.ZipFile(folder / "model.npz", "a") as file:
        file.writestr("limit.npy", head)
    refused(folder, r"model\.npz: limit: expected a plain array, found none")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", float("nan")),
        ("threshold", "0.9"),
        ("threshold", True),
        ("min_genes_pct", 101),
        ("min_genes_pct", None),
        ("name", "a\nb"),
        ("version", 3),
        ("parts", []),
        ("metrics", 3),
    ],
)
def test_a_manifest_that_says_what_it_cannot_is_refused(folder, name, value):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, name: value}))
    refused(folder, rf"manifest\.json: {name}: expected")


def test_a_part_of_an_origin_that_is_none_is_refused(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "parts": {"gate": "stolen"}}))
    refused(folder, "its content is not that of a model.*stolen")


def test_a_manifest_of_a_hundred_thousand_brackets_is_refused(folder):
    (folder / "manifest.json").write_text('{"schema": 4, "a": ' + "[" * 100_000 + "]" * 100_000 + "}")
    refused(folder, "its content is not that of a model")


@pytest.mark.parametrize("length", ["nan", "inf", "-1", "0.0"])
def test_a_gene_without_a_length_is_refused(folder, length):
    text = (folder / "genes.tsv").read_text()
    (folder / "genes.tsv").write_text(text.replace("1500.5", length, 1))
    refused(folder, r"genes\.tsv: ENSG00000196092: expected a length in bases")


def test_a_file_too_large_for_a_model_is_not_read(folder):
    with (folder / "card.md").open("r+b") as file:
        file.truncate(1 << 40)  # sparse: it takes no room
    with pytest.raises(ModelFileError, match=r"card\.md: expected a file of at most"):
        load(folder)


def test_the_spread_of_a_chromosome_that_was_not_learned_may_be_absent(folder):
    put(folder, "dosage.npz", "level_spread", first(np.nan))
    hash_again(folder, sorted((*FILES, MAP)))
    assert np.isnan(load(folder).reference.dosage.level_spread[0])
