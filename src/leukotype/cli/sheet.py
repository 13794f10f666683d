"""`leukotype samples`: a folder of tools' outputs as a sheet to check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leukotype.cli.app import app, say
from leukotype.cli.arguments import Model


@app.command()
def samples(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder of the outputs.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Sheet to write (csv); it may not exist.", show_default=False)
    ],
    model: Model = None,
) -> None:
    """Write a sheet of samples from a folder of STAR, HTSeq, Salmon, Arriba, FusionCatcher, ... outputs.

    Each file is told by its content, also in folders within the folder, and belongs to the sample whose name
    it, or a folder around it, begins with. What is known only to people (karyotype, blast_pct, strandedness)
    is left empty. Check the sheet, fill it in, and give it to `leukotype predict --samples`.

    \b
    Examples:
      leukotype samples run7/ --out run7.csv
      leukotype predict --samples run7.csv --out results
    """  # noqa: D301 - \b keeps the lines of an example apart
    from leukotype.errors import InputError, count_of

    if out.exists():
        raise InputError(f"{out}: expected a new file, found one: choose another name, or remove it")
    from leukotype.inputs.folder_scan import scan
    from leukotype.model.bundle import load
    from leukotype.runs.files import check_writable, write_whole

    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder: check the path")
    check_writable(out.parent, (out.name,))
    found = scan(folder, out.resolve().parent, load(model).genes.count_known)
    write_whole(out.parent, {out.name: found.sheet})
    for note in found.notes:
        say(f"note: {note}", err=True)
    say(f"wrote {out}: {count_of(found.samples, 'sample')}; check it, and fill in what is empty", err=True)
