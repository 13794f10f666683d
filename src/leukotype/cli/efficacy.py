"""`leukotype efficacy`: how much each arm of a trial helped each subtype."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leukotype.cli.app import RESEARCH, app, needs, say
from leukotype.cli.arguments import Quiet
from leukotype.errors import InputError
from leukotype.vocabulary import (
    ArmTests,
    FigureFormat,
    RateInterval,
    Sensitivity,
    SmallCells,
    TableFormat,
    Ties,
)

if TYPE_CHECKING:
    from leukotype.efficacy import Analysis
    from leukotype.trial import TrialFiles

_SEED: Final = 174
_NOTHING_GIVEN: Final = (
    "expected --calls, --clinical and --columns: --example writes a table and a TOML to copy from, --demo "
    "shows the result"
)


@app.command()
def efficacy(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the results; made if need be.", show_default=False)
    ],
    calls: Annotated[
        Path | None, typer.Option(metavar="FILE", help="calls.csv of leukotype predict.")
    ] = None,
    clinical: Annotated[
        Path | None, typer.Option(metavar="FILE", help="One row a patient: csv, xlsx, SAS or parquet.")
    ] = None,
    columns: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML that names the columns and the arms.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(metavar="FILE", help="evidence.csv of the same run [default: none].")
    ] = None,
    probabilities: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="probabilities.csv of the same run, for misclassification [default: none]."
        ),
    ] = None,
    risk_groups: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="TOML of your own risk groups [default: Paietta 2021]."),
    ] = None,
    tests: Annotated[
        ArmTests, typer.Option(help="standard: two-sided; paper: one-sided, as the INO-VATE analysis.")
    ] = ArmTests.STANDARD,
    rate_interval: Annotated[
        RateInterval, typer.Option(help="Interval of response rates.")
    ] = RateInterval.PAPER,
    small_cells: Annotated[
        SmallCells, typer.Option(help="Hazard ratios without a finite estimate: NE, or Firth's.")
    ] = SmallCells.NE,
    ties: Annotated[
        Ties, typer.Option(help="Events at one time in Cox's model; SAS's default is breslow.")
    ] = Ties.EFRON,
    rate_level: Annotated[float, typer.Option(help="Level of intervals of rates.")] = 0.95,
    hr_level: Annotated[float, typer.Option(help="Level of intervals of hazard ratios.")] = 0.975,
    rmst_tau: Annotated[
        float | None,
        typer.Option(help="Months of the restricted means [default: as far as all compared were observed]."),
    ] = None,
    landmarks: Annotated[
        list[float] | None,
        typer.Option("--landmark", help="Month at which survival is given; again for more."),
    ] = None,
    min_altered: Annotated[
        int, typer.Option(help="Patients in whom a gene must be altered to make a subgroup.")
    ] = 8,
    sensitivity: Annotated[
        list[Sensitivity] | None,
        typer.Option(
            help="A further, exploratory analysis, to sensitivity.csv; again for more. [sensitivity] of the "
            "TOML says what it needs."
        ),
    ] = None,
    figures: Annotated[
        list[FigureFormat], typer.Option(help="Kinds of files of the figures; may be given again.")
    ] = [FigureFormat.SVG, FigureFormat.PNG],  # noqa: B006 - typer copies it
    tables: Annotated[
        list[TableFormat] | None,
        typer.Option(help="Also the tables as printed, for a manuscript; may be given again."),
    ] = None,
    allow_unmatched: Annotated[
        bool, typer.Option("--allow-unmatched", help="Analyse those who are in both tables.")
    ] = False,
    example: Annotated[
        bool,
        typer.Option("--example", help="Write a small SYNTHETIC trial to run and to copy from, and stop."),
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Run on a SYNTHETIC trial of 91 patients, from counts on.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Compare the arms of a trial by subtype, risk group, lesion and baseline factor.

    Response (rates, difference, test), PFS and OS (Kaplan-Meier, Cox, restricted mean), interaction tests and
    P values raw and adjusted; what cannot be estimated is NE, with the reason. Needs
    pip install '.[efficacy]'.

    \b
    Examples:
      leukotype efficacy --demo --out efficacy-demo
      leukotype efficacy --example --out mine
      leukotype efficacy --calls results/calls.csv --evidence results/evidence.csv \\
          --clinical trial.csv --columns trial.toml --out efficacy

    \b
    Writes to DIR, all or nothing:
      efficacy.html   tables, figures, methods and limits on one page
      *.csv           a tidy table behind every figure; sensitivity.csv: what --sensitivity asks for
      *.svg, *.png    the figures; --figures pdf, --figures tiff for others
      efficacy_files.json  what was written: it goes when the next analysis does not write it again

    Patients with low blasts, without a call or without B-ALL stay in, as groups of their own. A P value of a
    subgroup is exploratory: the test of interaction stands beside it. Research use only.
    """  # noqa: D301 - \b keeps the lines of an example apart
    if example:
        _example(out)
        raise typer.Exit
    _check(out, ready=bool(demo or (calls and clinical and columns)))
    with needs("efficacy"):
        from leukotype.calling.risk import read_groups
        from leukotype.efficacy import AnalysisOptions
        from leukotype.trial import analyse_arms
    choices = {
        "tests": tests,
        "rate_interval": rate_interval,
        "small_cells": small_cells,
        "ties": ties,
        "rate_level": rate_level,
        "hr_level": hr_level,
        "rmst_tau": rmst_tau,
        "landmarks": tuple(landmarks or ()),
        "min_altered": min_altered,
        "sensitivity": tuple(sensitivity or ()),
    }
    analyses = analyse_arms(
        _files(out, calls, clinical, columns, evidence, probabilities),
        risk=read_groups(risk_groups) if risk_groups else None,
        options=AnalysisOptions(**choices),  # type: ignore[arg-type]
        allow_unmatched=allow_unmatched,
    )
    synthetic = demo or (clinical is not None and _is_example(clinical))
    _write(analyses, out, synthetic=synthetic, formats=figures, documents=tables or (), quiet=quiet)


def _write(
    analyses: Sequence[Analysis],
    out: Path,
    *,
    synthetic: bool,
    formats: Sequence[FigureFormat],
    documents: Sequence[TableFormat],
    quiet: bool,
) -> None:
    """Write each analysis, and tell of it; those of several experimental arms to folders of their own."""
    from leukotype.report.drawing import file_stem
    from leukotype.runs.own_files import write_own
    from leukotype.trial import RECORD, write_analysis

    if len(analyses) > 1:
        out.mkdir(exist_ok=True)
        if (out / RECORD).exists():  # of an older analysis of one arm, which goes
            write_own(out, {}, RECORD)
    for analysis in analyses:
        folder = out if len(analyses) == 1 else out / file_stem("_".join(analysis.arms))
        with needs("manuscript"):
            written = write_analysis(
                analysis, folder, synthetic=synthetic, formats=formats, documents=documents
            )
        if not quiet:
            _tell(analysis, written)


def _check(out: Path, *, ready: bool) -> None:
    if not ready:
        raise InputError(_NOTHING_GIVEN)
    from leukotype.runs.files import check_writable

    check_writable(out)


def _files(
    out: Path,
    calls: Path | None,
    clinical: Path | None,
    columns: Path | None,
    evidence: Path | None,
    probabilities: Path | None,
) -> TrialFiles:
    """Files that were given; those of the SYNTHETIC trial, made now, where none were."""
    if calls and clinical and columns:
        from leukotype.trial import TrialFiles

        return TrialFiles(calls, clinical, columns, evidence, probabilities)
    from leukotype.demo.trial_files import write_trial

    return write_trial(out, _SEED)


def _is_example(clinical: Path) -> bool:
    """Whether a table of patients is that of the example, as it was written: these are invented."""
    from leukotype.efficacy import EXAMPLE

    return clinical.is_file() and clinical.read_bytes() == EXAMPLE["clinical"][1].encode()


def _example(out: Path) -> None:
    with needs("efficacy"):
        from leukotype.efficacy import EXAMPLE
    from leukotype.runs.files import check_writable, write_whole

    check_writable(out)
    written = dict(zip(EXAMPLE, write_whole(out, dict(EXAMPLE.values())), strict=True))
    for path in written.values():
        say(f"wrote {path}")
    given = " ".join(f"--{option} {shlex.quote(str(path))}" for option, path in written.items())
    say(f"SYNTHETIC: these patients are invented. Run it:\n  leukotype efficacy {given} --out efficacy")


def _tell(analysis: Analysis, written: tuple[Path, ...]) -> None:
    """Print the comparison by subtype and risk group, and where the page is."""
    shown = analysis.response
    if len(shown):
        shown = shown[shown["factor"].isin(["All patients", "Risk group", "Subtype"])]
        arms = zip(("experimental", "comparator"), analysis.arms, strict=True)
        table = {"factor": shown["factor"], "level": shown["level"], "endpoint": shown["endpoint"]}
        for side, arm in arms:
            counts = shown[[f"responders_{side}", f"n_{side}"]].astype(int).astype(str)
            table[arm] = counts[f"responders_{side}"] + "/" + counts[f"n_{side}"]
        say(analysis.response.__class__(table).to_string(index=False))
    lines = [f"note: {note}" for note in analysis.notes]
    say("\n".join([*lines, f"wrote {len(written)} files", f"page: {written[0]}", RESEARCH]), err=True)
