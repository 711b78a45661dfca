#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts how often perjoule's intervals cover the truth at a nominal 95 %, compared with those of SciPy, or of
the published formula in NumPy, on the same samples.

Fails where a method covers less than it claims: 95 % if it is exact, 93 % if it says so; otherwise where it covers
less than its reference by more than one per cent (with fewer than 1,000 simulations, more). Fails, too, where more
than 3 % of intervals of independent windows are more than twice as wide as Student's.

usage: coverage_of.py INTERVALS_OF [SIMULATIONS [METHOD]...]      INTERVALS_OF is the program of intervals_of.cpp
"""

import functools
import math
import subprocess
import sys
import warnings

try:
    import numpy as np
    import scipy
    from scipy import special, stats
except ImportError as error:
    print(f"skipped: {error}; on Debian: apt-get install python3-scipy")
    sys.exit(77)

from coverage_samples import (Detections, bleu_of_words, flags, macro_f1_of_flags, mean_iou, pixels,
                              right_words)

PROGRAM = sys.argv[1]
SIMULATIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
RESAMPLES = 1000
LEVEL = 0.95
MOST_BELOW = 0.01 * math.sqrt(max(1000 / SIMULATIONS, 1))  # both cover the same samples, but for some
SCATTER = 3 * math.sqrt(LEVEL * (1 - LEVEL) / SIMULATIONS)
RANDOM = np.random.default_rng(20)
NONE = np.nan


def ours(method, a, b=None):
    """[simulations, 2]: low and high of each, NaN where there is none."""
    empty = np.empty((len(a), 0))
    lines = (f"{method} {a.shape[1]} {second.shape[0]} " + " ".join(map(repr, np.r_[first, second].tolist()))
             for first, second in zip(a, empty if b is None else b))
    answer = subprocess.run([PROGRAM], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    return np.array([(NONE, NONE) if line == "none" else tuple(map(float, line.split()))
                     for line in answer.stdout.splitlines()])


# --- references ---------------------------------------------------------------------------------------------

def of_counts(method):
    @functools.lru_cache(None)
    def of_one(k, n):
        found = stats.binomtest(k, n).proportion_ci(LEVEL, method=method)
        return found.low, found.high
    return lambda a: np.array([of_one(int(k), int(n)) for k, n in a])


def student(a):
    return np.stack(stats.t.interval(LEVEL, a.shape[1] - 1, a.mean(axis=1), stats.sem(a, axis=1)), axis=1)


def quantile_of_t(dof):
    return stats.t.ppf(0.5 * (1 + LEVEL), dof)


def fieller_of(n, u_n, d, u_d, t, covariance=0.0):
    """Fieller 1954; none where the denominator can't be distinguished from zero."""
    g = (t * u_d / d) ** 2
    middle = n / d - g * covariance / u_d**2
    root = u_n**2 - 2 * n / d * covariance + (n / d * u_d) ** 2 - g * (u_n**2 - (covariance / u_d) ** 2)
    half = t / np.abs(d) * np.sqrt(np.maximum(root, 0))
    found = np.stack(((middle - half) / (1 - g), (middle + half) / (1 - g)), axis=1)
    found[g >= 1] = NONE
    return found


def means(a, b):
    return a.mean(axis=1), stats.sem(a, axis=1), b.mean(axis=1), stats.sem(b, axis=1)


def log_delta(a, b):
    """The delta method for the logarithm with Welch-Satterthwaite's t; Fieller's where g > 0.1."""
    n, u_n, d, u_d = means(a, b)
    parts = np.stack((u_n / d, n / d * u_d / d))
    dofs = np.array([[a.shape[1] - 1], [b.shape[1] - 1]])
    t = quantile_of_t((parts**2).sum(axis=0) ** 2 / (parts**4 / dofs).sum(axis=0))
    factor = np.exp(t * np.hypot(u_n / n, u_d / d))
    found = np.stack((n / d / factor, n / d * factor), axis=1)
    near = ((t * u_n / n) ** 2 > 0.1) | ((t * u_d / d) ** 2 > 0.1) | (n <= 0)
    found[near] = fieller_of(n, u_n, d, u_d, t)[near]
    found[d <= 0] = NONE
    return found


def fieller(a, b):
    n, u_n, d, u_d = means(a, b)
    return fieller_of(n, u_n, d, u_d, quantile_of_t(min(a.shape[1], b.shape[1]) - 1))


def paired(a, b):
    n, u_n, d, u_d = means(a, b)
    size = a.shape[1]
    covariance = ((a - n[:, None]) * (b - d[:, None])).sum(axis=1) / (size - 1) / size
    return fieller_of(n, u_n, d, u_d, quantile_of_t(size - 1), covariance)


def resampled(statistic, method):
    """scipy.stats.bootstrap, for a few simulations at a time, since it holds all resamples of each of them."""
    def of(*samples):
        found = []
        for start in range(0, len(samples[0]), 500):
            part = [x[start:start + 500] for x in samples]
            interval = stats.bootstrap(part, statistic, axis=-1, vectorized=True, paired=len(part) > 1, batch=50,
                                       confidence_level=LEVEL, n_resamples=RESAMPLES, method=method,
                                       random_state=RANDOM).confidence_interval
            found.append(np.stack((interval.low, interval.high), axis=1))
        return np.concatenate(found)
    return of


def student_of_differences(a, b):
    return student(a - b)


def delong(a, b):
    """Pepe 2003, 5.2.5: DeLong's variance on the scale of log-odds, as pROC has it."""
    if len(a) > 100:  # all pairs of a few simulations at a time
        return np.concatenate([delong(a[i:i + 100], b[i:i + 100]) for i in range(0, len(a), 100)])
    wins = (a[:, :, None] > b[:, None, :]) + 0.5 * (a[:, :, None] == b[:, None, :])
    area = wins.mean(axis=(1, 2))
    variance = wins.mean(axis=2).var(axis=1, ddof=1) / a.shape[1] + wins.mean(axis=1).var(axis=1, ddof=1) / b.shape[1]
    half = stats.norm.ppf(0.5 * (1 + LEVEL)) * np.sqrt(variance) / (area * (1 - area))
    return np.stack((special.expit(special.logit(area) - half), special.expit(special.logit(area) + half)), axis=1)


def mean(x, axis=-1):
    return x.mean(axis=axis)


def rmse_difference(x, y, axis=-1):
    return np.sqrt(x.mean(axis=axis)) - np.sqrt(y.mean(axis=axis))


def f1(labels, outputs, axis=-1):
    return 2 * (labels * outputs).sum(axis=axis) / (labels + outputs).sum(axis=axis)


def rmse(outputs, references, axis=-1):
    return np.sqrt(((outputs - references) ** 2).mean(axis=axis))


def r2(outputs, references, axis=-1):
    return 1 - ((outputs - references) ** 2).sum(axis=axis) / references.shape[axis] / references.var(axis=axis)


def quotient(numerators, denominators, axis=-1):
    return numerators.sum(axis=axis) / denominators.sum(axis=axis)


def log_loss(chances, labels):
    return -np.log(np.where(labels == 1, chances, 1 - chances))


def brier(chances, labels):
    return (chances - labels) ** 2


def calibrated(*size):
    """Probabilities of class 1 of a model that is right as often as it says, and labels."""
    chances = special.expit(RANDOM.normal(4.0, 1.5, size))
    return chances, (RANDOM.random(size) < chances) * 1.0


def confident(*size):
    """Those of a model that is always right, and more or less sure."""
    return special.expit(RANDOM.normal(4.0, 2.0, size)), np.ones(size)


def counts_of(labels, outputs, classes):
    """Right outputs, labels and outputs of each class: [3, ..., classes]."""
    ones = [(labels == k, outputs == k) for k in range(classes)]
    return np.stack([np.stack(((a & b).sum(axis=-1), a.sum(axis=-1), b.sum(axis=-1))) for a, b in ones], axis=-1)


def balanced_accuracy(labels, outputs, classes):
    right, actual, _ = counts_of(labels, outputs, classes)
    return (right / np.maximum(actual, 1)).sum(axis=-1) / (actual > 0).sum(axis=-1)


def macro_f1(labels, outputs, classes):
    right, actual, predicted = counts_of(labels, outputs, classes)
    return (2 * right / np.maximum(actual + predicted, 1)).sum(axis=-1) / (actual + predicted > 0).sum(axis=-1)


class Classes:
    """Labels and outputs of a model: how often each class is the label, and what is then put out."""

    def __init__(self, name, share, outputs):
        self.name, self.count = name, len(share)
        self.chances = (np.array(share)[:, None] * np.array(outputs)).ravel()

    def draw(self, n, simulations=None):
        both = RANDOM.choice(self.count**2, (simulations or SIMULATIONS, n), p=self.chances)
        return both // self.count, both % self.count

    def truth(self, formula):
        return formula(*self.draw(4_000_000, 1), self.count)[0]


RARE_OF_TWO = Classes("two classes, one of 5 %", (0.95, 0.05), ((0.95, 0.05), (0.3, 0.7)))
RARE_OF_THREE = Classes("three classes, one of 5 %", (0.65, 0.3, 0.05),
                        ((0.85, 0.1, 0.05), (0.1, 0.85, 0.05), (0.15, 0.15, 0.7)))
TEN_ALIKE = Classes("ten classes", (0.1,) * 10, np.full((10, 10), 0.02) + 0.8 * np.eye(10))


def average_precision(scores, labels, axis=-1):
    """Without ties, as scikit-learn's average_precision_score."""
    ranked = np.take_along_axis(labels, np.argsort(-scores, axis=-1), axis=-1)
    precisions = np.cumsum(ranked, axis=-1) / np.arange(1, labels.shape[-1] + 1)
    return (precisions * ranked).sum(axis=-1) / np.maximum(ranked.sum(axis=-1), 1)


def precision_of(share, gap):
    """Average precision of normal scores, in all items that there are."""
    t = np.linspace(-8.0, 12.0, 400_001)
    found, others = share * stats.norm.sf(t, gap), (1 - share) * stats.norm.sf(t)
    precisions = found / np.maximum(found + others, 1e-300)
    return (precisions * stats.norm.pdf(t, gap)).sum() * (t[1] - t[0])


def ranked(n, share, gap, other, alike):
    """Labels and the scores of two models, which differ from the label's level alike."""
    labels = (RANDOM.random((SIMULATIONS, n)) < share) * 1.0
    labels[:, 0] = np.maximum(labels[:, 0], labels.sum(axis=1) == 0)
    noise = RANDOM.normal(size=labels.shape)
    own = RANDOM.normal(size=labels.shape)
    return labels, noise + gap * labels, alike * noise + math.sqrt(1 - alike**2) * own + other * labels


def followed(n, heavy, simulations=None):
    """References and the outputs of two models that follow them, the second less closely."""
    size = (simulations or SIMULATIONS, n)
    errors = [RANDOM.standard_t(4, size) / math.sqrt(2.0) if heavy else RANDOM.normal(size=size) for _ in range(2)]
    references = RANDOM.normal(size=size)
    if heavy:
        references = np.exp(0.8 * references) / math.sqrt(math.exp(0.64) * (math.exp(0.64) - 1.0))
    return (references, 0.9 * references + 0.44 * errors[0],
            0.8 * references + 0.6 * (0.5 * errors[0] + 0.866 * errors[1]))


def pearson(a, b, axis=-1):
    return np.corrcoef(a, b)[0, 1]


def spearman(a, b, axis=-1):
    return stats.spearmanr(a, b)[0]


# --- settings: (method, least coverage, setting, truth, reference, samples[, value of samples]) ---------------

# An exact method covers 95 % or more, and others claim 93 %; simulations scatter about that.
EXACT = LEVEL - SCATTER
CLAIMED = 0.93 - SCATTER
AS_REFERENCE = None

def normal(n, mean=1.0, sd=0.3):
    return RANDOM.normal(mean, sd, (SIMULATIONS, n))


def keeping(share, n):
    """Windows of mean 0, each of which keeps a share of the one before."""
    windows = normal(n, 0.0, 1.0)
    for i in range(1, n):
        windows[:, i] = share * windows[:, i - 1] + math.sqrt(1 - share**2) * windows[:, i]
    return windows


def lognormal(n, sigma):
    return RANDOM.lognormal(-sigma**2 / 2, sigma, (SIMULATIONS, n))


def settings():
    for n, p in ((10, 0.5), (20, 0.01), (20, 0.95), (100, 0.01), (100, 0.99), (1000, 0.9)):
        sample = np.stack((RANDOM.binomial(n, p, SIMULATIONS), np.full(SIMULATIONS, n)), axis=1)
        yield "wilson", AS_REFERENCE, f"n = {n}, p = {p}", p, of_counts("wilson"), (sample,)
        yield "clopper-pearson", EXACT, f"n = {n}, p = {p}", p, of_counts("exact"), (sample,)
    for n in (2, 3, 5, 10, 30):
        yield "student-t", EXACT, f"normal, 30 % noise, n = {n}", 1.0, student, (normal(n),)
    for n in (10, 100):
        yield "student-t", AS_REFERENCE, f"lognormal (sigma .8), n = {n}", 1.0, student, (lognormal(n, 0.8),)
    for n, noise in ((3, 0.3), (5, 0.3), (10, 0.3), (30, 0.3), (5, 0.02)):
        yield ("ratio", AS_REFERENCE, f"quality of 100 items, energy of {n} windows, {100 * noise:.0f} % noise",
               0.9 / 2.0, log_delta, (normal(100, 0.9, 0.3), normal(n, 2.0, 2.0 * noise)))
    for n, distance in ((5, 0.5), (10, 2.0), (10, 4.0), (10, 20.0)):
        yield ("fieller", AS_REFERENCE, f"n = {n}, denominator {distance:g} standard errors from 0", 2.0 / distance,
               fieller, (normal(n, 2.0, math.sqrt(n)), normal(n, distance, math.sqrt(n))))
    for n, noise in ((5, 0.3), (20, 0.3), (100, 0.3), (100, 0.05)):
        common = normal(n, 1.0, noise)
        yield ("paired-ratio", AS_REFERENCE, f"{n} pairs, {100 * noise:.0f} % noise, half of it shared", 0.5, paired,
               (common + normal(n, 0.0, noise), 2 * (common + normal(n, 0.0, noise))))
    for name in ("percentile", "bca"):
        method = {"percentile": "percentile", "bca": "BCa"}[name]
        for n in (20, 60):
            yield (name, AS_REFERENCE, f"mean, normal, n = {n}", 1.0, resampled(mean, method), (normal(n),))
            yield (name, AS_REFERENCE, f"mean, lognormal (sigma .8), n = {n}", 1.0, resampled(mean, method),
                   (lognormal(n, 0.8),))
    for n, ratio in ((20, 1.0), (20, 1.5), (60, 1.0), (60, 1.5)):
        shared = normal(n, 0.0, 1.0)
        yield ("paired-bootstrap", AS_REFERENCE, f"RMSE of {n} items, {ratio:g} : 1", (ratio - 1.0) * math.sqrt(2.0),
               resampled(rmse_difference, "BCa"),
               ((ratio * (shared + normal(n, 0.0, 1.0))) ** 2, (shared + normal(n, 0.0, 1.0)) ** 2))
    for n_a, n_b, area in ((10, 10, 0.7), (50, 50, 0.7), (50, 50, 0.95), (10, 100, 0.9), (20, 200, 0.9)):
        gap = math.sqrt(2) * stats.norm.ppf(area)
        yield ("delong", AS_REFERENCE, f"normal scores, {n_a} against {n_b}, AUROC {area}", area, delong,
               (normal(n_a, gap, 1.0), normal(n_b, 0.0, 1.0)))
    for n_a, n_b, area, sd in ((25, 475, 0.98, 1.0), (25, 475, 0.98, 1.5), (100, 900, 0.98, 1.0), (10, 190, 0.95, 1.5),
                               (475, 25, 0.9, 0.67), (15, 15, 0.95, 1.0)):
        gap = math.sqrt(1 + sd**2) * stats.norm.ppf(area)
        yield ("delong", CLAIMED, f"{n_a} against {n_b}, AUROC {area}, sd {sd:g} : 1", area, delong,
               (normal(n_a, gap, sd), normal(n_b, 0.0, 1.0)))
    for n, only_a, only_b in ((8, 0.01, 0.01), (50, 0.01, 0.0), (50, 0.005, 0.005), (50, 0.1, 0.05), (200, 0.01, 0.0),
                              (1000, 0.01, 0.0), (1000, 0.02, 0.01)):
        which = RANDOM.choice(4, (SIMULATIONS, n), p=(only_a, only_b, 0.8 - only_a - only_b, 0.2))
        yield ("tango", CLAIMED, f"{n} items, {100 * only_a:g} % right by a alone, {100 * only_b:g} % by b",
               only_a - only_b, student_of_differences, (np.isin(which, (0, 2)) * 1.0, np.isin(which, (1, 2)) * 1.0))
    for n, right, windows, noise in ((50, 0.8, 5, 0.02), (50, 0.95, 5, 0.02), (50, 0.95, 12, 0.1), (50, 0.55, 3, 0.05),
                                     (200, 0.95, 5, 0.1), (1000, 0.99, 12, 0.02)):
        yield ("mover", CLAIMED, f"skill of {n} items, {100 * right:g} % right, over {windows} windows, "
               f"{100 * noise:g} % noise", 2 * right - 1,
               lambda a, b: log_delta(2 * a - 1, b),
               (RANDOM.binomial(1, right, (SIMULATIONS, n)) * 1.0, normal(windows, 1.0, noise)))
    for share, n, least in ((0.0, 12, 0.93), (0.0, 20, 0.93), (0.0, 30, 0.93), (0.3, 12, 0.93), (0.5, 12, 0.90),
                            (0.5, 16, 0.91), (0.5, 20, 0.93), (0.5, 30, 0.93), (0.7, 12, 0.85), (0.7, 20, 0.93),
                            (0.7, 30, 0.93)):
        yield ("windows", least - SCATTER, f"{n} windows that keep {share:g} of the one before", 0.0, student,
               (keeping(share, n),))
    for n, share, right in ((30, 0.5, 0.8), (60, 0.5, 0.8), (60, 0.2, 0.8), (200, 0.1, 0.9)):
        labels = RANDOM.binomial(1, share, (SIMULATIONS, n))
        labels[:, 0] = 1
        outputs = np.where(RANDOM.random(labels.shape) < right, labels, 1 - labels)
        found = share * right
        truth = 2 * found / (share + found + (1 - share) * (1 - right))
        yield ("f1", AS_REFERENCE, f"{n} items, {100 * share:.0f} % positive, {100 * right:.0f} % right", truth,
               resampled(f1, "BCa"), (labels, outputs))


    # Losses, shares and means over classes, where few items decide. Beside the median width is the range that
    # 95 % of the values lie in.
    for n, name, draw, variance in [(n, *errors) for n in (20, 50, 200)
                                    for errors in (("t(4)", lambda *size: RANDOM.standard_t(4, size), 2.0),
                                                   ("normal", lambda *size: RANDOM.normal(size=size), 1.0))]:
        outputs, errors = RANDOM.normal(0.0, 2.0, (SIMULATIONS, n)), draw(SIMULATIONS, n)
        yield ("rmse", CLAIMED, f"{n} items, {name} errors", math.sqrt(variance), resampled(rmse, "BCa"),
               (outputs, outputs + errors), rmse)
        yield ("r2", CLAIMED, f"{n} items, {name} errors", 4.0 / (4.0 + variance), resampled(r2, "BCa"),
               (outputs, outputs + errors), r2)
    for n, rate in ((20, 0.1), (50, 0.1), (200, 0.1), (20, 0.3), (50, 0.03)):
        words = RANDOM.poisson(12, (SIMULATIONS, n)) + 3.0
        edits = RANDOM.binomial(words.astype(int), RANDOM.beta(0.6, 0.6 * (1 - rate) / rate, words.shape)) * 1.0
        edits[:, 0] = np.maximum(edits[:, 0], edits.sum(axis=1) == 0)  # a sample without an edit has no such interval
        yield ("ratio-of-sums", CLAIMED, f"WER of {n} texts, {100 * rate:g} % of words", rate,
               resampled(quotient, "BCa"), (edits, words), quotient)
    for n in (50, 100, 200, 1000):
        for name, drawn in (("calibrated", calibrated), ("confident", confident)):
            many = drawn(4_000_000)
            for metric, loss in (("log-loss", log_loss), ("brier", brier)):
                chances, labels = drawn(SIMULATIONS, n)
                yield (metric, CLAIMED, f"{n} items, {name} model", loss(*many).mean(),
                       lambda p, y, loss=loss: student(loss(p, y)), (chances, labels),
                       lambda p, y, loss=loss: loss(p, y).mean(axis=1))
    for n, right in ((20, 0.9), (50, 0.7), (50, 0.97), (200, 0.9), (200, 0.97)):
        shares = np.where(RANDOM.random((SIMULATIONS, n)) < right, 1.0, RANDOM.random((SIMULATIONS, n)))
        yield ("shares", CLAIMED, f"token F1 of {n} answers, {100 * right:g} % right", (1 + right) / 2, student,
               (shares,), lambda a: a.mean(axis=1))
    for n in (20, 50, 200):
        yield ("shares", CLAIMED, f"{n} shares, beta(20, 1)", 20 / 21, student, (RANDOM.beta(20, 1, (SIMULATIONS, n)),),
               lambda a: a.mean(axis=1))
    for n, classes in ((50, RARE_OF_TWO), (50, RARE_OF_THREE), (200, RARE_OF_THREE), (50, TEN_ALIKE), (100, TEN_ALIKE),
                       (1000, TEN_ALIKE)):
        labels, outputs = classes.draw(n)
        for metric, formula in (("balanced-accuracy", balanced_accuracy), ("macro-f1", macro_f1)):
            yield (metric, CLAIMED, f"{n} items, {classes.name}", classes.truth(formula),
                   resampled(lambda a, b, axis=-1, formula=formula, k=classes.count: formula(a, b, k), "percentile")
                   if n <= 100 else None,
                   (labels, outputs), lambda a, b, formula=formula, k=classes.count: formula(a, b, k))

    # Average precision, and differences of two models on the same items: by the influence of each item.
    for n, share, gap in ((50, 0.3, 2.0), (100, 0.1, 1.0), (100, 0.1, 2.0), (100, 0.1, 3.0), (200, 0.05, 2.0),
                          (500, 0.02, 3.0), (1000, 0.1, 2.0), (1000, 0.01, 1.0)):
        labels, scores, others = ranked(n, share, gap, gap, 0.0)
        yield ("average-precision", (0.92 if share < 0.02 else 0.93) - SCATTER,
               f"{n} items, {100 * share:g} % positive, {gap:g} sd apart", precision_of(share, gap),
               resampled(average_precision, "percentile") if n <= 100 else None, (scores, labels), average_precision)
    for n, share, gap, other, alike in ((50, 0.3, 2.0, 2.0, 0.8), (100, 0.1, 2.0, 1.5, 0.8), (100, 0.1, 3.0, 2.5, 0.9),
                                        (200, 0.05, 2.0, 2.0, 0.5), (1000, 0.01, 2.0, 1.0, 0.8),
                                        (1000, 0.1, 2.0, 1.9, 0.9)):
        labels, scores, others = ranked(n, share, gap, other, alike)
        yield ("difference-of-average-precision", CLAIMED,
               f"{n} items, {100 * share:g} % positive, {gap:g} and {other:g} sd apart",
               precision_of(share, gap) - precision_of(share, other), None, (scores, np.hstack((others, labels))))
    for name, heavy in (("normal", False), ("lognormal, t(4) errors", True)):
        many = [x[0] for x in followed(4_000_000, heavy, 1)]
        for metric, formula in (("rmse", rmse), ("r2", r2), ("pearson", pearson), ("spearman", spearman)):
            truth = formula(many[1], many[0]) - formula(many[2], many[0])
            for n in (20, 50, 200):
                references, scores, others = followed(n, heavy)
                yield (f"difference-of-{metric}", CLAIMED, f"{n} items, {name}", truth, None,
                       (scores, np.hstack((others, references))))

    # Metrics of lists: their values are computed once more in coverage_samples.
    for n, shares, name in ((30, (0.3,) * 4, "4 classes"), (100, (0.3,) * 4, "4 classes"),
                            (100, (0.3, 0.3, 0.3, 0.05), "4 classes, one of 5 %"), (100, (0.06,) * 4, "4 rare classes"),
                            (100, (0.3,), "1 class")):
        images = Detections(RANDOM, shares)
        drawn = images.draw(SIMULATIONS, n)
        shape = np.full((SIMULATIONS, 1), images.classes), np.full((SIMULATIONS, 1), images.most)
        yield ("mean-average-precision", CLAIMED, f"{n} images, {name}",
               images.value(*images.draw(1, 200_000))[0], None,
               (np.hstack(shape), images.rows(*drawn)), lambda *_, images=images, drawn=drawn: images.value(*drawn))
    for n, shares in ((50, (0.5, 0.3, 0.2)), (100, (0.5, 0.3, 0.1)), (100, (0.3, 0.2, 0.1, 0.05)), (1000, (0.3, 0.05))):
        references, outputs = flags(RANDOM, SIMULATIONS, n, shares, 0.8, 0.95)
        found = np.array(shares) * 0.8
        truth = (2 * found / (np.array(shares) + found + (1 - np.array(shares)) * 0.05)).mean()
        yield ("multilabel-macro-f1", CLAIMED, f"{n} items, labels of {', '.join(f'{100 * s:g}' for s in shares)} %",
               truth, None, (np.c_[np.full(SIMULATIONS, len(shares)), outputs.reshape(SIMULATIONS, -1)],
                             references.reshape(SIMULATIONS, -1)),
               lambda *_, both=(references, outputs): macro_f1_of_flags(*both))
    for n, shares in ((30, (0.25,) * 4), (100, (0.25,) * 4), (100, (0.4, 0.35, 0.2, 0.05))):
        references, outputs = pixels(RANDOM, SIMULATIONS, n, shares)
        yield ("mean-iou", CLAIMED, f"{n} images, classes of {', '.join(f'{100 * s:g}' for s in shares)} %",
               mean_iou(*pixels(RANDOM, 1, 400_000, shares), len(shares))[0], None,
               (np.c_[np.full(SIMULATIONS, len(shares)), outputs.reshape(SIMULATIONS, -1)],
                references.reshape(SIMULATIONS, -1)),
               lambda *_, both=(references, outputs), k=len(shares): mean_iou(*both, k))
    for n, length, right in ((30, 12, 0.8), (100, 12, 0.8), (100, 12, 0.5), (1000, 12, 0.8)):
        is_right = right_words(RANDOM, SIMULATIONS, n, length, right)
        yield ("bleu", CLAIMED, f"{n} texts of {length} words, {100 * right:g} % right",
               bleu_of_words(right_words(RANDOM, 1, 400_000, length, right))[0], None,
               (np.c_[np.full(SIMULATIONS, length), is_right.reshape(SIMULATIONS, -1)],),
               lambda *_, is_right=is_right: bleu_of_words(is_right))

    # No reference has an interval of an ECE with the nominal coverage: this one covers 95 % and more
    # by design.
    for n, too_sure in ((100, 0.0), (2000, 0.0), (500, 0.02), (500, 0.1)):
        confidences = RANDOM.uniform(0.6, 1.0, (SIMULATIONS, n))
        right = (RANDOM.random(confidences.shape) < confidences - too_sure).astype(int)
        yield ("ece", EXACT, f"{n} items, {100 * too_sure:g} % too sure", too_sure, None, (confidences, right))
    for n, confidence, share in ((50, 0.999, 0.99), (100, 0.999, 0.97), (1000, 0.999, 0.97), (300, 0.9999, 0.985)):
        right = RANDOM.binomial(1, share, (SIMULATIONS, n))
        yield ("ece", EXACT, f"{n} items of confidence {confidence}, {100 * share:g} % right", confidence - share, None,
               (np.full(right.shape, confidence), right))


def simulated_width(method, truth, values):
    """Width of an interval by one who knows how the values scatter about the truth: that of a loss is a factor away
    from it, whatever the truth; other values are as far away."""
    of_loss = {"rmse": 0, "ratio-of-sums": 0, "log-loss": 0, "brier": 0, "r2": 1}.get(method)
    ends = 0.5 - LEVEL / 2, 0.5 + LEVEL / 2
    if of_loss is None:
        return np.ptp(np.quantile(values, ends))
    low, high = np.quantile(abs(of_loss - values) / abs(of_loss - truth), ends)
    return np.median(abs(of_loss - values)) * (1 / low - 1 / high)


def main():
    warnings.simplefilter("ignore")  # for resamples of equal values, for which SciPy returns NaN
    print(f"{SIMULATIONS} simulations each; SciPy {scipy.__version__}\n")
    print("| interval | setting | covers (%) | reference (%) | without one (%) | width, of the simulated one |\n"
          "|---|---|---:|---:|---:|---:|")
    failed = 0
    for method, least, setting, truth, reference, samples, *value_of in settings():
        if sys.argv[3:] and method not in sys.argv[3:]:
            continue
        found = {"ours": ours(method, *samples)}
        if reference:
            found["reference"] = reference(*samples)
        covers = {"reference": NONE}
        for who, interval in found.items():
            none = np.isnan(interval).any(axis=1)
            inside = (interval[:, 0] <= truth) & (truth <= interval[:, 1])
            covers[who] = (inside | none).mean() if method in ("fieller", "ratio") else inside[~none].mean()
            without = none.mean() if who == "ours" else without
        if least is AS_REFERENCE:
            least = covers["reference"] - MOST_BELOW
        is_short = without < 1 and covers["ours"] < least
        verdict = " FAILED" if is_short else ""
        failed += is_short
        beside = f"{100 * covers['reference']:.1f}" if reference else "-"
        width = "-"
        if value_of and without < 1:
            width = np.nanmedian(np.ptp(found["ours"], axis=1)) / simulated_width(method, truth, value_of[0](*samples))
            width = f"{width:.2f}"
        ours_covers = f"{100 * covers['ours']:.1f}" if without < 1 else "-"
        print(f"| {method} | {setting} | {ours_covers}{verdict} | {beside} | {100 * without:.1f} "
              f"| {width} |", flush=True)
    print("\n| independent windows | more than twice as wide as Student's interval (%) | mean width, of Student's |\n"
          "|---:|---:|---:|")
    for n in (11, 12, 14, 16, 20, 25, 30, 50):
        windows = keeping(0.0, n)
        times = np.ptp(ours("windows", windows), axis=1) / np.ptp(student(windows), axis=1)
        too_wide = (times > 2).mean()
        failed += too_wide > 0.03 + SCATTER
        print(f"| {n} | {100 * too_wide:.1f} | {times.mean():.2f} |", flush=True)
    if failed:
        print(f"coverage: {failed} cover too little, or are too wide", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
