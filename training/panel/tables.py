"""Every table of the study, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from leukotype.calling.tiers import GROUPS
from leukotype.learning.pool_weights import ExpertName, Weighting, learn_factors, pool_of
from leukotype.learning.protocols import shift
from leukotype.learning.sources import CLASSES, codes_of
from leukotype.model.features import Array, Indices, Marks
from leukotype.model.log_odds import softmax
from leukotype.model.pool import NO_LIMIT, Distinction, Pool
from training.panel.left_out import BOSTON, DIPLOID, NORDIC, OTHER, Study
from training.panel.spoiling import AS_IS, sequence
from training.panel.tally import CALLED_FROM, CANDIDATE_FROM, Tally, lowest_threshold, tally

THRESHOLDS: Final = (0.7, 0.8, CALLED_FROM, 0.88, 0.9)
WRONG: Final = (0.02, 0.01)
LETTERS: Final = dict(zip("ABCE", ExpertName, strict=True))  # of the experts, as README.md has them
ALONE: Final = ("A", "B", "C", "AC", "BC", "ABC", "ACE")
WITHOUT_RANKS: Final = (ExpertName.COHORTS, ExpertName.STJUDE, ExpertName.CHROMOSOMES)
LABELLED: Final = ("GSE161501", "allsorts_test", "mdall")
ADULT_YEARS: Final = 18
RARE: Final = ("Low hypodiploid", "BCL2/MYC", "HLF", "Near haploid", "NUTM1-r", "IKZF1 N159Y", "iAMP21")
# Power of the gene's length, spread of the genes' efficiencies (log2), reads.
PROTOCOLS: Final = (
    (1.0, 1.0, 5e6),
    (1.0, 1.5, 2e6),
    (1.0, 2.0, 1e6),
    (1.5, 1.5, 2e6),
    (-0.5, 1.0, 5e6),
    (0.0, 0.0, 2e5),
)
DRAWS: Final = 3
RIGHT_WANTED: Final = 200
MISSING: Final = (0.3, 0.6, 0.9)


def probabilities_never_seen(study: Study, cohort: str, way: str = AS_IS) -> tuple[Array, Indices]:
    """Give probabilities of a cohort that neither experts nor weights had seen, and its codes."""
    parts = study.cohort_never_seen(cohort)[way]
    return softmax(parts.log_odds(study.weights_without[cohort])), study.unseen(cohort).codes


def sources_lines(study: Study) -> Iterator[str]:
    """Each cohort never seen by experts and weights; the threshold saw both."""
    for cohort in (NORDIC, BOSTON):
        weights = study.weights_without[cohort]
        yield f"{cohort} never seen; weights " + _told(weights)
        for way in study.cohort_never_seen(cohort):
            probability, codes = probabilities_never_seen(study, cohort, way)
            judged = study.judged(cohort)
            yield f"  {way}: {tally(probability[judged], codes[judged])}"
            if cohort == NORDIC:
                yield f"  {way}, all of a class: {tally(probability, codes)}"
        yield from _as_is_lines(study, cohort)


def _told(weighting: Weighting) -> str:
    experts = [f"{name} {weight:.3f}" for name, weight in weighting.experts.items()]
    return ", ".join(
        experts + [f"{one} from {other} {_in_words(x)}" for (one, other), x in weighting.distinctions.items()]
    )


def _in_words(distinction: Distinction) -> str:
    limit = "" if distinction.most == NO_LIMIT else f" up to {distinction.most:.2f} against the chromosomes"
    return f"{distinction.slope:.2f}{limit}"


def _as_is_lines(study: Study, cohort: str) -> Iterator[str]:
    (probability, codes), judged = probabilities_never_seen(study, cohort), study.judged(cohort)
    for called in THRESHOLDS:
        yield f"    called from {called}: {tally(probability[judged], codes[judged], called)}"
    best, top = probability.max(axis=1), probability.argmax(axis=1)
    for row in np.flatnonzero(judged & (best >= CALLED_FROM) & (top != codes)):
        own, answer = CLASSES[codes[row]], CLASSES[top[row]]
        yield f"    called wrong from {CALLED_FROM}: {own} as {answer} {best[row]:.2f}"
    right = (top == codes)[judged][np.argsort(-best[judged], kind="stable")]
    yield f"    wrong above the {RIGHT_WANTED}th right: {wrong_above(right, RIGHT_WANTED)}"
    best = best[study.sources.cohorts.labels[study.of(cohort)] == "B-other"]
    called_other, candidates = (best >= CALLED_FROM).sum(), (best >= CANDIDATE_FROM).sum()
    yield f"  B-other: {len(best)}, called {called_other}, candidates or groups {candidates - called_other}"
    parts, weights = study.cohort_never_seen(cohort)[AS_IS], study.weights_without[cohort]
    for letters in ALONE:
        top = parts.only([LETTERS[letter] for letter in letters]).log_odds(weights).argmax(axis=1)
        yield f"    experts {letters}: most probable {(top == codes)[judged].sum()} of {judged.sum()}"


def wrong_above(right: Marks, wanted: int) -> str:
    """Count the wrong answers that are surer than this many right ones, of answers in order of sureness."""
    if right.sum() < wanted:
        return "not so many are right"
    return str(int(np.flatnonzero(np.cumsum(right) == wanted)[0]) + 1 - wanted)


def thresholds_without(study: Study, cohort: str, wrong: float) -> dict[str, float]:
    """Choose the threshold without a cohort: lowest with at most this share wrong, on each other source."""
    weights, other = study.weights_without[cohort], study.unseen(OTHER[cohort])
    own = softmax(other.parts.log_odds(weights))
    factor = learn_factors([other], weights.experts)[frozenset(str(name) for name in WITHOUT_RANKS)]
    beside = study.stjude_beside(cohort)[AS_IS].only(WITHOUT_RANKS).log_odds(weights, factor)
    found = {
        OTHER[cohort]: lowest_threshold(own, other.codes, wrong),
        "the 441": lowest_threshold(softmax(beside), study.sources.stjude.codes, wrong),
    }
    return found | {"both, the larger": max(found.values())}


def threshold_lines(study: Study) -> Iterator[str]:
    """Each cohort with a threshold that was chosen without it."""
    for cohort, wrong in product((NORDIC, BOSTON), WRONG):
        (probability, codes), judged = probabilities_never_seen(study, cohort), study.judged(cohort)
        for source, called in thresholds_without(study, cohort, wrong).items():
            found = tally(probability[judged], codes[judged], called)
            yield f"  {cohort}: <= {wrong:.0%} wrong on {source}, from {called:.3f}: {found}"


def fold_probabilities(study: Study, way: str) -> Array:
    """Give probabilities of both cohorts in five folds, the weights from the other four folds."""
    parts = study.folds[way]
    total = np.zeros((len(study.sources.cohorts.labels), len(CLASSES)))
    for (_, test), weights in zip(study.splits, study.fold_weights, strict=True):
        total[test] = parts.take(test).log_odds(weights)
    return softmax(total)


def fold_lines(study: Study) -> Iterator[str]:
    """Five folds by patient over both cohorts."""
    codes, known = study.sources.cohorts.codes, f"{study.known.sum()} of {NORDIC}"
    for way in study.folds:
        probability = fold_probabilities(study, way)
        yield f"  {way}, {known}: {tally(probability[study.known], codes[study.known])}"
        yield f"  {way}, all of a class: {tally(probability, codes)}"
        if way == AS_IS:
            for called in THRESHOLDS:
                found = tally(probability[study.known], codes[study.known], called)
                yield f"    called from {called}, {known}: {found}"


def stjude_probabilities(study: Study, way: str = AS_IS) -> Array:
    """Give probabilities of the 441 in folds by all experts but the ranks, with the factor of these three."""
    factor = study.factors[frozenset(str(name) for name in WITHOUT_RANKS)]
    return softmax(study.stjude[way].only(WITHOUT_RANKS).log_odds(study.weights, factor))


def stjude_shares(study: Study, probability: Array) -> dict[str, float]:
    """Give the share most probably right of adults, children, and BCR::ABL1 with -like."""
    codes, top = study.sources.stjude.codes, probability.argmax(axis=1)
    right = top == codes
    adult = study.public.stjude_table["age_years"].to_numpy(float) >= ADULT_YEARS
    pair, inside = np.isin(study.sources.stjude.labels, GROUPS[0]), np.isin(np.array(CLASSES)[top], GROUPS[0])
    rows = {
        "adults": adult,
        "children": ~adult,
        "BCR::ABL1 and -like": pair,
        "of these, those put in the pair": pair & inside,
    }
    return {name: float(right[own].mean()) for name, own in rows.items()}


def stjude_lines(study: Study) -> Iterator[str]:
    """Patient-wise cross-validation of the 441, and the 441 never seen."""
    codes = study.sources.stjude.codes
    for way, parts in study.stjude.items():
        for name, probability in (
            ("A, C, E", stjude_probabilities(study, way)),
            ("with B (optimistic)", softmax(parts.log_odds(study.weights))),
        ):
            yield f"  {way}, {name}: {tally(probability, codes)}"
            shares = stjude_shares(study, probability)
            yield "      " + ", ".join(f"{group} {share:.3f}" for group, share in shares.items())
    names = (ExpertName.COHORTS, ExpertName.CHROMOSOMES)
    factor = study.factors[frozenset(str(name) for name in names)]
    for way, parts in study.stjude_never_seen.items():
        found = tally(softmax(parts.only(names).log_odds(study.weights, factor)), codes)
        yield f"  {way}, never seen, A and E: {found}"
    yield from _rare_lines(study)


def _rare_lines(study: Study) -> Iterator[str]:
    """Classes of which the cohorts have few patients or none, by experts that never saw the 441."""
    stjude = study.sources.stjude
    for name in RARE:
        own, out = stjude.labels == name, []
        for letters in ("A", "AE", "B"):
            parts = study.stjude[AS_IS] if letters == "B" else study.stjude_never_seen[AS_IS]
            top = parts.only([LETTERS[letter] for letter in letters]).log_odds(study.weights).argmax(axis=1)
            false = ((top == CLASSES.index(name)) & ~own).sum()
            out.append(f"{letters} {(top == stjude.codes)[own].sum()} (and {false} false)")
        yield f"  {name}: {own.sum()} of the 441, never seen (B may hold them): {', '.join(out)}"


def external_tally(study: Study, name: str, way: str) -> Tally:
    """Count an external set by the experts that learned from all sources."""
    ways, labels, _ = study.external(name)
    return tally(softmax(ways[way].log_odds(study.weights)), codes_of(labels))


def external_lines(study: Study) -> Iterator[str]:
    """Count the sets that nothing learned from (ten of the diploid leukemias are of the 441: no test)."""
    yield f"  weights {_told(study.weights)}"
    for name in (*LABELLED, DIPLOID):
        for way in study.external(name)[0]:
            yield f"  {name}, {way}: {external_tally(study, name, way)}"
    ways, _, names = study.external("rnaseqcnv")
    for way, parts in ways.items():
        probability = softmax(parts.log_odds(study.weights))
        for name, row in zip(names, probability, strict=True):
            first, second = np.argsort(-row, kind="stable")[:2]
            yield f"  {name}, {way}: {CLASSES[first]} {row[first]:.2f}, {CLASSES[second]} {row[second]:.2f}"


def labelled_samples(study: Study) -> tuple[Array, Indices]:
    """Give values and codes of the external samples with a label."""
    found = [study.external_values(name)[:2] for name in LABELLED]
    return np.vstack([values for values, _ in found]), np.concatenate(
        [codes_of(labels) for _, labels in found]
    )


def final_pool(study: Study) -> Pool:
    """Make the pool of the experts that learned from all sources."""
    return pool_of(study.experts, study.weights, study.factors, study.teacher.near_haploid)


def robustness_lines(study: Study, pool: Pool) -> Iterator[str]:
    """Harder protocols and missing genes, on the external samples with a label."""
    values, codes = labelled_samples(study)
    lengths = study.sources.genes.lengths
    for power, spread, reads in PROTOCOLS:
        rngs, found = [np.random.default_rng(seed) for seed in range(DRAWS)], []
        for rng in rngs:
            changed = shift(values, lengths, rng, power=power, spread=spread)
            found.append(softmax(pool.answer(sequence(changed, reads, rng)).log_odds))
        counted = tally(np.vstack(found), np.tile(codes, DRAWS))
        yield f"  reads / length^{power}, gene sd {spread}, {reads:.0e} reads, {DRAWS} draws: {counted}"
    for name, gone in missing_genes(study).items():
        yield f"  {name}: {tally(softmax(pool.answer(np.where(gone, np.nan, values)).log_odds), codes)}"


def missing_genes(study: Study) -> dict[str, Marks]:
    """Choose genes to be taken away: shares of all, and all of one source."""
    genes, n = study.sources.genes, len(study.sources.genes.lengths)
    out = {
        f"{share:.0%} of the genes missing": np.random.default_rng(0).random(n) < share for share in MISSING
    }
    named = {"no gene of the 441's table": genes.stjude, "no gene of the cohorts": genes.cohorts}
    return out | {name: np.isin(np.arange(n), own) for name, own in named.items()}
