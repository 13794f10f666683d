"""What becomes of files with something altered: the same calls, others, a refusal, or something worse.

Run by hand, from the repository: ``python -m training.studies.altered_text --number 5000``. Two SYNTHETIC
patients are called by the command line with one file of each kind, at drawn places of which something is put
in, taken away or doubled; in children with limits, forked from a process that has imported everything and
opened the model. No alteration is tried twice. The kinds of files take turns, and ``--state FILE`` lets a
later study go on. Where a call changes, it is told whether a note, a warning or the evidence differs too:
what is in none of them happened in silence. Printed is a table of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pandas as pd
import typer

import leukotype.pipeline
import leukotype.report.run.run_page
import leukotype.runs.run
from leukotype.cli import main as run_command
from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.model.bundle import load
from leukotype.runs.files import CALLS, EVIDENCE
from training.studies.altered import WRITERS, damage
from training.studies.children import MEGABYTES, SECONDS, each_in_child
from training.studies.faults import as_markdown

COLUMNS: Final = (
    *("file", "n", "refused in one line", "the same calls", "other values", "another call, said"),
    *("another call, in the evidence", "another call, in silence", "worse", "slowest, CPU s"),
)
_TOLD: Final = ["sample", "status", "subtype", "group"]
_ROUND: Final = 500  # altered files of a kind before it is the turn of the next
_BATCH: Final = 100  # altered files that share a child while nothing happens
_SAME, _OTHER, _SAID, _IN_EVIDENCE, _SILENT = 3, 4, 5, 6, 7  # places in `COLUMNS`, and exit codes of children
_SHORT: Final = 2000  # bytes of a file that is told whole
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
SHEET: Final = (
    "sample,counts,fusions,karyotype,blast_pct,sex,age,strandedness\n"
    'P1,beside/P1.htseq.txt,beside/P1.fusions.tsv,"46,XX,t(9;22)(q34;q11.2)[15]/46,XX[5]",62.5,F,34.5,reverse\n'
)
RECORD: Final = "run.json"
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


def alter_text(data: bytes, chance: random.Random) -> bytes:
    """Alter a text file at one to three places."""
    return alter(data, draw(chance))


def alter_workbook(data: bytes, chance: random.Random) -> bytes:
    """Damage a workbook; or, every other time, alter a part of it and pack it again."""
    if chance.random() < 0.5:
        return damage(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    part = chance.choice(sorted(parts))
    parts[part] = alter_text(parts[part], chance)
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return again.getvalue()


@dataclass(frozen=True)
class Reader:
    """A kind of file.

    Parameters
    ----------
    file
        its name.
    content
        what it holds.
    command
        of the command line that reads it: FILE is the file, COUNTS a table of counts, OUT the results.
    change
        how it is altered.
    """

    file: str
    content: bytes
    command: tuple[str, ...]
    change: Callable[[bytes, random.Random], bytes] = alter_text

    def alterations(self, chance: random.Random) -> Iterator[bytes]:
        """Alter it again and again, never twice in the same way."""
        seen = {self.content}
        while True:
            altered = self.change(self.content, chance)
            if altered not in seen:
                seen.add(altered)
                yield altered


_CALL: Final = ("predict", "--quiet", "--out", "OUT")


def _beside(option: str, file: str, text: str) -> Reader:
    """Give a file that stands beside the counts."""
    return Reader(file, text.encode(), (*_CALL, "COUNTS", option, "FILE"))


def _container(name: str, counts: pd.DataFrame, change: Callable[[bytes, random.Random], bytes]) -> Reader:
    file, write = WRITERS[name]
    with tempfile.TemporaryDirectory() as home:
        write(Path(home) / file, counts)
        return Reader(file, (Path(home) / file).read_bytes(), (*_CALL, "FILE"), change)


def readers(counts: pd.DataFrame, home: Path) -> dict[str, Reader]:
    """Give a file of each kind; a sheet and a record name files of a folder."""
    first = counts["P1"]
    star = "".join(f"N_{name}\t3\t1\t2\n" for name in ("unmapped", "multimapping", "noFeature", "ambiguous"))
    star += "".join(f"{gene}\t{n}\t0\t{n}\n" for gene, n in first.items())
    htseq = "".join(f"{gene}\t{n}\n" for gene, n in first.items()) + "__no_feature\t5\n__ambiguous\t0\n"
    beside = home / "beside"
    beside.mkdir()
    (beside / "P1.htseq.txt").write_text(htseq, encoding="utf-8")
    (beside / "P1.fusions.tsv").write_text(ARRIBA, encoding="utf-8")
    return {
        "matrix": Reader("m.csv", counts.to_csv().encode(), (*_CALL, "FILE")),
        "STAR": Reader(
            "P1.ReadsPerGene.out.tab", star.encode(), (*_CALL, "FILE", "--strandedness", "reverse")
        ),
        "HTSeq": Reader("P1.htseq.txt", htseq.encode(), (*_CALL, "FILE")),
        "xlsx": _container("xlsx", counts, alter_workbook),
        "parquet": _container("parquet", counts, damage),
        "Arriba": _beside("--fusions", "P1.fusions.tsv", ARRIBA),
        "STAR-Fusion": _beside("--fusions", "P1.fusions.tsv", STAR_FUSION),
        "fusions": _beside("--fusions", "f.csv", PLAIN_FUSIONS),
        "karyotypes": _beside("--karyotype", "k.csv", KARYOTYPES),
        "mutations": _beside("--variants", "v.csv", MUTATIONS),
        "MAF": _beside("--variants", "v.maf", MAF),
        "VCF": _beside("--variants", "P1.vcf", VCF),
        "chromosomes": _beside("--cnv", "c.csv", CHROMOSOMES),
        "RNAseqCNV": _beside("--cnv", "c.tsv", RNASEQCNV),
        "blasts": _beside("--blasts", "b.csv", BLASTS),
        "sheet": Reader("sheet.csv", SHEET.encode(), (*_CALL, "--samples", "FILE")),
        "h5ad": _container("h5ad", counts, damage),
        RECORD: Reader("run.json", b"", ("report", "--quiet", "--calls", "OUT", "--out", "PAGE")),
    }


@dataclass(frozen=True)
class Desk:
    """Where altered files are written, and what comes of them.

    Parameters
    ----------
    home
        folder of the altered file, of the counts and of the results.
    reader
        the kind of file.
    """

    home: Path
    reader: Reader

    @property
    def out(self) -> Path:
        """Folder of the results."""
        return self.home / "out"

    @property
    def file(self) -> Path:
        """The file that is altered."""
        return (self.out if self.reader.file == "run.json" else self.home) / self.reader.file

    @property
    def page(self) -> Path:
        """A page that a report is written to."""
        return self.home / "page.html"

    def run(self) -> int:
        """Run the command; the exit code."""
        places = {"FILE": self.file, "COUNTS": self.home / "counts.csv", "OUT": self.out, "PAGE": self.page}
        with redirect_stdout(io.StringIO()):
            return run_command([str(places.get(each, each)) for each in self.reader.command])

    def try_with(self, content: bytes, before: Answers | bytes) -> int:
        """Run the command on another content: its exit code, or how the results differ from those before."""
        self.file.write_bytes(content)
        if code := self.run():
            return code
        if isinstance(before, bytes):
            return _SAME if self.page.read_bytes() == before else _OTHER
        found = Answers.of(self.out)
        kind = compare(found, before)
        if kind > _OTHER:
            calls = found.calls[["sample", "status", "subtype", "reason"]].to_numpy().tolist()
            sys.stderr.write(f"{calls} {[note for note in found.said if note not in before.said]}")
        return kind


@dataclass(frozen=True)
class Answers:
    """What is told of the results in a folder.

    Parameters
    ----------
    calls, evidence
        the tables, as text.
    said
        notes and warnings.
    """

    calls: pd.DataFrame
    evidence: pd.DataFrame
    said: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path) -> Answers:
        """Read them."""
        calls, evidence = (
            pd.read_csv(folder / name, dtype=str, keep_default_na=False) for name in (CALLS, EVIDENCE)
        )
        record = json.loads((folder / RECORD).read_bytes())
        return cls(calls, evidence, (*record["notes"], *record["warnings"]))


def compare(found: Answers, before: Answers) -> int:
    """Say how results differ from those of the unaltered file: a place in `COLUMNS`."""
    calls, whole = found.calls, before.calls
    if calls[_TOLD].equals(whole[_TOLD]):
        return _SAME if calls.equals(whole) and found.evidence.equals(before.evidence) else _OTHER
    if found.said != before.said or not calls["reason"].equals(whole["reason"]):
        return _SAID
    return _IN_EVIDENCE if not found.evidence.equals(before.evidence) else _SILENT


def keep_what_never_changes() -> None:
    """Open the model, describe the commands, and look up the packages, once for all children."""
    leukotype.pipeline.load = functools.cache(load)  # type: ignore[attr-defined]
    leukotype.pipeline.load(None)  # type: ignore[attr-defined]
    leukotype.report.run.run_page.load = leukotype.pipeline.load  # type: ignore[attr-defined]
    typer.main.get_command = functools.cache(typer.main.get_command)
    leukotype.runs.run.version = functools.cache(leukotype.runs.run.version)  # type: ignore[attr-defined]


@dataclass
class Tally:
    """What came of the alterations of one kind of file so far.

    Parameters
    ----------
    seen
        how many there were by column.
    slowest
        seconds of the processor that the slowest took.
    """

    seen: Counter[str]
    slowest: float = 0.0

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Tally:
        """Rebuild from what `record` gave; an empty one of nothing."""
        return cls(Counter(record.get("seen", {})), record.get("slowest", 0.0))

    def record(self) -> dict[str, Any]:
        """Give plain values."""
        return {"seen": dict(self.seen), "slowest": self.slowest}

    def row(self, name: str) -> dict[str, Any]:
        """Give a row of `COLUMNS`."""
        counts = {each: self.seen[each] for each in COLUMNS[2:9]}
        return {"file": name, "n": self.seen.total(), **counts, COLUMNS[9]: f"{self.slowest:.1f}"}


def study(name: str, desk: Desk, tally: Tally, number: int, last: float) -> None:
    """Alter a file until there were so many alterations in all, or until a moment of the monotonic clock.

    What is worse, or silent, goes to the error stream.
    """
    whole = _before(desk)
    reader = Reader(desk.reader.file, desk.file.read_bytes(), desk.reader.command, desk.reader.change)
    chance = random.Random(name)  # noqa: S311 - places of damage, no secrets
    alterations = islice(reader.alterations(chance), tally.seen.total(), None)
    while tally.seen.total() < number and time.monotonic() < last:
        batch = [next(alterations) for _ in range(min(_BATCH, number - tally.seen.total()))]
        for content, end in zip(
            batch, each_in_child([partial(desk.try_with, each, whole) for each in batch]), strict=True
        ):
            found = "worse" if end.fault or end.code == 1 else COLUMNS[end.code]
            tally.seen[found] += 1
            tally.slowest = max(tally.slowest, end.seconds)
            if end.fault or end.code > _SAID or end.code == 1:
                shown = repr(content) if len(content) < _SHORT else ""
                sys.stderr.write(f"{name}\t{found}\t{end.fault}\t{end.said[-_SHOWN:]!r}\t{shown}\n")
                sys.stderr.flush()


def _before(desk: Desk) -> Answers | bytes:
    """Give what comes of the file as it is."""
    if desk.reader.file == RECORD:
        Desk(desk.home, Reader("counts.csv", b"", (*_CALL, "COUNTS"))).run()
    else:
        desk.file.write_bytes(desk.reader.content)
    if code := desk.run():
        raise SystemExit(code)
    return desk.page.read_bytes() if desk.reader.file == RECORD else Answers.of(desk.out)


def without_other_genes(counts: pd.DataFrame) -> pd.DataFrame:
    """Keep the genes that the model's features are made of: a smaller file is read sooner."""
    bundle = load()
    return counts.loc[counts.index.isin(bundle.genes.ids[bundle.model.features.genes])]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=100, help="altered files of each kind")
    parser.add_argument("--minutes", type=float, default=60, help="at most for all kinds")
    parser.add_argument("--only", nargs="*", help="some kinds of file")
    parser.add_argument("--state", type=Path, help="a file that keeps the counts: begin where it ended")
    asked = parser.parse_args()
    last = time.monotonic() + 60 * asked.minutes
    keep_what_never_changes()
    counts = without_other_genes(simulate_patients(load(), PATIENTS, 3).counts)
    known = json.loads(asked.state.read_text()) if asked.state and asked.state.exists() else {}
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        counts.to_csv(home / "counts.csv")
        kinds = {
            name: each for name, each in readers(counts, home).items() if not asked.only or name in asked.only
        }
        tallies = {name: Tally.of(known.get(name, {})) for name in kinds}
        for goal in range(_ROUND, asked.number + _ROUND, _ROUND):
            for name, reader in kinds.items():
                if tallies[name].seen.total() < min(goal, asked.number) and time.monotonic() < last:
                    study(name, Desk(home, reader), tallies[name], min(goal, asked.number), last)
                    known[name] = tallies[name].record()
                    if asked.state:
                        asked.state.write_text(json.dumps(known), encoding="utf-8")
    rows = [tally.row(name) for name, tally in tallies.items()]
    sys.stdout.write(as_markdown(pd.DataFrame(rows, columns=list(COLUMNS))) + "\n")
    sys.stderr.write(f"limits: {SECONDS} s of the processor, {MEGABYTES} MB\n")


if __name__ == "__main__":
    main()
