"""A model file is what it was when it was made, or it is refused; opening one runs none of its content."""

import hashlib
import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import ModelFileError
from leukotype.evidence.findings import FLAGS
from leukotype.evidence.knowledge import LESION_GENES
from leukotype.model.blasts import BlastModel
from leukotype.model.bundle import FILES, HASHES, Profiles, Reference, load, save, verify
from leukotype.model.classifier import SubtypeModel
from leukotype.model.dosage import DosageReference
from leukotype.model.features import Features
from leukotype.model.genes import GeneTable
from leukotype.model.log_odds import Linear
from leukotype.model.map import Map
from leukotype.vocabulary import CHROMOSOMES, INOVATE_SUBTYPES

# Real ids and symbols; the numbers of the model are drawn at random.
GENES = ("ENSG00000196092", "ENSG00000177455", "ENSG00000012048", "ENSG00000141510", "ENSG00000136997")
SYMBOLS = ("PAX5", "CD19", "BRCA1", "TP53", "MYC")


def toy_model():
    rng = np.random.default_rng(7)
    features = Features.learn(
        rng.poisson(40, (8, 5)).astype(float),
        ["DUX4-r", "KMT2A-r"] * 4,
        subtype_genes=np.array([0, 2, 3]),
        chromosomes=np.array([0, 1, 0, 1, -1]),
        dosage_weight=2.0,
    )
    return SubtypeModel(
        ("DUX4-r", "KMT2A-r"),
        features,
        gate=Linear(rng.normal(size=(5, 4)), rng.normal(size=4)),
        blasts=BlastModel(rng.normal(size=5), np.array(0.1), *np.sort(rng.uniform(0, 99, (4, 6)))),
        subtype=Linear(rng.normal(size=(5, 2)), rng.normal(size=2)),
        calibration=Linear(rng.normal(size=(2, 2)), rng.normal(size=2)),
        limit=4.0,
        most_outlying=0.5,
        lesion_weights=np.array([3.0, 1.5, 0.5, -2.0, -1.0]),
        sets=np.array([[0.5, 0.6], [0.1, 0.2]]),
    )


def gene_table(ids, symbols):
    columns = {"symbol": symbols, "entrez": "", "chromosome": "1", "length": 1500.5, "aliases": "OLD|OLDER"}
    return GeneTable(pd.DataFrame(columns, index=pd.Index(ids, name="ensembl_id")))


def toy_reference():
    """Four genes of the dosage, and one that is a marker alone."""
    rng = np.random.default_rng(9)
    dosage = DosageReference(
        centre=rng.uniform(2, 9, 4),
        spread=rng.uniform(0.2, 1, 4),
        directions=rng.normal(size=(4, 2)),
        chromosomes=np.array([0, 0, 16, 7]),
        level_spread=np.full(len(CHROMOSOMES), 0.05),
    )
    return Reference(dosage, gene_table(GENES[::-1], SYMBOLS[::-1]))


def toy_save(folder, manifest=None, patients=None):
    genes = gene_table(GENES, SYMBOLS)
    profiles = Profiles(("DUX4-r", "KMT2A-r"), np.ones((2, 5)), np.full((2, 5), 0.5))
    told = {"name": "toy", "version": "1.0", "threshold": 0.5, "min_genes_pct": 50.0, **(manifest or {})}
    return save(folder, toy_model(), genes, profiles, toy_reference(), told, "# Toy\n", patients)


@pytest.fixture
def folder(tmp_path):
    toy_save(tmp_path / "toy")
    return tmp_path / "toy"


def hash_again(folder, names=FILES):
    """Write the hashes of the files as they now are, as whoever changed them on purpose would."""
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / HASHES).write_text("".join(sums))


def refused(folder, match):
    with pytest.raises(ModelFileError, match=match) as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def test_a_loaded_model_predicts_what_the_saved_one_did(folder):
    rng = np.random.default_rng(1)
    values = rng.poisson(40, (10, 5)).astype(float)
    flags = rng.integers(0, 2, (10, 2, len(FLAGS))).astype(float)
    loaded = load(folder)
    assert np.array_equal(loaded.model.predict(values).joint(), toy_model().predict(values).joint())
    assert np.array_equal(
        loaded.model.predict(values, flags).joint(), toy_model().predict(values, flags).joint()
    )
    assert loaded.model.classes == toy_model().classes


def test_the_genes_the_profiles_and_the_manifest_come_back(folder):
    loaded = load(folder)
    assert tuple(loaded.genes.ids) == GENES
    assert loaded.genes.frame["symbol"].tolist() == list(SYMBOLS)
    assert loaded.genes.frame["length"].tolist() == [1500.5] * 5
    assert loaded.profiles.names == ("DUX4-r", "KMT2A-r")
    assert np.array_equal(loaded.profiles.spreads, np.full((2, 5), 0.5))
    assert loaded.manifest["threshold"] == 0.5
    assert loaded.manifest["schema"] == 4
    assert loaded.label == f"toy 1.0 ({loaded.digest[:8]})"


def test_the_reference_of_the_chromosomes_comes_back(folder):
    loaded, saved = load(folder).reference, toy_reference()
    assert tuple(loaded.genes.ids) == GENES[::-1]
    assert len(loaded.dosage) == len(saved.dosage) == 4
    for name, array in saved.dosage.state().items():
        assert np.array_equal(loaded.dosage.state()[name], array), name


def toy_map(subtypes=("DUX4-r", "KMT2A-r")):
    """Two landmarks, one for each subtype, left below and right above."""
    corners = np.array([[0.1, 0.1], [0.9, 0.9]])
    ring = np.array([[0.0, 0.0], [0.2, 0.0], [0.1, 0.2]])
    owners = np.array([0, 1])
    return Map(
        tuple(subtypes), 2 * np.eye(2) - 1, corners, corners, owners, np.concatenate([ring, ring + 0.8]),
        np.array([0, 3]), owners,
    )  # fmt: skip


def test_a_model_without_a_map_has_none(folder):
    assert load(folder).map is None


def test_the_map_comes_back_and_is_part_of_the_digest(tmp_path):
    plain = toy_save(tmp_path / "plain")
    assert toy_save(tmp_path / "mapped", patients=toy_map()) != plain
    loaded = load(tmp_path / "mapped").map
    assert loaded.subtypes == ("DUX4-r", "KMT2A-r")
    for name, array in toy_map().state().items():
        assert np.array_equal(loaded.state()[name], array), name
    assert [name for name, _ in loaded.outlines()] == ["DUX4-r", "KMT2A-r"]
    toy_save(tmp_path / "mapped")  # a model without a map in its place
    assert load(tmp_path / "mapped").map is None
    assert verify(tmp_path / "mapped") == plain


def test_a_map_that_was_taken_away_added_or_changed_is_refused(tmp_path):
    for name in ("away", "changed"):
        toy_save(tmp_path / name, patients=toy_map())
    toy_save(tmp_path / "added")
    (tmp_path / "added" / "map.npz").write_bytes((tmp_path / "away" / "map.npz").read_bytes())
    (tmp_path / "away" / "map.npz").unlink()
    (tmp_path / "changed" / "map.npz").write_bytes(b"")
    refused(tmp_path / "away", r"map\.npz: cannot be read")
    refused(tmp_path / "added", r"map\.npz: its hash is not the one")
    refused(tmp_path / "changed", r"map\.npz: its hash is not the one")


def test_a_map_of_other_subtypes_is_refused(tmp_path):
    toy_save(tmp_path / "toy", patients=toy_map(("DUX4-r", "HLF")))
    refused(tmp_path / "toy", r"map\.npz has other subtypes")


def test_the_same_content_gives_the_same_bytes(tmp_path):
    first = toy_save(tmp_path / "first", {"seed": 1, "metrics": {"a": 1, "b": 2}})
    again = toy_save(tmp_path / "again", {"metrics": {"b": 2, "a": 1}, "seed": 1})
    assert first == again == verify(tmp_path / "again")
    for name in (*FILES, HASHES):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_other_content_has_another_digest(tmp_path):
    assert toy_save(tmp_path / "first", {"seed": 1}) != toy_save(tmp_path / "other", {"seed": 2})


def test_the_hashes_are_those_that_sha256sum_checks(folder):
    # GNU coreutils, sha256sum --check: 64 hexadecimal digits, two blanks, the name.
    for line in (folder / HASHES).read_text().splitlines():
        digest, name = line.split("  ")
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("where", [0.0, 0.5, 1.0], ids=["first", "middle", "last"])
@pytest.mark.parametrize("name", [*FILES, HASHES])
def test_one_changed_byte_is_refused_with_the_name_of_its_file(folder, name, where):
    content = bytearray((folder / name).read_bytes())
    content[int(where * (len(content) - 1))] ^= 1
    (folder / name).write_bytes(bytes(content))
    refused(folder, name)
    with pytest.raises(ModelFileError, match=name):
        verify(folder)


@pytest.mark.parametrize("name", [*FILES, HASHES])
def test_a_file_that_is_not_there_is_named(folder, name):
    (folder / name).unlink()
    refused(folder, name)


@pytest.mark.parametrize("name", FILES)
def test_a_cut_file_is_refused(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    refused(folder, name)


def test_a_hash_too_few_or_too_many_is_refused(folder):
    lines = (folder / HASHES).read_text().splitlines(keepends=True)
    (folder / HASHES).write_text("".join(lines[:-1]))
    refused(folder, HASHES)
    (folder / HASHES).write_text("".join([*lines, lines[0]]))
    refused(folder, HASHES)


def test_a_folder_that_is_not_there_is_refused_with_what_to_give(tmp_path):
    refused(tmp_path / "nowhere", "nowhere.*--model")


@pytest.mark.parametrize("schema", [0, 1, 2, 99, "3", None])
def test_another_schema_is_refused_with_both_numbers(folder, schema):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": schema}))
    hash_again(folder)
    refused(folder, rf"manifest\.json.*one of the schemas 3, 4, found {schema}: learn it anew, or use the")


def test_a_bundle_of_the_first_version_is_refused_with_what_to_do(folder):
    """Leukotype 0.1 wrote five files, without the reference of the chromosomes, and schema 1."""
    first = ("card.md", "genes.tsv", "manifest.json", "model.npz", "profiles.npz")
    for name in set(FILES) - set(first):
        (folder / name).unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": 1}))
    hash_again(folder, first)
    refused(folder, r"schemas 3, 4, found 1: learn it anew, or use the version of leukotype that wrote it")


@pytest.mark.parametrize("name", ["dosage.npz", "model.npz"])
def test_arrays_of_something_else_are_refused(folder, name):
    """Changed on purpose, with the hashes made anew: here an array that is needed has another name."""
    with np.load(folder / name) as stored:
        arrays = dict(stored)
    other = "centre" if name == "dosage.npz" else "lesion_weights"
    arrays["something"] = arrays.pop(other)
    np.savez(folder / name, **arrays)
    hash_again(folder)
    refused(folder, rf"{folder}: its content is not that of a model \('{other}'\)")


class Trap:
    """Unpickling one creates a file: what a pickle may do, and a model file must not."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def arrays_with_a_pickle(trap):
    buffer = io.BytesIO()
    np.savez(buffer, **{**toy_model().state(), "subtypes": np.array([trap, None], dtype=object)})
    return buffer.getvalue()


def test_a_pickle_in_the_arrays_is_refused_and_never_run(folder, tmp_path):
    sprung = tmp_path / "sprung"
    (folder / "model.npz").write_bytes(arrays_with_a_pickle(Trap(sprung)))
    hash_again(folder)
    refused(folder, r"model\.npz")
    assert not sprung.exists()


def test_the_pickle_would_have_run_where_pickles_are_allowed(tmp_path):
    sprung = tmp_path / "sprung"
    with np.load(io.BytesIO(arrays_with_a_pickle(Trap(sprung))), allow_pickle=True) as stored:
        assert stored["subtypes"].shape == (2,)
    assert sprung.exists()


@pytest.mark.parametrize("name", ["model.npz", "profiles.npz", "dosage.npz"])
def test_a_pickle_in_place_of_the_arrays_is_refused_and_never_run(folder, tmp_path, name):
    sprung = tmp_path / "sprung"
    buffer = io.BytesIO()
    np.save(buffer, np.array([Trap(sprung)], dtype=object), allow_pickle=True)
    (folder / name).write_bytes(buffer.getvalue())
    hash_again(folder)
    refused(folder, re.escape(name))
    assert not sprung.exists()


def test_the_model_that_ships_loads_and_knows_what_a_call_needs():
    shipped = load()
    assert len(shipped.genes.ids) == 16_183  # of all experts; gate, blasts and features read 2,897 of them
    assert len(shipped.model.features.centre) == 2897
    # All of ICC 2022 (Arber et al., Blood 2022;140:1200) that the trial names, but B-other: it is no profile.
    assert set(INOVATE_SUBTYPES) - set(shipped.model.subtypes) == {"B-other"}
    assert 0 < shipped.manifest["threshold"] < 1
    assert 0 < shipped.manifest["min_genes_pct"] <= 100


def test_the_model_that_ships_knows_what_chromosomes_and_markers_are_measured_against():
    """`leukotype karyotype --help` says about 8,400 genes; they lie on 22 autosomes and X."""
    reference = load().reference
    genes, measured = reference.genes.frame, len(reference.dosage)
    assert measured == pytest.approx(8400, abs=50)
    assert set(genes["symbol"]) >= LESION_GENES
    assert set(genes["symbol"].iloc[measured:]) <= LESION_GENES
    homes = [CHROMOSOMES[number] for number in reference.dosage.chromosomes]
    assert genes["chromosome"].iloc[:measured].tolist() == homes
    assert set(homes) == set(CHROMOSOMES)
    assert (reference.dosage.spread > 0).all()


def test_the_model_that_ships_never_weighs_a_lesion_more_than_fifty_times():
    """The card: lesions that speak for a subtype add, the others subtract, within a factor of 50."""
    weights = dict(zip(FLAGS, load().model.lesion_weights, strict=True))
    assert list(weights) == ["defining", "typical", "compatible", "against", "absent"]
    assert all(weights[name] >= 0 for name in ("defining", "typical", "compatible"))
    assert all(weights[name] <= 0 for name in ("against", "absent"))
    assert max(map(abs, weights.values())) <= np.log(50) + 1e-9
    assert weights["defining"] > weights["typical"]
