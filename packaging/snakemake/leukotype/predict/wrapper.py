"""Snakemake wrapper of `leukotype predict`."""

from pathlib import Path

from snakemake.shell import shell

log = snakemake.log_fmt_shell(stdout=True, stderr=True)  # noqa: F821 - Snakemake gives it
given = snakemake.input  # noqa: F821
extra = snakemake.params.get("extra", "")  # noqa: F821
out = Path(snakemake.output[0]).parent  # noqa: F821


def files(name):
    """Give an input as a list, whether it is one file or several."""
    found = given.get(name, [])
    return [found] if isinstance(found, str) else list(found)


counts = " ".join(f"'{path}'" for path in files("counts"))
options = " ".join(
    f"--{option} '{path}'"
    for option in ("blasts", "fusions", "karyotype", "cnv", "variants")
    for path in files(option)
)
shell("leukotype predict {counts} {options} {extra} --quiet --out '{out}' {log}")
