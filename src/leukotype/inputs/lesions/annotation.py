"""What VEP (CSQ) and SnpEff (ANN) wrote into a VCF: gene, protein change and consequence of each variant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leukotype.errors import InputError
from leukotype.inputs.lesions.hotspots import hot_spot_of, wanted_gene
from leukotype.inputs.lesions.protein_changes import changes_protein, protein_change, substitution
from leukotype.inputs.lesions.vcf_lines import TAGS, VcfLines

_VEP, _SNPEFF = TAGS
_GENE: Final = {_VEP: "SYMBOL", _SNPEFF: "Gene_Name"}
_NO_BASES: Final = ("*", "<", "[", "]", ".")


@dataclass(frozen=True)
class Annotator:
    """How the annotations of a VCF are written: the tag of INFO and the names of its fields."""

    tag: str
    fields: tuple[str, ...]

    @property
    def tool(self) -> str:
        """Name of the program."""
        return "VEP" if self.tag == _VEP else "SnpEff"

    def effect(self, text: str, ref: str, alts: Sequence[str], alt: str) -> Effect | None:
        """Choose what one alternate allele of a row does, over all transcripts.

        Preferred are, in this order: a hot spot, a change of the protein, MANE Select, the canonical
        transcript, and what stands first.

        Parameters
        ----------
        text
            the whole value of the tag; empty if the row has none.

        Returns
        -------
        None if no transcript of a gene that is read is annotated.
        """
        entries = [dict(zip(self.fields, each.split("|"), strict=False)) for each in text.split(",") if each]
        mine = [each for each in entries if self._is_of(each, ref, alts, alt)]
        plain = [each for each in mine if "-" not in each.get("Allele", "").strip("-")]
        effects = [effect for each in plain or mine if (effect := self._effect(each)) is not None]
        return max(effects, key=lambda effect: effect.rank, default=None)

    def _is_of(self, entry: Mapping[str, str], ref: str, alts: Sequence[str], alt: str) -> bool:
        """Whether an annotation is of this allele; SnpEff's ``G-C`` is G against the germline's C."""
        number, allele = entry.get("ALLELE_NUM", ""), entry.get("Allele", "")
        if number:
            return number == str(list(alts).index(alt) + 1)
        bases = [each for each in alts if has_bases(each)]
        if len(bases) == 1:
            return not allele.startswith(_NO_BASES)
        if self.tag == _VEP:
            return allele in (alt, _vep_allele(ref, bases, alt))
        return allele == alt or allele.startswith(f"{alt}-")

    def _effect(self, entry: Mapping[str, str]) -> Effect | None:
        symbol = entry.get(_GENE[self.tag], "")
        gene = wanted_gene(symbol)
        if not gene:
            return None
        if self.tag == _SNPEFF:
            return Effect(symbol, gene, protein_change(entry.get("HGVS.p", "")), entry.get("Annotation", ""))
        change = protein_change(entry.get("HGVSp", "")) or substitution(
            entry.get("Amino_acids", ""), entry.get("Protein_position", "").partition("/")[0]
        )
        chosen = (bool(entry.get("MANE_SELECT")), entry.get("CANONICAL") == "YES", entry.get("PICK") == "1")
        return Effect(symbol, gene, change, entry.get("Consequence", ""), chosen)


@dataclass(frozen=True)
class Effect:
    """What a variant does to one transcript.

    ``symbol`` is the gene as the file has it; ``chosen`` is whether VEP marked it MANE, canonical, picked.
    """

    symbol: str
    gene: str
    change: str
    consequence: str
    chosen: tuple[bool, ...] = ()

    @property
    def rank(self) -> tuple[bool, ...]:
        """How much it is preferred over the effects on other transcripts."""
        altering = changes_protein(self.consequence, self.change)
        return (
            hot_spot_of(self.gene, self.change) is not None,
            altering and bool(self.change),
            altering,
            *self.chosen,
        )


def has_bases(alt: str) -> bool:
    """Whether an alternate allele is a sequence, not a symbol (``<NON_REF>``, ``*``) or a breakend."""
    return not any(mark in alt for mark in _NO_BASES)


def _vep_allele(ref: str, alts: Sequence[str], alt: str) -> str:
    """Write an allele as VEP does: without the first base where lengths differ and all share that base."""
    if all(each[0] == ref[0] for each in alts) and any(len(each) != len(ref) for each in alts):
        return alt[1:] or "-"
    return alt


def find_annotator(text: VcfLines) -> Annotator | None:
    """Read from the header how the rows of a VCF are annotated; None if no row is.

    Raises
    ------
    InputError
        For an annotation without gene symbols or alleles.
    """
    for tag in TAGS:
        for line in text.meta:
            if line.startswith(f"##INFO=<ID={tag},") and (text.annotated[tag] or not text.total):
                return _annotator(text.path, tag, line)
    return None


def _annotator(path: Path, tag: str, line: str) -> Annotator:
    described = re.search(r'Description="(.*)"', line)
    names = (described.group(1) if described else "").rpartition(":")[2]
    fields = tuple(name.strip(" '") for name in names.split("|"))
    for needed in ("Allele", _GENE[tag]):
        if needed not in fields:
            raise InputError(
                f"{path}: expected the annotation {tag} with the field {needed}, found its header without: "
                f"annotate again{' with vep --symbol' if tag == _VEP else ''}"
            )
    return Annotator(tag, fields)
