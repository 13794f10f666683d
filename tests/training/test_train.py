"""On equal patients and settings the training of the model that ships gives what `leukotype train` gives."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leukotype.demo.simulate import Patient, simulate_patients
from leukotype.learning.mixing import Cells
from leukotype.learning.place import Place
from leukotype.learning.retrain import TrainingFiles, gather, run, train
from leukotype.learning.settings import Mixing, Search, Settings
from leukotype.model.bundle import load
from training.cohort import PublicCohort, PublicSettings

QUICK = Settings(
    folds=2, inner_folds=2, jobs=1, curve=False, untaught=False, search=Search(trials=1, kind=("svm",)),
    mixing=Mixing(dilutions=1, gate_dilutions=1, backgrounds=20, scrambled=10),
)  # fmt: skip
SUBTYPES = ("ETV6::RUNX1", "Hyperdiploid", "DUX4-r")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TrainingFiles:
    """Fifteen SYNTHETIC patients, and six samples of normal cells."""
    folder, base, rng = tmp_path_factory.mktemp("files"), load(), np.random.default_rng(2)
    people = [Patient(f"{group[:4]}{number}", group, 90.0) for group in SUBTYPES for number in range(5)]
    simulate_patients(base, people, random_state=6).counts.to_csv(folder / "counts.csv")
    labels = {"sample": [each.name for each in people], "subtype": [each.group for each in people]}
    pd.DataFrame(labels).to_csv(folder / "labels.csv", index=False)
    mean = 2.0 ** base.profiles.means[base.profiles.names.index("normal")] - 1.0
    names = [f"{kind}.{number}" for kind in "BT" for number in range(3)]
    cells = {name: rng.poisson(mean * 20 * rng.lognormal(0, 0.3, len(mean))) for name in names}
    pd.DataFrame(cells, index=base.genes.ids).to_csv(folder / "normal.csv")
    return TrainingFiles([folder / "counts.csv"], folder / "labels.csv", background=folder / "normal.csv")


def test_both_ways_give_the_same_bytes(files: TrainingFiles, tmp_path: Path) -> None:
    lab = run(files, QUICK, Place(jobs=1), tmp_path / "lab" / "mine", track=False)
    teaching, _ = gather(files, QUICK)
    none = np.empty((0, len(teaching.panel.genes.ids)))
    empty = Cells(none, np.array([], dtype=object), np.array([], dtype=bool))
    cohort = PublicCohort(
        teaching.panel, teaching.cohort.patients, pd.DataFrame(), None, None, teaching.augmentation.cells,
        empty, empty, teaching.cohort.sha256, None,
    )  # type: ignore[arg-type, union-attr]  # fmt: skip
    own = cohort.teaching(PublicSettings(QUICK, use_zscore_cohort=False, use_pool=False))
    own = replace(own, cohort=teaching.cohort, further_sha256=teaching.further_sha256)
    (tmp_path / "ours").mkdir()
    ours = train(own, QUICK, Place(jobs=1), tmp_path / "ours" / "mine")
    assert ours.digest == lab.digest
    for path in lab.out.iterdir():
        assert (ours.out / path.name).read_bytes() == path.read_bytes(), path.name
