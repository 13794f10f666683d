"""Writes the names of the genes of lesions: Ensembl id, approved symbol, old names.

    python -m training.lesion_genes --data DIR

writes `leukotype/inputs/lesions/genes.tsv` again, from Ensembl 103 and HGNC's list of old names.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from leukotype.evidence.knowledge import ANY, FUSIONS, KINASE_PAIRS, KINASES, LOCI, UNKNOWN
from leukotype.inputs.lesions import symbols
from leukotype.inputs.lesions.hotspots import GENES
from training.genetable import build_gene_table

_HOME = Path(symbols.__file__).with_name(symbols.TABLE)


def wanted() -> frozenset[str]:
    """Symbols of the genes that a rule of lesions names."""
    of_fusions = frozenset(gene for rule in FUSIONS for gene in rule.one | rule.other)
    return (of_fusions | GENES | frozenset(KINASES).union(*KINASE_PAIRS)) - LOCI - ANY - UNKNOWN


def lesion_genes(data: Path) -> pd.DataFrame:
    """Give the table: a row a gene, sorted by symbol.

    Raises
    ------
    ValueError
        For a symbol that Ensembl 103 does not have on a chromosome.
    """
    genes = pd.read_csv(data / "reference" / "genes.csv.gz", dtype=str, keep_default_na=False)
    chosen = genes[genes["symbol"].isin(wanted())].drop_duplicates("symbol").sort_values("symbol")
    if unknown := wanted() - set(chosen["symbol"]):
        raise ValueError(f"no symbols of Ensembl 103: {sorted(unknown)}")
    table = build_gene_table(data, chosen["ensembl_id"].tolist()).frame
    return table[["symbol", "aliases"]].rename_axis("ensembl_id").reset_index()


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    lesion_genes(parser.parse_args().data).to_csv(_HOME, sep="\t", index=False)


if __name__ == "__main__":
    main()
