"""Calls in a notebook: what `classify` gives, with its page, its explanations and its figures at hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import pandas as pd

from leukotype import pipeline
from leukotype.errors import InputError, quote
from leukotype.inputs import ChunkedFrame, Reading
from leukotype.model.bundle import Bundle
from leukotype.pipeline import TOP, Model, Progress
from leukotype.runs.cluster import Cluster
from leukotype.runs.files import write_whole
from leukotype.runs.lesion_frames import LesionFrames
from leukotype.runs.run import Run

if TYPE_CHECKING:
    from anndata import AnnData

    from leukotype.explanations import Explanations
    from leukotype.model.dosage import Dosage
    from leukotype.report.drawing import Drawing

Blasts = Mapping[str, float] | pd.Series
OBS_PREFIX: Final = "leukotype_"  # of the columns that `annotate` adds


@dataclass(frozen=True, repr=False)
class Result(Run):
    """A run in a notebook: a table to look at, `plot`, `explain`, `report` and `save`.

    Parameters
    ----------
    explain_again, measure_again
        read the same expression again, and give its explanations, and the copies of its chromosomes.
    bundle
        the model that called.
    """

    explain_again: Callable[..., Explanations] = field(kw_only=True)
    measure_again: Callable[[], tuple[dict[str, Dosage], Bundle]] = field(kw_only=True)
    bundle: Bundle = field(kw_only=True)

    @classmethod
    def of(cls, run: Run, **more: Any) -> Self:
        """Make one of a run."""
        return cls(**{each.name: getattr(run, each.name) for each in fields(Run)}, **more)

    @property
    def plot(self) -> Plots:
        """The figures of this result; ``pip install '.[report]'``."""
        return Plots(self)

    def explain(self, *, top: int = TOP, samples: Sequence[str] | None = None) -> Explanations:
        """Say what weighed in each call; the expression is read again, and must still be the same.

        Parameters
        ----------
        top, samples
            as in `leukotype.explain`.

        Raises
        ------
        InputError
            for a sample that is not there, and for expression that has changed since it was called.
        """
        said = self.explain_again(top=top, samples=samples)
        if said.run.id != self.id:
            raise InputError("expected the expression that was called, found another one: classify it again")
        return said

    def report(self, out: Path | str, title: str = "B-ALL subtypes") -> Path:
        """Write the page of the cohort and its patients; as `leukotype report`.

        Raises
        ------
        OSError
            when the disk refuses.
        """
        from leukotype.report.run.cohort_page import cohort_page
        from leukotype.report.run.run_page import training_of

        out = Path(out)
        page = cohort_page(self, title=title, training=training_of(self, self.bundle))
        (written,) = write_whole(out.parent, {out.name: page})
        return written


@dataclass(frozen=True)
class Plots:
    """Figures of a result, each a figure of matplotlib that a notebook shows and ``savefig`` writes."""

    result: Result = field(repr=False)

    def map(self) -> Drawing:
        """Draw the samples among the patients of training.

        Raises
        ------
        InputError
            where the model has no map.
        """
        from leukotype.report.run.map_drawing import draw_map

        return draw_map(self.result, self.result.bundle.map)

    def waterfall(self, sample: str, *, top: int = TOP) -> Drawing:
        """Draw what weighed in the first answer of a sample: genes, chromosomes and lesions, and their sum.

        Raises
        ------
        InputError
            for a sample that is not there.
        """
        from leukotype.report.run.contribution_figures import draw_contributions

        table = self.result.explain(top=top, samples=[sample]).table
        first = table.iloc[0]
        asked = (table["subtype"] == first["subtype"]) & (table["against"] == first["against"])
        return draw_contributions(table[asked], synthetic=bool(self.result.synthetic))

    def beeswarm(self, subtype: str) -> Drawing:
        """Draw what weighs most for a subtype, each sample a point.

        Raises
        ------
        InputError
            for a subtype that expression was not taught.
        """
        from leukotype.report.run.contribution_figures import draw_importance

        told = self.result.explain(top=1).importance
        rows, points = (each[each["subtype"] == subtype] for each in (told.table, told.points))
        if rows.empty:
            known = ", ".join(dict.fromkeys(told.table["subtype"]))
            raise InputError(f"subtype: expected one of {known}, found {quote(subtype)}: name one of them")
        return draw_importance(rows, points, synthetic=bool(self.result.synthetic))

    def chromosomes(self, sample: str) -> Drawing:
        """Draw the chromosomes of a sample as its counts show them.

        Raises
        ------
        InputError
            for a sample that is not there.
        """
        from leukotype.report.run.chromosome_figures import draw_chromosomes

        dosages, bundle = self.result.measure_again()
        if sample not in dosages:
            raise InputError(f"sample: expected one of this run, found {quote(sample)}: name one of them")
        return draw_chromosomes(sample, dosages[sample], bundle.reference.dosage.chromosomes)


def classify(
    counts: pd.DataFrame | ChunkedFrame,
    blasts: Blasts | None = None,
    model: Model = None,
    *,
    cluster: Cluster | None = None,
    **asked: Any,
) -> Result:
    """Call the molecular subtype of every sample of a data frame; as `leukotype.pipeline.classify`.

    Parameters
    ----------
    counts
        genes x samples or samples x genes, named by Ensembl id, symbol or Entrez id; never changed. A
        `dask.dataframe` of samples x genes is read partition by partition.
    blasts
        blast percentage (0 to 100) of some or all samples, by sample name.
    model
        a bundle, the folder of one, or None for the model that ships.
    cluster
        where the samples are called; this process by default.
    asked
        options of the run, by the names of `RunOptions`, `Reading` and `LesionFiles`: ``value_type="tpm"``;
        ``sex`` (to find swapped samples), ``age`` (years) and ``karyotype`` (ISCN) may stand by sample too;
        ``fusions``, ``cnv``, ``variants`` and ``karyotype`` may be data frames with the columns of such
        files, or ``{"P1": frame}`` of one sample each.

    Raises
    ------
    InputError
        if the table or the blasts cannot be used; one line.
    ModelFileError
        if the bundle cannot be.
    """
    bundle = pipeline.open_model(model)
    frames, files = LesionFrames.take(asked)
    with frames.as_files() as (read, named):
        run = named(pipeline.classify(counts, blasts, bundle, cluster=cluster, **files, **read))

    def explain_again(**told: Any) -> Explanations:
        with frames.as_files() as (read, named):
            said = pipeline.explain(counts, blasts, bundle, cluster=cluster, **files, **read, **told)
            return replace(said, run=named(said.run))

    return Result.of(
        run,
        explain_again=explain_again,
        measure_again=partial(pipeline.karyotypes_of_frame, counts, bundle, **files),
        bundle=bundle,
    )


def classify_files(
    paths: Sequence[Path | str] | Path | str,
    model: Model = None,
    *,
    cluster: Cluster | None = None,
    on_progress: Progress | None = None,
    **asked: Any,
) -> Result:
    """Call the molecular subtype of every sample of some files; what `leukotype predict` runs.

    Parameters
    ----------
    model, cluster, asked
        as in `classify`.
    on_progress
        called after each file with the number of files read and their total.

    Raises
    ------
    InputError
        if a file cannot be used; one line that names it.
    ModelFileError
        if the bundle cannot be.
    """
    named = model if isinstance(model, Path | str) else pipeline.open_model(model)
    run = pipeline.classify_files(paths, named, cluster=cluster, on_progress=on_progress, **asked)
    return Result.of(
        run,
        explain_again=partial(pipeline.explain_files, paths, named, cluster=cluster, **_with_sheet(asked)),
        measure_again=partial(pipeline.karyotypes, paths, named, **asked),
        bundle=pipeline.open_model(named),
    )


def _with_sheet(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for a sheet by `Reading`: to `explain_files` the word ``samples`` means names of some samples."""
    sheet, rest = asked.get("samples"), {name: each for name, each in asked.items() if name != "samples"}
    if sheet is None:
        return rest
    return {**rest, "reading": replace(rest.get("reading") or Reading(), samples=Path(sheet))}


def annotate(
    adata: AnnData,
    *,
    layer: str | None = None,
    blasts: str | Blasts | None = None,
    sex: str | Mapping[str, str] | pd.Series[str] | None = None,
    age: str | Mapping[str, float | str] | pd.Series[float] | None = None,
    karyotype: str | Mapping[str, str] | pd.Series[str] | pd.DataFrame | Path | None = None,
    model: Model = None,
    **asked: Any,
) -> Result:
    """Call every observation of an AnnData, and add the calls to its ``obs``; X and layers stay as they are.

    Parameters
    ----------
    adata
        observations (samples) x variables (genes, by Ensembl id, symbol or Entrez id).
    layer
        the layer that holds the counts; None for X.
    blasts, sex, age, karyotype
        the column of ``obs`` that holds them, or values by sample.
    model, asked
        as in `classify`.

    Returns
    -------
    The result; ``obs`` has its columns too, by their names in calls.csv with ``leukotype_`` before, and
    ``uns["leukotype"]`` the text of what run.json records.

    Raises
    ------
    InputError
        as `classify`; for a layer or a column that is not there.
    """
    values = adata.X if layer is None else _named(adata.layers, layer, "layer", "a layer")
    if values is None:
        raise InputError("adata: expected values in X, found none: name the layer of the counts")
    dense = values.toarray() if hasattr(values, "toarray") else values
    counts = pd.DataFrame(dense, index=adata.obs_names.astype(str), columns=adata.var_names.astype(str))
    columns = {"blasts": blasts, "sex": sex, "age": age, "karyotype": karyotype}
    given = {name: _of_obs(adata, name, each) for name, each in columns.items() if each is not None}
    percent = given.pop("blasts", None)
    result = classify(counts, percent, model, orientation="samples", **given, **asked)
    table = result.calls.set_index("sample").add_prefix(OBS_PREFIX)
    for name in table:
        adata.obs[name] = pd.Series(table[name].array, index=adata.obs.index)
    adata.uns["leukotype"] = json.dumps(result.record(), ensure_ascii=False)
    return result


def _of_obs(adata: AnnData, name: str, given: Any) -> Any:
    if not isinstance(given, str):
        return given
    column = _named(adata.obs, given, name, "a column of obs")
    return pd.Series(column.to_numpy(), index=adata.obs_names.astype(str))


def _named(table: Any, name: str, what: str, expected: str) -> Any:
    if name not in table:
        found = ", ".join(map(str, table.keys())) or "none"
        raise InputError(f"{what}: expected {expected}, found {quote(name)}: there are {found}")
    return table[name]
