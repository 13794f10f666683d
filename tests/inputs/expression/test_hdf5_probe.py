"""A file from which the HDF5 library does not come back, or by which the process would end."""

import struct
import subprocess

import numpy as np
import pytest

from leukotype.inputs.expression import hdf5_probe
from leukotype.inputs.expression.hdf5_probe import probe
from tests.inputs.expression.made_tables import FRAME, h5ad, refusal


def test_a_whole_file_is_probed_in_silence(tmp_path):
    assert probe(h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32)), 3) == ""


def test_a_file_that_ends_the_reader_ends_the_child_alone(opened, tmp_path, monkeypatch):
    """512 zeroed bytes of an inner tree make the library search for ever: here the child, in its place."""
    path = h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32))
    ends = {"hangs": "import resource, signal, os; os.kill(os.getpid(), signal.SIGXCPU)",
            "crashes": "import os; os.abort()"}  # fmt: skip
    said = {}
    for name, code in ends.items():
        (tmp_path / f"{name}.py").write_text(code)
        monkeypatch.setattr(hdf5_probe, "__file__", str(tmp_path / f"{name}.py"))
        said[name] = refusal(opened, path)
    assert said["hangs"].endswith("the h5ad file is damaged (reading it does not end): write it again")
    assert said["crashes"].endswith("the h5ad file is damaged (reading it ends the process): write it again")


def test_a_child_that_sleeps_is_not_waited_for(tmp_path, monkeypatch):
    def sleeps(*asked, timeout, **_):
        raise subprocess.TimeoutExpired(asked, timeout)

    monkeypatch.setattr(subprocess, "run", sleeps)
    assert probe(tmp_path / "m.h5ad", 3) == "reading it does not end"


@pytest.mark.parametrize("length", [2**31 - 1, 2**29])
def test_a_damaged_length_of_a_name_is_met_by_the_child_alone(opened, tmp_path, length):
    """The format writes a name as its length, four bytes, and where it stands, eight and four bytes."""
    path = h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32))
    whole, name = path.read_bytes(), str(FRAME.index[0])
    written = struct.pack("<I", len(name)) + struct.pack("<Q", whole.index(b"GCOL"))
    assert written in whole
    path.write_bytes(whole.replace(written, struct.pack("<I", length) + written[4:], 1))
    problem = probe(path, 40)
    assert "read data" in problem
    assert f"the h5ad file is damaged ({problem})" in refusal(opened, path)


@pytest.mark.parametrize("layer", [None, "counts"])
def test_a_damaged_size_of_a_chunk_is_refused_before_it_is_unpacked(opened, tmp_path, layer):
    """2 GB instead of 480 bytes; the format writes rows, columns and bytes of a number in four bytes each."""
    h5py = pytest.importorskip("h5py")
    path = h5ad(tmp_path / "m.h5ad", FRAME.to_numpy(np.float32))
    with h5py.File(path, "r+") as file:
        place = "X" if layer is None else f"layers/{layer}"
        if place in file:
            del file[place]
        file.create_dataset(place, data=FRAME.to_numpy(np.float32), chunks=(3, 40))
        file[place].attrs["encoding-type"] = "array"
    whole, chunk = path.read_bytes(), struct.pack("<III", 3, 40, 4)
    assert whole.count(chunk) == 1
    path.write_bytes(whole.replace(chunk, struct.pack("<III", 2**14, 2**15, 4)))
    assert probe(path, 40, layer) == "expected chunks of up to 268,435,456 bytes, found one of 2,147,483,648"
    if layer is None:
        assert "m.h5ad: the h5ad file is damaged (expected chunks of up to" in refusal(opened, path)
