"""With normal cells a laboratory learns its own gate and blasts; without, those of the base model stay."""

import numpy as np
import pandas as pd
import pytest

from leukotype.errors import InputError
from leukotype.learning.place import Place
from leukotype.learning.retrain import TrainingFiles, gather, run
from leukotype.learning.settings import Mixing, Search, Settings
from leukotype.model.bundle import Origin, load
from leukotype.pipeline import classify
from leukotype.vocabulary import NOT_B_ALL

QUICK = Settings(
    folds=2, inner_folds=2, jobs=1, curve=False, untaught=False, search=Search(trials=1),
    mixing=Mixing(dilutions=1, gate_dilutions=1, backgrounds=40, scrambled=30),
)  # fmt: skip
HERE = Place(jobs=1)


@pytest.fixture(scope="module")
def anew(files, normal_cells, tmp_path_factory):
    """Learned with normal cells, and with six T-ALL among the patients."""
    folder = tmp_path_factory.mktemp("anew")
    counts, labels = pd.read_csv(files.counts, index_col=0), pd.read_csv(files.labels)
    profiles, rng = load().profiles, np.random.default_rng(5)
    mean = 2.0 ** profiles.means[profiles.names.index("T-ALL")] - 1.0
    for number in range(6):
        counts[f"T{number}"] = rng.poisson(mean * 20 * rng.lognormal(0, 0.2, len(mean)))
    names = [f"T{number}" for number in range(6)]
    others = pd.DataFrame({"sample": names, "subtype": "T-ALL", "cohort": "A"})
    counts.to_csv(folder / "counts.csv")
    pd.concat([labels, others]).to_csv(folder / "labels.csv", index=False)
    given = TrainingFiles([folder / "counts.csv"], folder / "labels.csv", background=normal_cells)
    return run(given, QUICK, HERE, folder / "mine", track=False), counts


def test_everything_is_learned_but_the_genes_and_the_chromosomes(anew):
    base, mine = load(), load(anew[0].out)
    learned = {name for name, origin in mine.parts.items() if origin is Origin.LEARNED}
    assert learned == {"features", "gate", "blasts", "limit"}
    assert not np.array_equal(mine.model.gate.weights, base.model.gate.weights)
    assert not np.array_equal(mine.model.features.centre, base.model.features.centre)
    assert not np.array_equal(mine.model.blasts.weights, base.model.blasts.weights)
    assert list(mine.genes.ids) == list(base.without_pool().genes.ids)
    assert mine.manifest["classes"][NOT_B_ALL] == 6
    assert set(mine.manifest["further_sha256"]) == {"normal.csv"}
    assert "base" not in mine.manifest


def test_its_gate_holds_back_what_is_not_b_all(anew, normal_cells):
    done, counts = anew
    said = classify(counts, model=done.out).calls.set_index("sample")
    assert (said.loc[[f"T{number}" for number in range(6)], "subtype"] == "").all()
    ill = said[~said.index.str.startswith("T")]
    assert (ill["status"] == "called").mean() > 0.8
    cells = classify(pd.read_csv(normal_cells, index_col=0), model=done.out).calls
    assert (cells["subtype"] == "").all()


def test_its_figures_are_of_the_whole_model_and_the_card_says_so(anew):
    done, _ = anew
    assert done.learned.held_out.figures["n"] == 48
    assert done.learned.held_out.figures["n_not_taught"] == 6
    card = (done.out / "card.md").read_text()
    assert "| Not B-ALL: other leukemias | 6 |" in card
    assert "the figures below are of the whole model" in " ".join(card.split())


def test_without_normal_cells_t_all_is_refused_with_what_to_do(files, tmp_path):
    labels = pd.read_csv(files.labels)
    labels.loc[0, "subtype"] = "T-ALL"
    labels.to_csv(tmp_path / "labels.csv", index=False)
    with pytest.raises(InputError, match="give --background too"):
        gather(TrainingFiles([files.counts], tmp_path / "labels.csv"), QUICK)
