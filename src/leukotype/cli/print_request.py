"""`leukotype request`: files of expression as the body of a request, for a service that is asked in JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leukotype.cli.app import app
from leukotype.cli.arguments import Blasts, Files, PatientAge, PatientSex, Unit, takes_reading
from leukotype.errors import InputError
from leukotype.runs.options import RunOptions
from leukotype.vocabulary import BlastUnit

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from leukotype.inputs import ExpressionReader
    from leukotype.inputs.patient_column import PatientColumn


@app.command()
@takes_reading
def request(
    files: Files,
    blasts: Blasts = None,
    blast_unit: Unit = BlastUnit.AUTO,
    age: PatientAge = None,
    sex: PatientSex = None,
    sample: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="This sample alone; may be repeated [default: all]."),
    ] = None,
    mlflow: Annotated[
        bool, typer.Option("--mlflow", help="For mlflow models serve, and not for leukotype serve.")
    ] = False,
    **asked: Any,
) -> None:
    """Print files of expression as the JSON that leukotype serve, or mlflow models serve, takes.

    \b
    Examples:
      leukotype request counts.csv > body.json
      curl -H 'Content-Type: application/json' -d @body.json http://127.0.0.1:8765/calls
      leukotype request counts.csv --sample P1 --mlflow > body.json
      curl -H 'Content-Type: application/json' -d @body.json http://127.0.0.1:5001/invocations
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.inputs import open_expression, read_blasts
    from leukotype.inputs.age_column import AGE
    from leukotype.inputs.patient_column import read_patient_column
    from leukotype.inputs.sex_column import SEX
    from leukotype.model.bundle import load

    options = RunOptions.of(files, **asked)
    reader = open_expression(options.expression, options.reading, count_known=load().genes.count_known)
    known: dict[str, dict[str, Any]] = {name: {} for name in reader.samples}
    if blasts is not None:
        for name, pct in read_blasts(blasts, reader.samples, blast_unit).pct.dropna().items():
            known[str(name)]["blast_pct"] = float(pct)
    columns: tuple[tuple[Path | None, PatientColumn[Any]], ...] = ((age, AGE), (sex, SEX))
    for table, column in columns:
        values = read_patient_column(table, column, reader.samples).values if table else {}
        for name, value in values.items():
            known[name][column.name] = value
    if absent := sorted(set(sample or ()) - set(reader.samples)):
        raise InputError(f"--sample {absent[0]}: expected a sample of the files, found none of that name")
    records, value_type = _records(reader, set(sample or reader.samples), known)
    told = {"value_type": value_type}
    body = {"dataframe_records": records, "params": told} if mlflow else {"samples": records, "options": told}
    typer.echo(json.dumps(body, allow_nan=False))


def _records(
    reader: ExpressionReader, wanted: set[str], known: dict[str, dict[str, Any]]
) -> tuple[list[dict[str, Any]], str]:
    """Give the samples, and what their numbers are."""
    records: list[dict[str, Any]] = []
    kinds: set[str] = set()
    for block in reader.blocks():
        kinds.add(str(block.value_type))
        for name, values in block.values.loc[
            [each for each in block.values.index if each in wanted]
        ].iterrows():
            counts = _plain(values.groupby(level=0).sum())
            records.append({"sample": name, **known[str(name)], "counts": counts})
    if len(kinds) > 1:
        raise InputError(
            f"expected one kind of values, found {' and '.join(sorted(kinds))}: ask in two requests"
        )
    return records, kinds.pop()


def _plain(values: pd.Series[float]) -> dict[str, float | int]:
    """Give numbers by gene, whole ones without a point."""
    numbers = ((str(gene), float(value)) for gene, value in values.items())
    return {gene: int(value) if value.is_integer() else value for gene, value in numbers}
