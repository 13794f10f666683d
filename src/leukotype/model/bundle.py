"""A model on disk: plain arrays, gene table, manifest and card, each under a hash. Loading runs no code."""

from __future__ import annotations

import hashlib
import io
import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from leukotype.errors import ModelFileError
from leukotype.model import audit, stored_pool
from leukotype.model.audit import ArrayFile, ArrayForm, check_genes
from leukotype.model.classifier import SubtypeModel
from leukotype.model.dosage import DosageReference
from leukotype.model.dropout import Dropout
from leukotype.model.genes import GeneTable
from leukotype.model.map import Map
from leukotype.model.old import READERS
from leukotype.model.pool import Pool

SCHEMA = 4
HASHES = "SHA256SUMS"
FILES = (
    "card.md",
    "dosage.npz",
    "genes.tsv",
    "manifest.json",
    "model.npz",
    "profiles.npz",
    "reference_genes.tsv",
)
MAP = "map.npz"  # of a model that has a map
POOL = "pool.npz"  # of a model whose subtypes a pool of experts scores
OPTIONAL = (MAP, POOL)
_MOMENTS = ("means", "spreads")  # of the profiles
_LONGEST_REASON = 200  # characters of what a reader of content says
# What a model may have learned itself or kept from the one that it started from; all else it always learns.
PARTS = ("genes", "reference", "features", "gate", "blasts", "limit", "lesion_weights")


class Origin(StrEnum):
    """Where a part of a model comes from."""

    LEARNED = "learned"
    KEPT = "kept"
    UNKNOWN = "unknown"  # of a bundle whose schema did not say it


@dataclass(frozen=True, eq=False)
class Profiles:
    """Mean expression of every class that the model was taught, for simulation.

    Parameters
    ----------
    names
        subtypes, ``T-ALL`` and ``normal``.
    means, spreads
        classes x genes, log2(CPM + 1).
    """

    names: tuple[str, ...]
    means: npt.NDArray[Any]
    spreads: npt.NDArray[Any]


@dataclass(frozen=True)
class Reference:
    """What the evidence in the counts is measured against.

    Parameters
    ----------
    dosage
        leukemias with a diploid karyotype.
    genes
        the genes of the dosage, in its order, and after them those that are markers alone.
    """

    dosage: DosageReference
    genes: GeneTable


@dataclass(frozen=True)
class Bundle:
    """A loaded model.

    Parameters
    ----------
    model
        the classifier.
    genes
        its genes, with the other names that tables give them.
    profiles
        what it learned of each class.
    reference
        what it learned of diploid leukemias.
    manifest
        name, version, threshold, least share of genes, who taught, metrics; see `leukotype.learning.store`.
    digest
        SHA-256 over the hashes of all files: the identity of this bundle.
    map
        where its patients of training lie; None of a model without a map.
    """

    model: SubtypeModel
    genes: GeneTable
    profiles: Profiles
    reference: Reference
    manifest: Mapping[str, Any]
    digest: str
    map: Map | None = None

    @property
    def parts(self) -> dict[str, Origin]:
        """Where each of `PARTS` comes from."""
        told: Mapping[str, str] = self.manifest.get("parts", {})
        return {name: Origin(told.get(name, Origin.UNKNOWN)) for name in PARTS}

    @cached_property
    def dropout(self) -> Dropout:
        """Tells the genes that a library did not catch, by what the classes express."""
        return Dropout(self.profiles.means.astype(np.float64), self.profiles.spreads.astype(np.float64))

    def without_pool(self) -> Bundle:
        """Give gate, blasts and features in their own genes alone, for a laboratory's own subtypes."""
        own = self.model.features.genes
        if len(own) == len(self.genes.ids):
            return self
        features = replace(self.model.features, genes=np.arange(len(own)))
        means, spreads = self.profiles.means[:, own], self.profiles.spreads[:, own]
        return replace(
            self,
            model=replace(self.model, features=features),
            genes=GeneTable(self.genes.frame.iloc[own]),
            profiles=Profiles(self.profiles.names, means, spreads),
        )

    @property
    def label(self) -> str:
        """Name, version and start of the digest, as written beside every call."""
        return f"{self.manifest['name']} {self.manifest['version']} ({self.digest[:8]})"


def default_path() -> Path:
    """Folder of the model that ships with the package."""
    beside = Path(__file__).parents[1] / "models" / "default"
    return beside if beside.is_dir() else Path(__file__).parents[3] / "models" / "default"


def load(path: Path | None = None) -> Bundle:
    """Load a bundle, the shipped one by default.

    Raises
    ------
    ModelFileError
        if a file is missing, has another hash than the bundle says, is of another schema, or holds what
        training cannot have given; see `leukotype.model.audit`.
    """
    folder = default_path() if path is None else Path(path)
    content, digest = _verify(folder)
    try:
        manifest = dict(json.loads(content["manifest.json"]))
        read = READERS.get(manifest["schema"])
        today = manifest if read is None else read(manifest)
        audit.check_manifest(str(folder / "manifest.json"), today)
        return _build(folder, content, today, digest)
    except ModelFileError:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:_LONGEST_REASON]
        raise ModelFileError(
            f"{folder}: its content is not that of a model ({said}): get it again"
        ) from error


def _build(folder: Path, content: Mapping[str, bytes], manifest: Mapping[str, Any], digest: str) -> Bundle:
    genes, others = (_genes(folder, name, content) for name in ("genes.tsv", "reference_genes.tsv"))
    lengths = {"genes": len(genes.ids)}
    pool = stored_pool.read(_file(folder, POOL, content), len(genes.ids)) if POOL in content else None
    model = _model(_file(folder, "model.npz", content), lengths, pool)
    bundle = Bundle(
        model,
        genes,
        _profiles(_file(folder, "profiles.npz", content), lengths),
        Reference(_dosage(_file(folder, "dosage.npz", content), len(others.ids)), others),
        manifest,
        digest,
        _map(_file(folder, MAP, content), model) if MAP in content else None,
    )
    _ = bundle.parts  # an origin that is none is refused here
    return bundle


def _file(folder: Path, name: str, content: Mapping[str, bytes]) -> ArrayFile:
    return ArrayFile(str(folder / name), content[name])


def _genes(folder: Path, name: str, content: Mapping[str, bytes]) -> GeneTable:
    return check_genes(str(folder / name), GeneTable.from_text(content[name].decode()))


def _forms_of(
    file: ArrayFile, forms: Mapping[str, ArrayForm], newer: tuple[str, ...]
) -> dict[str, ArrayForm]:
    """Leave out what a bundle of an older version lacks."""
    return {name: form for name, form in forms.items() if name not in newer or file.has(name)}


def _model(file: ArrayFile, lengths: dict[str, int], pool: Pool | None) -> SubtypeModel:
    """Read the classifier; one of 0.3.0 reads all genes of its bundle, and has no limit of outlying ones."""
    forms = _forms_of(file, audit.MODEL, ("features.genes", "most_outlying"))
    if "features.genes" not in forms:
        lengths["read genes"] = lengths["genes"]
    if pool is None:
        forms |= audit.LINEAR if file.has("subtype.weights") else audit.TREES
    arrays = file.unpack(forms, lengths)
    audit.check_model(file, arrays, lengths)
    model = SubtypeModel.from_state(arrays, pool)
    if pool is not None and pool.classes != model.subtypes:
        raise ValueError(f"{POOL} has other subtypes than model.npz")
    return model


def _profiles(file: ArrayFile, lengths: dict[str, int]) -> Profiles:
    """Read the profiles; a model that was only measured may have none."""
    arrays = file.unpack(audit.PROFILES if file.is_text("names") else audit.NO_PROFILES, lengths)
    known = {(name, "classes that are known in some gene"): _is_known(arrays[name]) for name in _MOMENTS}
    audit.check_facts(file, known)
    return Profiles(tuple(str(name) for name in arrays["names"]), arrays["means"], arrays["spreads"])


def _is_known(moments: npt.NDArray[Any]) -> bool:
    return bool((~np.isnan(moments)).any(axis=1).all())


def _dosage(file: ArrayFile, genes: int) -> DosageReference:
    """Read the chromosomes' reference; one of 0.3.0 has no limit of misfit."""
    arrays = file.unpack(_forms_of(file, audit.DOSAGE, ("most_misfit",)), {})
    audit.check_dosage(file, arrays, genes)
    return DosageReference.from_state(arrays)


def _map(file: ArrayFile, model: SubtypeModel) -> Map:
    """Read the map of a model.

    Raises
    ------
    ValueError
        If it is the map of other subtypes.
    """
    lengths: dict[str, int] = {}
    arrays = file.unpack(audit.MAP, lengths)
    audit.check_map(file, arrays, lengths)
    found = Map.from_state(arrays)
    if found.subtypes != model.subtypes:
        raise ValueError(f"{MAP} has other subtypes than model.npz")
    return found


def verify(path: Path) -> str:
    """Check every file against the bundle's hashes; the digest.

    Raises
    ------
    ModelFileError
        as `load`.
    """
    return _verify(Path(path))[1]


def save(
    folder: Path,
    model: SubtypeModel,
    genes: GeneTable,
    profiles: Profiles,
    reference: Reference,
    manifest: Mapping[str, Any],
    card: str,
    patients: Map | None = None,
) -> str:
    """Write a bundle; the same content gives the same bytes.

    Parameters
    ----------
    patients
        the map of the patients of training; see `leukotype.learning.map_layout`.

    Returns
    -------
    The digest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "card.md": card.encode(),
        "dosage.npz": _pack(reference.dosage.state()),
        "genes.tsv": genes.to_text().encode(),
        "manifest.json": (
            json.dumps({"schema": SCHEMA, **manifest}, indent=2, sort_keys=True) + "\n"
        ).encode(),
        "model.npz": _pack(model.state()),
        "profiles.npz": _pack(
            {"names": np.array(profiles.names), "means": profiles.means, "spreads": profiles.spreads}
        ),
        "reference_genes.tsv": reference.genes.to_text().encode(),
    }
    for name in OPTIONAL:
        (folder / name).unlink(missing_ok=True)  # that of a model which stood here
    if patients is not None:
        content[MAP] = _pack(patients.state())
    if isinstance(model.subtype, Pool):
        content[POOL] = _pack(stored_pool.state(model.subtype))
    sums = _sums(content)
    for name, data in {**content, HASHES: sums.encode()}.items():
        (folder / name).write_bytes(data)
    return hashlib.sha256(sums.encode()).hexdigest()


def _sums(content: Mapping[str, bytes]) -> str:
    return "".join(f"{hashlib.sha256(content[name]).hexdigest()}  {name}\n" for name in sorted(content))


def _pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **dict(arrays))
    return buffer.getvalue()


def _verify(folder: Path) -> tuple[dict[str, bytes], str]:
    if not folder.is_dir():
        raise ModelFileError(f"{folder}: expected the folder of a model, found none: give --model DIR")
    _check_schema(folder)
    sums = _read(folder / HASHES)
    more = [name for name in OPTIONAL if (folder / name).exists() or name.encode() in sums]
    content = {name: _read(folder / name) for name in (*FILES, *more)}
    expected = _sums(content).encode()
    for ours, theirs in zip(expected.splitlines(), sums.splitlines(), strict=False):
        if ours != theirs:
            name = ours.split()[-1].decode()
            raise ModelFileError(
                f"{folder / name}: its hash is not the one in {HASHES}: the bundle was changed or damaged; "
                f"get it again"
            )
    if expected != sums:
        raise ModelFileError(
            f"{folder / HASHES}: expected {len(content)} lines of hashes: get the bundle again"
        )
    return content, hashlib.sha256(sums).hexdigest()


def _check_schema(folder: Path) -> None:
    """Refuse a bundle of a later version before its files are asked for: it may have others."""
    try:
        schema = dict(json.loads(_read(folder / "manifest.json"))).get("schema")
    except (TypeError, ValueError, RecursionError):
        return  # no manifest at all: its hash will not fit, or its content will be refused
    if schema not in (SCHEMA, *READERS):
        known = ", ".join(str(each) for each in (*READERS, SCHEMA))
        found = "".join(filter(str.isprintable, str(schema)))[:_LONGEST_REASON]
        raise ModelFileError(
            f"{folder}: manifest.json: expected one of the schemas {known}, found {found}: "
            "learn it anew, or use the version of leukotype that wrote it"
        )


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > audit.LARGEST_FILE:
            raise ModelFileError(
                f"{path}: expected a file of at most {audit.LARGEST_FILE} bytes, found another: "
                "get the bundle again"
            )
        return path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read ({error.strerror}): get the bundle again") from error
