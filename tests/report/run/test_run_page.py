"""The page of a run beside the patients of its own model, and of no other."""

from dataclasses import replace

import pytest

from leukotype.errors import InputError, ModelFileError
from leukotype.model.bundle import load
from leukotype.report.run.run_page import page_of_run, parts_of_page, training_of


def test_every_sample_has_its_place_on_the_page(small_run):
    parts, page = parts_of_page(small_run), page_of_run(small_run, "Three patients")
    assert len(set(parts.values())) == 3
    assert all(f'id="{place}"' in page for place in parts.values())


def test_the_map_is_that_of_the_model_that_called(small_run):
    found = training_of(small_run, None)
    assert found.missing == ""
    assert len(found.map.points) == len(load().map.points)


def test_another_model_is_refused_and_one_that_is_gone_is_said(small_run, tmp_path):
    other = replace(small_run, model=replace(small_run.model, sha256="0" * 64))
    with pytest.raises(InputError, match=r"expected the model of the run, .*, found another"):
        training_of(other, load())
    assert "was not found; name its folder by --model" in training_of(other, None).missing
    with pytest.raises(ModelFileError):
        training_of(small_run, tmp_path / "nothing")
