"""One mutation: how its change of the protein is written, what it does to it, and who carries it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from leukotype.errors import InputError, count_of
from leukotype.inputs.lesions.hotspots import HotSpot

_LETTERS: Final = MappingProxyType(
    {
        **dict(zip(("Ala", "Arg", "Asn", "Asp", "Cys", "Gln", "Glu", "Gly"), "ARNDCQEG", strict=True)),
        **dict(zip(("His", "Ile", "Leu", "Lys", "Met", "Phe", "Pro", "Ser"), "HILKMFPS", strict=True)),
        **dict(zip(("Thr", "Trp", "Tyr", "Val", "Sec", "Pyl", "Xaa", "Ter"), "TWYVUOX*", strict=True)),
    }
)
_RESIDUE: Final = re.compile("|".join(_LETTERS))
_BESIDE: Final = re.compile(r"c\.\S+[\s,;/]+\(?p\.")  # c.239C>G p.(Pro80Arg), as reports write both
_LOWER: Final = re.compile(r"\b([a-z]{3})(\d+)([a-z]{3})\b")
_UNKNOWN: Final = frozenset({"", ".", "-", "?", "na", "nan", "none", "null"})

# MAF's Variant_Classification as Sequence Ontology terms: what vcf2maf (mskcc/vcf2maf) does, backwards.
_MAF_TERMS: Final = MappingProxyType(
    {
        "Missense_Mutation": "missense_variant",
        "Nonsense_Mutation": "stop_gained",
        "Nonstop_Mutation": "stop_lost",
        "Translation_Start_Site": "start_lost",
        "Frame_Shift_Del": "frameshift_variant",
        "Frame_Shift_Ins": "frameshift_variant",
        "In_Frame_Del": "inframe_deletion",
        "In_Frame_Ins": "inframe_insertion",
        "Splice_Site": "splice_site_variant",
        "Splice_Region": "splice_region_variant",
        "Silent": "synonymous_variant",
        "Intron": "intron_variant",
        "5'UTR": "5_prime_UTR_variant",
        "3'UTR": "3_prime_UTR_variant",
        "5'Flank": "upstream_gene_variant",
        "3'Flank": "downstream_gene_variant",
        "IGR": "intergenic_variant",
        "RNA": "non_coding_transcript_exon_variant",
    }
)

# Terms that Ensembl VEP ranks HIGH or MODERATE, with SnpEff's and older spellings: enough where no protein
# change is written (splice sites have none).
_ALTERING: Final = frozenset(
    {
        *("transcript_ablation", "exon_loss_variant", "stop_gained", "stop_lost", "start_lost"),
        *("frameshift_variant", "splice_acceptor_variant", "splice_donor_variant", "splice_site_variant"),
        *("missense_variant", "protein_altering_variant", "inframe_insertion", "inframe_deletion"),
        *("conservative_inframe_insertion", "conservative_inframe_deletion"),
        *("disruptive_inframe_insertion", "disruptive_inframe_deletion", "rare_amino_acid_variant"),
    }
)


@dataclass(frozen=True)
class MutationCall:
    """A variant of one sample in a gene that is read.

    ``protein_change`` is as `protein_change` gives it, ``consequence`` one or more Sequence Ontology terms
    joined by ``&``. Numbers are None and texts empty where the file does not say. ``failed`` names the
    caller's filters that it did not pass, ``against`` what the file says against it, ``read_as`` what of its
    naming was changed; ``is_stated`` is whether a laboratory's own list says it, and no caller's output.
    """

    sample: str
    gene: str
    protein_change: str
    consequence: str
    chrom: str = ""
    pos: int | None = None
    ref: str = ""
    alt: str = ""
    alt_reads: int | None = None
    depth: int | None = None
    allele_fraction: float | None = None
    failed: str = ""
    against: str = ""
    read_as: str = ""
    is_stated: bool = False

    def rename_after(self, spot: HotSpot | None) -> MutationCall:
        """Give the mutation in the words of its hot spot, whatever transcript the file chose.

        One that has another residue at the same number is another change, whatever its place.
        """
        another = spot is not None and self.protein_change[:-1] == spot.change[:-1]
        if spot is None or (another and self.protein_change != spot.change):
            return self
        missense = "missense_variant"
        consequence = self.consequence if missense in self.consequence else missense
        read_as = self.read_as
        if self.protein_change not in ("", spot.change):
            read_as = f"{self.gene} {self.protein_change} as {spot.change}"
        return replace(
            self, gene=spot.gene, protein_change=spot.change, consequence=consequence, read_as=read_as
        )


class OfNobodyError(InputError):
    """A file of mutations is of no sample of the run."""


@dataclass(frozen=True)
class MutationFile:
    """What one file says of the samples of a run.

    ``ran`` holds the samples whose mutations the file would have shown; ``assembly`` is ``GRCh38``,
    ``GRCh37`` or empty where it cannot be told; ``limits`` are those of the notes that say what of it was not
    read.
    """

    format: str
    rows: tuple[MutationCall, ...]
    ran: frozenset[str]
    assembly: str
    notes: tuple[str, ...]
    limits: tuple[str, ...] = ()


def protein_change(text: str) -> str:
    """Write a protein change in one-letter code without ``p.``: ``P80R``, ``R196*``, ``Y705fs``, ``R273=``.

    Reads HGVS with a reference sequence, brackets, three-letter code and percent escapes, and MAF's short
    form. What a frame shift makes after its first residue is left out. What is not HGVS (``IK6``) stays as it
    is; empty where the change is not known.
    """
    change = unquote(text.strip()).rpartition(":")[2].strip()
    change = change[max(change.find("p."), 0) :] if _BESIDE.match(change) else change
    change = _LOWER.sub(lambda found: found[1].title() + found[2] + found[3].title(), change)
    change = change.removeprefix("p.").replace("(", "").replace(")", "")
    if change.lower() in _UNKNOWN:
        return ""
    change = _RESIDUE.sub(lambda found: _LETTERS[found.group()], change)
    change = re.sub(r"^([A-Z*]\d+)[A-Z*]?fs.*$", r"\1fs", change)
    change = re.sub(r"^([A-WYZ]\d+)X$", r"\1*", change)
    return re.sub(r"^([A-Z*])(\d+)\1$", r"\1\2=", change)


_CHANGE: Final = re.compile(
    r"(?:p\.)?\(?(?:[A-Z][a-z]{2}|[A-Z])\d+(?:[A-Z][a-z]{2}|[A-Z*]|_?[A-Z]?\w*(?:fs|del|dup|ins)\S*)\)?"
    r"|c\.\d+[ACGT]>[ACGT]"
)
_APART: Final = re.compile(r"[\s,;/\[\]]+|(?<=\w)\(")


def changes_in(text: str) -> tuple[str, ...]:
    """List the changes that stand among other words, as `protein_change` gives them; none: no such change.

    One of the coding sequence stands for itself where no change of the protein does.
    """
    words = [word.strip("()?.:") for word in _APART.split(_lift(text)) if word]
    found = [word for word in words if _CHANGE.fullmatch(word)]
    return tuple(dict.fromkeys(protein_change(word) for word in found if not word.startswith("c."))) or tuple(
        found
    )


def _lift(text: str) -> str:
    """Write changes in lower case (pro80arg, p80r) as HGVS does."""
    text = _LOWER.sub(lambda found: found[1].title() + found[2] + found[3].title(), unquote(text))
    return re.sub(r"(?<![\w.])([a-z])(\d+)([a-z])(?!\w)", lambda each: each[0].upper(), text)


def substitution(residues: str, position: str) -> str:
    """Write the change of one residue from VEP's ``Amino_acids`` (``P/R``) and ``Protein_position`` (``80``).

    Gives an empty text for anything longer, which needs HGVS.
    """
    if not position.isdigit() or not re.fullmatch(r"[A-Z*](/[A-Z*])?", residues):
        return ""
    return protein_change(residues[0] + position + residues[-1])


# bcftools csq: 12G>12D, 196R>196*, 64L of a silent change; longer ones are told by their consequence.
_RESIDUES: Final = re.compile(r"(?P<at>\d+)(?P<old>[A-Z*])(?:>(?P=at)(?P<new>[A-Z*]))?")

_CSQ_TERMS: Final = MappingProxyType(
    {
        "inframe_altering": "protein_altering_variant",
        "5_prime_utr": "5_prime_UTR_variant",
        "3_prime_utr": "3_prime_UTR_variant",
        **{
            word: f"{word}_variant"
            for word in (
                *("missense", "frameshift", "synonymous", "intron", "intergenic", "coding_sequence"),
                *("splice_acceptor", "splice_donor", "splice_region", "stop_retained"),
            )
        },
    }
)


def residue_change(text: str) -> str:
    """Write the change of one residue as bcftools csq writes it (``12G>12D``); empty for anything longer."""
    found = _RESIDUES.fullmatch(text)
    return protein_change(found["old"] + found["at"] + (found["new"] or found["old"])) if found else ""


def csq_terms(text: str) -> str:
    """Give the consequences of bcftools csq (``missense``, ``*frameshift``) as Sequence Ontology terms."""
    words = text.removeprefix("*").split("&")
    return "&".join(_CSQ_TERMS.get(word, word) for word in words)


def consequence_terms(text: str) -> str:
    """Give MAF's classes as Sequence Ontology terms; other words stay as they are."""
    return _MAF_TERMS.get(text.strip(), text.strip())


def changes_protein(consequence: str, change: str) -> bool:
    """Whether a mutation changes the protein, by its protein change or else by its consequence."""
    if change:
        return not change.endswith("=")
    return not _ALTERING.isdisjoint(consequence.split("&"))


def rows_read(rows: int, mutations: int) -> str:
    """Say how much of a file of mutations counts for anything."""
    return f"{count_of(rows, 'row')} read, {count_of(mutations, 'mutation')} in the genes that are read"
