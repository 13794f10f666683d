"""What is given and what the counts show are put together: who wins, and what is only a suspicion."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from leukotype.evidence.genomes import _gains_in_pairs, given_state, read_genomes
from leukotype.inputs.lesions.fusions import FUSION_COLUMNS
from leukotype.inputs.lesions.iscn import parse_karyotype
from leukotype.inputs.lesions.karyotypes import karyotype_record
from leukotype.inputs.lesions.records import CopyNumber, Lesions
from leukotype.inputs.lesions.variants import VARIANT_COLUMNS
from leukotype.model.dosage import Dosage, Levels
from leukotype.model.ploidy import Copies, state_of_number
from leukotype.vocabulary import CHROMOSOMES, LesionKind, PloidyState

NORMAL = "46,XX[20]"
HYPERDIPLOID = "55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[12]/46,XX[8]"
# A low hypodiploid clone and the one that doubled it: the pattern of AYAII_0128 (RNAseqCNV's benchmark).
DOUBLED = "70,XX,+1,+4,+5,+6,+8,+9,+10,+11,+14,+18,+19,+21,+21,+22[cp10]"
LOST = ("2", "3", "7", "12", "13", "15", "16", "17", "20")


def karyotypes(**texts):
    """Records as the reader of karyotypes gives them, by sample."""
    return tuple(
        karyotype_record(sample, "k.csv", parse_karyotype(text), text) for sample, text in texts.items()
    )


def record(text):
    return karyotypes(P1=text)[0]


def counts_show(*, lost=(), gained=(), state=None):
    """A dosage with these losses and gains; its levels play no part."""
    copies = np.array([2 - (name in lost) + gained.count(name) for name in CHROMOSOMES])
    number = 46 + int((copies - 2).sum())
    nothing = np.full(len(CHROMOSOMES), np.nan)
    found = Copies(copies, nothing, 0.0, number, state or state_of_number(number), 1.0)
    return Dosage(Levels(nothing, nothing, np.zeros(len(CHROMOSOMES), int), nothing, np.nan), found)


def known(text=None, dosage=None, **lesions):
    """Genomes of one sample, P1."""
    copy_number = None if text is None else karyotypes(P1=text)
    dosages = {} if dosage is None else {"P1": dosage}
    return read_genomes(Lesions(copy_number=copy_number, **lesions), ["P1"], dosages, {})


def used(genomes, sample="P1"):
    return {(each.source, each.subtype, str(each.strength)) for each in genomes.evidence.lesions(sample)}


def unused(genomes):
    return {(each.source, each.why_not) for each in genomes.evidence.findings["P1"] if not each.used}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (NORMAL, PloidyState.DIPLOID),
        (HYPERDIPLOID, PloidyState.HYPERDIPLOID),
        ("45,XY,-7[10]", PloidyState.HIGH_HYPODIPLOID),
        ("47,XX,+21[10]", PloidyState.LOW_HYPERDIPLOID),
        ("52-56,XX,+4,+6,+10,+14,+18,+21,+21[cp8]", PloidyState.HYPERDIPLOID),
        ("48-53,XX,+4,+21,+inc[cp8]", PloidyState.UNCERTAIN),
        ("27,X,+14,+18,+21[6]", PloidyState.NEAR_HAPLOID),
        # A trisomy 21, XXY or a Robertsonian fusion that the patient was born with is no ploidy state.
        ("47,XX,+21c,t(9;22)(q34;q11)[20]", PloidyState.DIPLOID),
        ("48,XX,+8,+21c[20]", PloidyState.LOW_HYPERDIPLOID),
        ("45,XX,der(13;14)(q10;q10)c,t(9;22)(q34;q11)[20]", PloidyState.DIPLOID),
    ],
)
def test_the_state_of_a_karyotype(text, state):
    assert given_state(record(text)) == state


def test_a_hypodiploid_clone_decides_beside_the_one_that_doubled_it():
    for text in (
        "70,XX,+1,+4,+21,+22[10]/35,XX,-2,-3,-7,-9,-12,-13,-15,-16,-17,-20,-22[5]",
        "68-74,XX,+1[cp9]/36,X,-2,-3,-7,-9,-12,-13,-15,-16,-17[2]",
    ):
        assert record(text).low > 50
        assert given_state(record(text)) == PloidyState.LOW_HYPODIPLOID


def test_only_normal_cells_are_normal():
    assert record(NORMAL).is_normal
    for text in ("47,XX,+21[10]", "46,XX,t(9;22)(q34;q11)[20]", "46,XX,del(9)(p21)[20]", "46,XX,+8,-7[4]"):
        assert not record(text).is_normal


def test_a_normal_karyotype_does_not_beat_what_the_counts_show():
    # Normal metaphases beside a leukemia that did not grow: the usual culture failure.
    found = known(NORMAL, counts_show(lost=LOST))
    call = found.ploidy["P1"]
    assert (call.state, call.lost, call.source) == (PloidyState.LOW_HYPODIPLOID, LOST, "counts")
    assert used(found) == {
        ("counts", "Low hypodiploid", "defining"),
        ("counts", "Hyperdiploid", "against"),
    }
    assert unused(found) == {("k.csv", "a normal karyotype may be that of cells that are not leukemic")}


@pytest.mark.parametrize("text", ["47,XX,+21c[20]", "47,XXYc[20]"])
def test_what_the_patient_was_born_with_is_a_normal_karyotype(text):
    assert used(known(text)) == set()
    assert record(text).is_normal


def test_a_part_that_was_not_read_is_said_and_no_normal_karyotype():
    found = known("46,XX[20].nuc ish(CDKN2Ax0)[180/200]")
    assert used(found) == set()
    assert unused(found) == {("k.csv", "a part of the karyotype was not read")}


def test_a_normal_karyotype_alone_is_no_evidence_against_hyperdiploidy():
    assert used(known(NORMAL)) == set()


def test_an_abnormal_karyotype_beats_the_counts_and_these_are_kept_with_the_reason():
    found = known(HYPERDIPLOID, counts_show())
    call = found.ploidy["P1"]
    assert (call.state, call.source) == (PloidyState.HYPERDIPLOID, "k.csv")
    assert sorted(call.gained) == sorted(["X", "4", "6", "10", "14", "17", "18", "21", "21"])
    assert used(found) == {("k.csv", "Hyperdiploid", "typical")}
    assert unused(found) == {("counts", "a chromosome number was given")}


def test_a_range_that_spans_states_leaves_it_to_the_counts():
    found = known("48-53,XX,+4,+21,+inc[cp8]", counts_show(gained=("X", "4", "6", "14", "18", "21")))
    assert (found.ploidy["P1"].state, found.ploidy["P1"].source) == (PloidyState.HYPERDIPLOID, "counts")
    assert used(found) == {("counts", "Hyperdiploid", "typical")}
    assert unused(found) == {("k.csv", "its numbers span several states")}


@pytest.mark.parametrize("text", [DOUBLED, "60,XX,+1,+4,+5,+6,+8,+10,+11,+14,+18,+19,+21,+21,+22,+22[10]"])
def test_a_doubled_clone_does_not_overrule_counts_that_look_hypodiploid(text):
    found = known(text, counts_show(lost=LOST))
    assert (found.ploidy["P1"].state, found.ploidy["P1"].source) == (PloidyState.LOW_HYPODIPLOID, "counts")
    assert ("counts", "Low hypodiploid", "defining") in used(found)
    assert unused(found) == {("k.csv", "a hypodiploid clone that doubled looks so")}


def test_two_further_21_in_a_few_cells_do_not_overrule_counts_that_look_hypodiploid():
    found = known("48,XX,+21,+21[4]/46,XX[16]", counts_show(lost=LOST))
    assert found.ploidy["P1"].state == PloidyState.LOW_HYPODIPLOID


def test_trisomies_alone_are_no_doubled_clone():
    found = known("55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[15]", counts_show(lost=LOST))
    assert found.ploidy["P1"].state == PloidyState.HYPERDIPLOID


@pytest.mark.parametrize(
    "text",
    [
        "54<2n>,XX,+X,+X,+14,+14,+18,+18,+21,+21[12]/46,XX[8]",
        "52,XY,+X,+Y,+14,+14,+21,+21[7]",
        "72<4n>,XXYY,-2,-2,-3,-3,-4,-4,-7,-7,-9,-9,-13,-13,-15,-15,-16,-16,-17,-17,-20,-20[12]",
    ],
)
def test_gains_in_pairs_alone_are_a_suspicion(text):
    found = known(text, None)
    assert found.ploidy["P1"].state == PloidyState.MASKED_HYPODIPLOIDY
    assert used(found) == {("k.csv", "Low hypodiploid", "typical"), ("k.csv", "Hyperdiploid", "against")}


@pytest.mark.parametrize(
    "text",
    [
        "62-64<3n>,XX,-X,-3,-4,+6,-7,+8,-9,+10,-13,-15,-16,-17,-20,+21[4]/46,XX[8]",
        "64~66,XXX,+X,+1,-3,-7,+11,-13,-15,-16,-17,-20[cp4]",
        "66<3n>,XX,-X,+1,-2,-3,-4,+5,+6,-7,+8,-9,+10,+11,-12,-13,+14,-15,-16,-17,+18,-19,-20,+21,+22[9]",
    ],
)
def test_losses_from_three_copies_are_a_suspicion(text):
    """What was lost before the clone doubled: Holmfeldt et al., Nat Genet 2013;45:242."""
    assert known(text, None).ploidy["P1"].state == PloidyState.MASKED_HYPODIPLOIDY


def test_a_hyperdiploid_clone_written_against_three_copies_is_none():
    found = known("59<3n>,XXX,-1,-2,-3,-5,-9,-11,-13,-15,-16,+18,-19,-20[9]", None)
    assert found.ploidy["P1"].state == PloidyState.HYPERDIPLOID


def test_gains_in_pairs_among_patients(data):
    """Gu et al., Nat Genet 2019;51:296: karyotypes of 51 to 79 chromosomes as the clinics wrote them."""
    table = pd.read_csv(data / "lesions" / "stjude_lesions.csv.gz").dropna(subset="karyotype")
    read = [(row.subtype, parse_karyotype(row.karyotype)) for row in table.itertuples()]
    many = [(s, k) for s, k in read if k and k.chromosomes and 51 <= k.chromosomes[0] < 80]
    hypodiploid = ("Near haploid", "Low hypodiploid")
    found = Counter(
        (subtype in hypodiploid, _gains_in_pairs(CopyNumber("karyotype", gained=karyotype.gained)))
        for subtype, karyotype in many
    )
    assert found == {(True, True): 10, (True, False): 8, (False, True): 2, (False, False): 163}


def test_gains_without_a_hypodiploid_pattern_are_no_suspicion():
    gains = ("X", "4", "6", "10", "14", "17", "18", "21", "21")
    assert known(HYPERDIPLOID, counts_show(gained=gains)).ploidy["P1"].state == PloidyState.HYPERDIPLOID


def test_a_given_loss_is_not_masked():
    found = known("45,XY,-7[10]", counts_show(lost=LOST))
    assert found.ploidy["P1"].state == PloidyState.HIGH_HYPODIPLOID


def test_near_tetraploid_is_no_masked_hypodiploidy():
    found = known("92,XXYY[10]", counts_show(lost=LOST))
    assert found.ploidy["P1"].state == PloidyState.NEAR_TRIPLOID


def test_the_counts_alone():
    found = known(dosage=counts_show(lost=("1",), state=PloidyState.UNCERTAIN))
    assert (found.ploidy["P1"].state, found.ploidy["P1"].source) == (PloidyState.UNCERTAIN, "counts")
    assert used(found) == set()
    assert found.evidence.looked_for["P1"] == frozenset()  # the counts are no lesion that was given


def test_nothing_known():
    found = known()
    call = found.ploidy["P1"]
    assert (call.state, call.gained, call.lost, call.source) == (None, (), (), "")
    assert used(found) == set()
    assert found.evidence.looked_for["P1"] == frozenset()


def test_a_translocation_of_the_karyotype_is_evidence():
    found = known("46,XX,t(12;21)(p13;q22)[15]/46,XX[5]", counts_show())
    assert ("k.csv", "ETV6::RUNX1", "defining") in used(found)


# iAMP21 as laboratories write it behind or in the place of a rebuilt 21, which ISCN has no word for (Harrison
# et al., Leukemia 2014;28:1015).
@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("46,XX,add(21)(q22)iAMP21[10]/46,XX[10]", PloidyState.IAMP21),
        ("46,XX,dup(21)(q22)(IAMP21)[20]", PloidyState.IAMP21),
        ("45,XX,-7,-21,+mar(iAMP21)[3]", PloidyState.IAMP21),
        ("47,XXYc,iamp(21)(q22)[10]/47,XXYc[10]", PloidyState.IAMP21),
        ("iAMP21", PloidyState.IAMP21),
        ("46,XX,add(21)(q22)?iAMP21[10]", PloidyState.DIPLOID),
        ("46,XX,add(21)(q22)[10], no iAMP21", PloidyState.DIPLOID),
        ("46,XX,add(21)(q22)[10]. iAMP21 excluded by FISH", PloidyState.DIPLOID),
        ("55,XX,+X,+4,+6,+10,+14,+17,+18,+21,iamp(21)[10]", PloidyState.HYPERDIPLOID),
    ],
)
def test_a_karyotype_that_says_iamp21(text, state):
    assert given_state(record(text)) == state
    said = {(each.subtype, str(each.strength)) for each in known(text).evidence.lesions("P1")}
    assert (("iAMP21", "typical") in said) == (state == PloidyState.IAMP21)


def fusion_calls(*rows):
    """Fusions of P1 with 30 reads each, none of which a caller doubts unless it is said."""
    made = [
        ("P1", "f.tsv", "Arriba", one, other, 30, "", not why_not, why_not, False)
        for one, other, why_not in ((*row, "")[:3] for row in rows)
    ]
    return pd.DataFrame(made, columns=list(FUSION_COLUMNS))


# Bands hold many genes: MYO18B lies at 22q12.1 and EWSR1 at 22q12.2 beside BCR (Ensembl 103), and a leukemia
# of Gu et al., Nat Genet 2019;51:296 with t(9;22)(q34;q11.2) and MYO18B::ABL1 is labelled BCR::ABL1-like.
@pytest.mark.parametrize(
    ("text", "calls", "strength"),
    [
        ("t(9;22)(q34;q11.2)", [("MYO18B", "ABL1")], "typical"),
        ("t(12;21)(p13;q22)", [("ETV6", "ABL1"), ("PAX5", "CBFA2T3")], "typical"),
        ("t(9;22)(q34;q11.2)", [("MYO18B", "ABL1"), ("BCR", "ABL1")], "defining"),
        ("t(9;22)(q34;q11.2)", [("MYO18B", "ABL1"), ("ABL1", "BCR", "few reads")], "typical"),
        ("t(9;22)(q34;q11.2)", [("MYO18B", "ABL1", "few reads")], "defining"),
        ("t(9;22)(q34;q11.2)", [("P2RY8", "CRLF2")], "defining"),
        ("t(4;11)(q21;q23)", [("KMT2A", "?")], "defining"),  # FISH: a split gene, and no other partner
        ("t(9;22)(q34;q11.2)", [], "defining"),
    ],
)
def test_bands_do_not_define_where_another_partner_was_sequenced(text, calls, strength):
    found = known(f"46,XX,{text}[20]", fusions=fusion_calls(*calls))
    told = [each for each in found.evidence.findings["P1"] if each.source == "k.csv" and each.lesion == text]
    assert [str(each.strength) for each in told] == [strength]
    assert all("was sequenced in its place" in each.reference for each in told) == (strength == "typical")


def test_what_was_looked_for_is_told_by_sample():
    fusions = pd.DataFrame([], columns=list(FUSION_COLUMNS))
    lesions = Lesions(
        fusions,
        {"P1": ("CICERO",), "P2": (), "P3": ()},
        karyotypes(P2=NORMAL),
        pd.DataFrame([], columns=list(VARIANT_COLUMNS)),
        frozenset({"P3"}),
    )
    looked = read_genomes(lesions, ["P1", "P2", "P3", "P4"], {}, {}).evidence.looked_for
    assert looked == {
        "P1": {LesionKind.FUSION},
        "P2": {LesionKind.COPY_NUMBER},
        "P3": {LesionKind.MUTATION},
        "P4": set(),
    }


def test_lesions_of_samples_that_are_not_asked_for_are_left_out():
    rows = [(name, "f", "x", "BCR", "ABL1", 30, "", True, "", False) for name in ("P1", "P2")]
    lesions = Lesions(pd.DataFrame(rows, columns=list(FUSION_COLUMNS)), {"P1": ("x",), "P2": ("x",)})
    found = read_genomes(lesions, ["P2"], {}, {})
    assert set(found.evidence.findings) == {"P2"}
    assert set(found.ploidy) == {"P2"}


def test_a_marker_is_evidence_of_the_counts():
    found = read_genomes(Lesions(), ["P1", "P2"], {}, {"P1": {"CDX2": 7.0}, "P2": {"CDX2": 0.0}})
    assert used(found) == {("counts", "CDX2/UBTF", "typical")}
    assert used(found, "P2") == set()
