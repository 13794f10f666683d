"""Each sample has a file of its own name, whatever the name and the disk."""

from leukotype.runs.sample_files import file_stems


def test_names_that_a_disk_takes_for_one_stay_two():
    assert file_stems(["P1", "p1", "P 2", "a/b", ".."]) == {
        "P1": "P1", "p1": "p1_2", "P 2": "P 2", "a/b": "a%2Fb", "..": "..",
    }  # fmt: skip
    long = ["x" * 300 + end for end in "ab"]
    assert [len(stem) for stem in file_stems(long).values()] == [150, 152]
