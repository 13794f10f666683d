"""What the annotations of a VCF say of an allele: VEP, SnpEff, bcftools csq, GATK Funcotator, ANNOVAR.

References
----------
.. [1] gatk.broadinstitute.org, "Funcotator Information and Tutorial": the fields of FUNCOTATION, one
       bracket an allele; ``Gencode_34_otherTranscripts`` holds ``GENE_TRANSCRIPT_CLASS_p.CHANGE``.
.. [2] annovar.openbioinformatics.org, "Gene-based annotation": ``AAChange`` as GENE:TRANSCRIPT:EXON:c.:p.,
       and a block of fields up to ``ALLELE_END`` for each allele.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from leukotype.inputs.lesions.hotspots import hot_spot_of, wanted_gene
from leukotype.inputs.lesions.protein_changes import (
    changes_protein,
    csq_terms,
    protein_change,
    residue_change,
    substitution,
)

# Of INFO: VEP (--vcf_info_field may name another), SnpEff, bcftools csq, Funcotator; ANNOVAR's by its table.
CSQ_TAG: Final = "BCSQ"
FUNCOTATION: Final = "FUNCOTATION"
AA_CHANGE: Final = "AAChange."
TAGS: Final = ("CSQ", "ANN", CSQ_TAG, FUNCOTATION)
VEP: Final = "VEP"
_SNPEFF, _CSQ = "SnpEff", "bcftools csq"
_FUNCOTATOR, _ANNOVAR = "GATK Funcotator", "ANNOVAR"
ANNOTATORS: Final = f"{VEP}, {_SNPEFF}, {_CSQ}, {_FUNCOTATOR} or {_ANNOVAR}"
GENE_FIELD: Final = {VEP: "SYMBOL", _SNPEFF: "Gene_Name", _CSQ: "gene", _FUNCOTATOR: "hugoSymbol"}
_NO_BASES: Final = ("*", "<", "[", "]", ".")
_SOURCE: Final = re.compile(r"Gencode_\d+_")  # before the names of Funcotator's fields
# What Funcotator and ANNOVAR write for marks that VCF keeps for itself.
_ESCAPES: Final = re.compile(r"_?%([0-9A-Fa-f]{2})_?|\\x([0-9A-Fa-f]{2})")
_OTHER: Final = re.compile(
    r"(?P<symbol>.+?)_(?P<transcript>ENST[\d.]+)_(?P<term>[A-Z_0-9]+)(?:_(?P<change>p\..+))?"
)
_TERMS: Final = MappingProxyType(
    {
        "MISSENSE": "missense_variant",
        "NONSENSE": "stop_gained",
        "NONSTOP": "stop_lost",
        **dict.fromkeys(("FRAME_SHIFT_DEL", "FRAME_SHIFT_INS"), "frameshift_variant"),
        "IN_FRAME_DEL": "inframe_deletion",
        "IN_FRAME_INS": "inframe_insertion",
        "SPLICE_SITE": "splice_site_variant",
        "SILENT": "synonymous_variant",
        **dict.fromkeys(("START_CODON_SNP", "START_CODON_DEL", "START_CODON_INS"), "start_lost"),
        "nonsynonymous": "missense_variant",
        "synonymous": "synonymous_variant",
        "splicing": "splice_site_variant",
        "stopgain": "stop_gained",
        "stoploss": "stop_lost",
        "startloss": "start_lost",
        "frameshift": "frameshift_variant",
        "nonframeshift": "protein_altering_variant",
    }
)


@dataclass(frozen=True)
class Annotator:
    """How the annotations of a VCF are written: the tag of INFO and the names of its fields."""

    tag: str
    fields: tuple[str, ...]

    @property
    def tool(self) -> str:
        """Name of the program, by its fields: VEP may write into SnpEff's tag."""
        if self.tag in (CSQ_TAG, FUNCOTATION):
            return _CSQ if self.tag == CSQ_TAG else _FUNCOTATOR
        if self.tag.startswith(AA_CHANGE):
            return _ANNOVAR
        return VEP if "Consequence" in self.fields else _SNPEFF

    def effect(self, info: str, ref: str, alts: Sequence[str], alt: str) -> Effect | None:
        """Choose what one alternate allele of a row does, over all transcripts.

        Preferred are, in this order: a hot spot, a change of the protein, MANE Select, the canonical
        transcript, and what stands first.

        Parameters
        ----------
        info
            the whole INFO of the row.

        Returns
        -------
        None if no transcript of a gene that is read is annotated.
        """
        if self.tool == _ANNOVAR:
            effects = list(self._of_annovar(info, list(alts).index(alt), len(alts)))
        elif self.tool == _FUNCOTATOR:
            effects = list(self._of_funcotator(_value(info, self.tag), list(alts).index(alt), len(alts)))
        else:
            effects = self._of_transcripts(_value(info, self.tag), ref, alts, alt)
        return max(effects, key=lambda effect: effect.rank, default=None)

    def _of_transcripts(self, text: str, ref: str, alts: Sequence[str], alt: str) -> list[Effect]:
        entries = [dict(zip(self.fields, each.split("|"), strict=False)) for each in text.split(",") if each]
        mine = [each for each in entries if self._is_of(each, ref, alts, alt)]
        plain = [each for each in mine if "-" not in each.get("Allele", "").strip("-")]
        return [effect for each in plain or mine if (effect := self._effect(each)) is not None]

    def _of_funcotator(self, text: str, index: int, number: int) -> Iterator[Effect]:
        """Read the bracket of an allele, and in it the transcripts beside the one that was chosen."""
        alleles = re.findall(r"\[([^\[\]]*(?:\]#\[[^\[\]]*)*)\]", text)
        if len(alleles) != number:
            return
        for written in alleles[index].split("]#["):
            entry = dict(zip(self.fields, map(_plain, written.split("|")), strict=False))
            said = (
                entry.get("hugoSymbol", ""),
                entry.get("proteinChange", ""),
                entry.get("variantClassification", ""),
            )
            others = map(_OTHER.fullmatch, entry.get("otherTranscripts", "").split("/"))
            beside = [(each["symbol"], each["change"] or "", each["term"]) for each in others if each]
            for at, (symbol, change, term) in enumerate([said, *beside]):
                if gene := wanted_gene(symbol):
                    yield Effect(
                        symbol, gene, protein_change(change), _TERMS.get(term, term.lower()), (at == 0,)
                    )

    def _of_annovar(self, info: str, index: int, number: int) -> Iterator[Effect]:
        """Read the block of an allele; a row of several without blocks does not say whose its change is."""
        blocks = info.split("ALLELE_END")
        if number > 1 and len(blocks) <= number:
            return
        table = self.tag.removeprefix(AA_CHANGE)
        cell = {
            name: _plain(_value(blocks[index], f"{name}.{table}"))
            for name in ("Func", "Gene", "ExonicFunc", "AAChange")
        }
        yield from annovar_effects(cell["Func"], cell["Gene"], cell["ExonicFunc"], cell["AAChange"])

    def _is_of(self, entry: Mapping[str, str], ref: str, alts: Sequence[str], alt: str) -> bool:
        """Whether an annotation is of this allele; SnpEff's ``G-C`` is G against the germline's C."""
        number, allele = entry.get("ALLELE_NUM", ""), entry.get("Allele", "")
        if number:
            return number == str(list(alts).index(alt) + 1)
        bases = [each for each in alts if has_bases(each)]
        if len(bases) == 1:
            return not allele.startswith(_NO_BASES)
        if self.tool == _CSQ:  # dna_change: 25245350C>T, of a compound change one for each row
            return any(part.endswith(f"{ref}>{alt}") for part in entry.get("dna_change", "").split("+"))
        if self.tool == VEP:
            return allele in (alt, _vep_allele(ref, bases, alt))
        return allele == alt or allele.startswith(f"{alt}-")

    def _effect(self, entry: Mapping[str, str]) -> Effect | None:
        symbol = entry.get(GENE_FIELD[self.tool], "") or entry.get("Gene", "")
        gene = wanted_gene(symbol)
        if not gene:
            return None
        if self.tool == _CSQ:
            change = residue_change(entry.get("amino_acid_change", ""))
            return Effect(symbol, gene, change, csq_terms(entry.get("Consequence", "")))
        if self.tool == _SNPEFF:
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


def annovar_effects(func: str, genes: str, exonic: str, changes: str) -> Iterator[Effect]:
    """Give what ANNOVAR's four columns of a gene table say, in the genes that are read."""
    word = re.split(r"[ _]", exonic.strip())[0] if exonic.strip(" .") else func.split(";")[-1]
    term = _TERMS.get(word, word)
    told = [each.split(":") for each in changes.split(",") if ":" in each]
    named = [(parts[0], next((part for part in parts if part.startswith("p.")), "")) for parts in told]
    for symbol, change in named or [(symbol, "") for symbol in re.split(r"[;,]", genes)]:
        if gene := wanted_gene(symbol):
            yield Effect(symbol, gene, protein_change(change), term)


def _value(info: str, tag: str) -> str:
    """Give the value of a field of INFO; empty without it."""
    return next((part[len(tag) + 1 :] for part in info.split(";") if part.startswith(f"{tag}=")), "")


def _plain(text: str) -> str:
    return _ESCAPES.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def funcotation_fields(text: str) -> tuple[str, ...]:
    """Give the names of Funcotator's fields without the release of Gencode before them."""
    return tuple(_SOURCE.sub("", name.strip()) for name in text.split("|"))
