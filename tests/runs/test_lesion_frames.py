"""Lesions in data frames are files for as long as a run reads them, and gone afterwards."""

from pathlib import Path

import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.runs.lesion_frames import LesionFrames

FUSIONS = pd.DataFrame({"gene_5prime": ["BCR"], "gene_3prime": ["ABL1"], "reads": [25]})


def test_frames_are_taken_out_and_what_names_files_stays():
    asked = {"fusions": {"P1": FUSIONS}, "karyotype": {"P1": "46,XY[20]"}, "cnv": ["x.csv"], "age": 7}
    frames, rest = LesionFrames.take(asked)
    assert rest == {"cnv": ["x.csv"], "age": 7}
    assert set(frames.tables) == {"fusions", "karyotype"}
    ((owner, karyotypes),) = frames.tables["karyotype"]
    assert (owner, karyotypes.to_numpy().tolist()) == ("", [["P1", "46,XY[20]"]])


def test_they_are_files_within_and_gone_afterwards():
    """A frame by sample has its names in the index: these become a column."""
    by_sample = FUSIONS.set_axis(["P1"])
    frames, _ = LesionFrames.take({"fusions": by_sample, "karyotype": pd.Series({"P1": "46,XY[20]"})})
    with frames.as_files() as (options, _):
        fusions, karyotype = Path(options["fusions"][0]), Path(options["karyotype"])
        assert pd.read_csv(fusions).to_dict("records") == [
            {"sample": "P1", "gene_5prime": "BCR", "gene_3prime": "ABL1", "reads": 25}
        ]
        assert pd.read_csv(karyotype)["karyotype"].tolist() == ["46,XY[20]"]
    assert not fusions.exists()
    assert not karyotype.exists()


def test_a_frame_of_one_sample_says_whose_it_is_and_is_named_for_its_option():
    frames, _ = LesionFrames.take({"fusions": {"P1": FUSIONS, "P2": FUSIONS}})

    def read():
        with frames.as_files() as (options, _):
            first, second = (each.split("=", 1) for each in options["fusions"])
            assert (first[0], second[0]) == ("P1", "P2")
            raise InputError(f"{second[1]}: line 2: expected a number")

    with pytest.raises(InputError, match=r"^\(data frame 2 of fusions\): line 2: expected a number$"):
        read()
