"""What becomes of text files with something altered: the same calls, others, a refusal, or something worse.

Run by hand, from the repository: ``python -m training.studies.altered_text --number 100``. Two SYNTHETIC
patients are called with one file of each kind, at drawn places of which something is put in, taken away or
doubled; each in a child with limits. Where a call changes, it is told whether a note, a warning or the
evidence differs too: what is in none of them happened in silence. Printed is a table of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.errors import InputError
from leukotype.model.bundle import Bundle, load
from leukotype.pipeline import classify_files
from leukotype.runs.run import Run
from training.studies.children import MEGABYTES, SECONDS, in_child
from training.studies.faults import as_markdown

COLUMNS: Final = (
    *("file", "n", "refused in one line", "the same calls", "other values", "another call, said"),
    *("another call, in the evidence", "another call, in silence", "worse", "slowest, CPU s"),
)
_REFUSED: Final = 2
_ONE_FILE: Final = ("karyotype", "blasts")
_SHOWN: Final = 400  # characters of what a child said last
PATIENTS: Final = (Patient("P1", "BCR::ABL1", 60.0), Patient("P2", "Hyperdiploid", 90.0))

ARRIBA: Final = (
    "#gene1\tgene2\tstrand1(gene/fusion)\tbreakpoint1\tbreakpoint2\ttype\tsplit_reads1\tsplit_reads2\t"
    "discordant_mates\tconfidence\treading_frame\tfilters\tread_identifiers\n"
    "BCR\tABL1\t+/+\tchr22:23290413\tchr9:130854064\ttranslocation\t3\t4\t9\thigh\tin-frame\t.\tr1,r2\n"
    "ETV6\tRUNX1\t+/+\tchr12:11869969\tchr21:34887096\ttranslocation\t1\t0\t2\tlow\t.\tduplicates(3)\tr3\n"
)
STAR_FUSION: Final = (
    "#FusionName\tJunctionReadCount\tSpanningFragCount\tSpliceType\tLeftGene\tLeftBreakpoint\tRightGene\t"
    "RightBreakpoint\tFFPM\tannots\n"
    "BCR--ABL1\t31\t12\tONLY_REF_SPLICE\tBCR^ENSG00000186716.21\tchr22:23290413:+\t"
    'ABL1^ENSG00000097007.19\tchr9:130854064:+\t0.9\t["Mitelman"]\n'
    "TTTY15--USP9Y\t5\t1\tONLY_REF_SPLICE\tTTTY15^ENSG00000233864.7\tchrY:12537650:+\t"
    "USP9Y^ENSG00000114374.12\tchrY:12701231:+\t0.1\t.\n"
)
PLAIN_FUSIONS: Final = "sample,gene_5prime,gene_3prime,reads\nP1,BCR,ABL1,25\nP2,ETV6,RUNX1,\n"
KARYOTYPES: Final = (
    'sample,karyotype\nP1,"46,XX,t(9;22)(q34;q11.2)[15]/46,XX[5]"\nP2,"54,XY,+X,+4,+6,+10,+21[9]"\n'
)
MUTATIONS: Final = (
    "sample,gene,protein_change,alt_reads,depth\nP1,PAX5,p.P80R,30,60\nP2,IKZF1,p.N159Y,12,40\n"
)
MAF: Final = (
    "#version 2.4\nHugo_Symbol\tNCBI_Build\tChromosome\tStart_Position\tVariant_Classification\t"
    "Reference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\tHGVSp_Short\tt_depth\tt_alt_count\tFILTER\n"
    "PAX5\tGRCh38\tchr9\t37015168\tMissense_Mutation\tG\tC\tP1\tp.P80R\t100\t45\tPASS\n"
    "IKZF1\tGRCh38\tchr7\t50382593\tMissense_Mutation\tA\tT\tP2\tp.N159Y\t80\t30\tPASS\n"
)
CHROMOSOMES: Final = "sample,arm,change\nP1,9p,loss\nP2,21,+2\nP2,4,gain\nP2,10,gain\n"
RNASEQCNV: Final = (
    "sample\tgender\tchrom_n\talterations\nP1\tfemale\t46\t9p-\nP2\tmale\t54\t4+, 6+, 10+, X+, 21++\n"
)
BLASTS: Final = "sample,blast_pct\nP1,90\nP2,62.5\n"
VCF: Final = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr9,length=138394717>\n"
    '##FILTER=<ID=weak,Description="Weak evidence">\n'
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1\n"
    "chr9\t37015167\t.\tG\tC\t60\tPASS\t.\tGT:AD\t0/1:30,28\n"
    "chr9\t37015169\t.\tG\tT\t60\tweak\t.\tGT:AD\t0/1:30,2\n"
)
ODD: Final = (
    *("", '"', "\t", ",", ";", "\n", "\r\n", "\x00", "NaN", "inf", "-1", "1e400", "=", "\ufeff"),
    *("\x1b[31m", "9" * 400, "''", " ", "0", "1", "7", "-", "x"),
)
KINDS: Final = ("delete", "insert", "replace", "double a line", "drop a line", "cut", "byte", "swap fields")
Change = tuple[float, str, str, int]


def alter(data: bytes, changes: Sequence[Change]) -> bytes:
    """Alter a file.

    Parameters
    ----------
    changes
        each a place (a share of the length), one of `KINDS`, what is put there, and a byte.
    """
    for share, kind, put, byte in changes:
        at, lines = int(share * len(data)), data.splitlines(keepends=True)
        line = int(share * len(lines))
        if kind == "cut":
            data = data[:at]
        elif kind == "byte":
            data = data[:at] + bytes([byte]) + data[at + 1 :]
        elif kind in ("double a line", "drop a line"):
            kept = lines[line : line + 1] * (2 if kind == "double a line" else 0)
            data = b"".join([*lines[:line], *kept, *lines[line + 1 :]])
        elif kind == "swap fields":
            data = b"".join([*lines[:line], *map(_swapped, lines[line : line + 1]), *lines[line + 1 :]])
        else:
            data = data[:at] + put.encode() * (kind != "delete") + data[at + (kind != "insert") :]
    return data


def _swapped(line: bytes) -> bytes:
    """Put the first field of a line behind its second."""
    mark = b"\t" if b"\t" in line else b","
    fields = line.split(mark)
    return mark.join([*fields[1::-1], *fields[2:]])


def draw(chance: random.Random) -> list[Change]:
    """Draw one to three alterations."""
    return [
        (chance.random(), chance.choice(KINDS), chance.choice(ODD), chance.randrange(256))
        for _ in range(chance.choice((1, 1, 1, 2, 3)))
    ]


@dataclass(frozen=True)
class Reader:
    """A kind of file.

    Parameters
    ----------
    file
        its name.
    text
        what it holds.
    option
        of `leukotype predict` that takes it; empty for the expression.
    asked
        further options.
    """

    file: str
    text: str
    option: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)

    def call(self, path: Path, bundle: Bundle, counts: Path) -> Run:
        """Call the patients with the file; what `leukotype predict` runs."""
        if not self.option:
            return classify_files(path, bundle, **self.asked)
        asked: dict[str, Any] = {self.option: path if self.option in _ONE_FILE else [path]}
        return classify_files(counts, bundle, **asked)


def readers(counts: pd.DataFrame) -> dict[str, Reader]:
    """Give a file of each kind."""
    first = counts["P1"]
    star = "".join(f"N_{name}\t3\t1\t2\n" for name in ("unmapped", "multimapping", "noFeature", "ambiguous"))
    star += "".join(f"{gene}\t{n}\t0\t{n}\n" for gene, n in first.items())
    htseq = "".join(f"{gene}\t{n}\n" for gene, n in first.items()) + "__no_feature\t5\n__ambiguous\t0\n"
    return {
        "matrix": Reader("m.csv", counts.to_csv()),
        "STAR": Reader("P1.ReadsPerGene.out.tab", star, asked={"strandedness": "reverse"}),
        "HTSeq": Reader("P1.htseq.txt", htseq),
        "Arriba": Reader("P1.fusions.tsv", ARRIBA, "fusions"),
        "STAR-Fusion": Reader("P1.fusions.tsv", STAR_FUSION, "fusions"),
        "fusions": Reader("f.csv", PLAIN_FUSIONS, "fusions"),
        "karyotypes": Reader("k.csv", KARYOTYPES, "karyotype"),
        "mutations": Reader("v.csv", MUTATIONS, "variants"),
        "MAF": Reader("v.maf", MAF, "variants"),
        "VCF": Reader("P1.vcf", VCF, "variants"),
        "chromosomes": Reader("c.csv", CHROMOSOMES, "cnv"),
        "RNAseqCNV": Reader("c.tsv", RNASEQCNV, "cnv"),
        "blasts": Reader("b.csv", BLASTS, "blasts"),
    }


def compare(run: Run, whole: Run) -> int:
    """Say how a run differs from that of the unaltered file: a place in `COLUMNS`."""
    answers = ["sample", "status", "subtype", "group"]
    if run.calls[answers].equals(whole.calls[answers]):
        return 3 if run.calls.equals(whole.calls) and run.evidence.equals(whole.evidence) else 4
    if (run.notes, run.warnings) != (whole.notes, whole.warnings) or _reasons(run) != _reasons(whole):
        return 5
    return 6 if not run.evidence.equals(whole.evidence) else 7


def _reasons(run: Run) -> list[str]:
    return [str(reason) for reason in run.calls["reason"]]


def study(name: str, reader: Reader, bundle: Bundle, counts: Path, number: int) -> dict[str, Any]:
    """Alter a file so many times: a row of `COLUMNS`; what is worse, or silent, goes to the error stream."""
    chance = random.Random(name)  # noqa: S311 - places of damage, no secrets
    seen, slowest = Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / reader.file
        path.write_text(reader.text, encoding="utf-8")
        whole = reader.call(path, bundle, counts)

        def work() -> int:
            try:
                run = reader.call(path, bundle, counts)
            except InputError as error:
                sys.stderr.write(f"leukotype: {error}\n")
                return _REFUSED
            kind = compare(run, whole)
            if kind > 4:
                calls = run.calls[["sample", "status", "subtype", "group"]].to_numpy().tolist()
                new = [
                    note
                    for note in (*run.notes, *run.warnings)
                    if note not in (*whole.notes, *whole.warnings)
                ]
                sys.stderr.write(f"{calls} {new}")
            return kind

        for _ in range(number):
            changes = draw(chance)
            path.write_bytes(alter(reader.text.encode(), changes))
            end = in_child(work)
            found = "worse" if end.fault or end.code == 1 else COLUMNS[end.code]
            seen[found] += 1
            slowest = max(slowest, end.seconds)
            if end.fault or end.code > 4 or end.code == 1:
                sys.stderr.write(f"{name}\t{found}\t{end.fault}\t{changes}\t{end.said[-_SHOWN:]!r}\n")
    return {"file": name, "n": number, **{each: seen[each] for each in COLUMNS[2:9]}} | {
        COLUMNS[9]: f"{slowest:.1f}"
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=100, help="altered files of each kind")
    parser.add_argument("--only", help="one kind of file")
    asked = parser.parse_args()
    bundle = load()
    counts = simulate_patients(bundle, PATIENTS, 3).counts
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "counts.csv"
        counts.to_csv(path)
        rows = [
            study(name, reader, bundle, path, asked.number)
            for name, reader in readers(counts).items()
            if asked.only in (None, name)
        ]
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")
    sys.stderr.write(f"limits: {SECONDS} s of the processor, {MEGABYTES} MB\n")


if __name__ == "__main__":
    main()
