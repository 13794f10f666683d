"""Names of an axis say whether they are of humans, of genes at all, and of what else."""

import pytest

from leukotype.errors import InputError
from leukotype.inputs.expression.axis_names import names_of

GENES = [f"ENSG{number:011}" for number in range(1500)]


def refused(opened, path, match, **options):
    with pytest.raises(InputError, match=match) as caught:
        list(opened(path, **options).blocks())
    assert "\n" not in str(caught.value)


def table(rows, columns):
    lines = ["," + ",".join(columns)]
    lines += [
        f"{row}," + ",".join(str(10 + i + j) for j in range(len(columns))) for i, row in enumerate(rows)
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("genes", "match"),
    [
        (["ENSMUSG00000000001", "ENSMUSG00000000003.5"], "found mouse"),
        (["Trp53", "Gapdh", "Cd19"], "found mouse symbols"),
        (["ENSRNOG00000000001", "ENSRNOG00000000007"], r"another species \(Ensembl code RNO\)"),
    ],
)
@pytest.mark.parametrize("genes_in_rows", [True, False])
def test_other_species(opened, write, genes, match, genes_in_rows):
    text = table(genes, ["P1"]) if genes_in_rows else table(["P1"], genes)
    refused(opened, write("m.csv", text), match)


def test_a_single_sample_file_of_mouse_symbols(opened, write):
    refused(opened, write("P1.HTSeq", "Trp53\t3\nGapdh\t4\nCd19\t2\n"), "found mouse symbols")


@pytest.mark.parametrize(
    "tally",
    ["__no_feature", "N_unmapped", "Total", "Unassigned_NoFeatures", "ambiguous", "Gesamt", "library_size"],
)
def test_tallies_of_counters_are_no_genes_wherever_they_stand(tally):
    """HTSeq, STAR and featureCounts write theirs first or last; a sorted table has them anywhere."""
    assert names_of([*GENES[:700], tally, *GENES[700:]]).no_genes == (700,)


def test_facts_of_patients_are_no_genes_at_the_ends_and_in_lower_case():
    names = names_of(["Age", *GENES[:700], "batch", "BATCH1", *GENES[700:], "WBC"])
    assert [names.written[at] for at in names.no_genes] == ["Age", "batch", "WBC"]


def test_columns_that_describe_genes_are_set_aside_in_their_order():
    assert names_of(["gene_name", "P1", "length", "P2"]).set_aside() == (
        ["gene_name", "length"],
        ["P1", "P2"],
    )


def test_what_was_found_of_a_list_of_genes_is_kept_and_of_patients_it_is_not():
    assert names_of(GENES) is names_of(iter(GENES))
    patients = [f"P{number}" for number in range(300)]
    assert names_of(patients) is not names_of(patients)
