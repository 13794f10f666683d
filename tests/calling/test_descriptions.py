"""What is said of the subtypes agrees with the entities and the ranges, and leads to the articles."""

import re

import pytest

from leukotype.calling.descriptions import DESCRIPTIONS
from leukotype.calling.entities import ENTITIES
from leukotype.model.bundle import load
from leukotype.vocabulary import PLOIDY_RANGES, SUBTYPES, PloidyState


def test_every_subtype_is_described_in_one_sentence_with_its_literature():
    assert set(DESCRIPTIONS) == set(SUBTYPES)
    assert set(load().model.subtypes) <= set(DESCRIPTIONS)
    for name, each in DESCRIPTIONS.items():
        assert each.sentence.endswith("."), name
        assert len(each.sentence) <= 160, name
        assert each.publications, name


def test_a_publication_is_cited_and_has_one_doi():
    articles = {each for description in DESCRIPTIONS.values() for each in description.publications}
    assert len({each.doi for each in articles}) == len(articles)
    for each in articles:
        assert re.search(r", [A-Z][A-Za-z ]+ 20\d\d;\d+:E?\d+", each.citation)
        assert re.fullmatch(r"https://doi\.org/10\.\d{4}/[\w.-]+", each.address)


# As DOIs are printed on the articles.
@pytest.mark.parametrize(
    ("subtype", "address"),
    [
        ("iAMP21", "https://doi.org/10.1038/leu.2013.317"),
        ("CDX2/UBTF", "https://doi.org/10.1182/blood.2022015444"),
        ("NUTM1-r", "https://doi.org/10.1038/s41375-021-01333-y"),
        ("BCR::ABL1-like", "https://doi.org/10.1056/NEJMoa1403088"),
    ],
)
def test_the_first_article_is_that_of_the_subtype(subtype, address):
    assert DESCRIPTIONS[subtype].publications[0].address == address


@pytest.mark.parametrize(
    ("subtype", "state"),
    [
        ("Low hypodiploid", PloidyState.LOW_HYPODIPLOID),
        ("Hyperdiploid", PloidyState.HYPERDIPLOID),
        ("Low hyperdiploid", PloidyState.LOW_HYPERDIPLOID),
    ],
)
def test_numbers_of_chromosomes_are_those_of_the_ploidy_states(subtype, state):
    low, high = PLOIDY_RANGES[state]
    assert DESCRIPTIONS[subtype].sentence.startswith(f"{low} to {high} chromosomes")


@pytest.mark.parametrize("subtype", ["BCR::ABL1", "TCF3::PBX1", "ETV6::RUNX1"])
def test_translocations_are_those_of_the_entities(subtype):
    translocation = re.search(r"t\(\S+?\)\(\S+?\)", ENTITIES[subtype].icc)[0]
    assert translocation in DESCRIPTIONS[subtype].sentence
