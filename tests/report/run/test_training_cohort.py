"""The samples of a run among the patients that its model learned from."""

from leukotype.calling.neighbours import marker_profiles
from leukotype.model.bundle import load
from leukotype.report.run.training_cohort import TrainingCohort, among_training, draw_ground


def test_only_a_call_is_drawn_among_the_patients_of_all(small_run):
    """A sample under 30 % blasts has no subtype, so it stands on no map of subtypes."""
    bundle = load()
    ground = draw_ground(small_run, TrainingCohort(bundle.map, marker_profiles(bundle)))
    assert [mark["sample"] for mark in ground["marks"]] == ["P1", "P2"]
    assert ground["left_out"] == 1


def test_a_called_sample_lies_among_its_own_and_shows_its_markers(small_run):
    """DUX4-r are told by DUX4's targets, as Lilljebjorn et al. (Nat Commun 2016;7:11790) and others found."""
    bundle = load()
    first, _, third = among_training(small_run, TrainingCohort(bundle.map, marker_profiles(bundle)))
    assert "DUX4-r" in first["neighbours"]
    assert first["markers"]
    assert len(third["markers"]) < len(first["markers"])


def test_without_a_model_there_is_no_map_and_the_reason_stands(small_run):
    cohort = TrainingCohort(missing="the model was not found")
    ground = draw_ground(small_run, cohort)
    assert (ground["map"], ground["marks"], ground["missing"]) == (None, [], "the model was not found")
    assert all(
        each["place"] is None and each["neighbours"] == "" for each in among_training(small_run, cohort)
    )
