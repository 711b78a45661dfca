#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts how often perjoule's intervals cover the truth at a nominal 95 %, compared with those of SciPy, or of
the published formula in NumPy, on the same samples.

Fails where an exact method covers less than 95 %, and where another one covers less than its reference by more
than one per cent.

usage: coverage_of.py INTERVALS_OF [SIMULATIONS]      INTERVALS_OF is the program of intervals_of.cpp
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

PROGRAM = sys.argv[1]
SIMULATIONS = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
RESAMPLES = 1000
LEVEL = 0.95
MOST_BELOW = 0.01
# An exact method covers 95 % or more; this is how far simulations scatter about that.
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


def delong(a, b):
    """Pepe 2003, 5.2.5: DeLong's variance on the scale of log-odds."""
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


# --- settings: (method, exact?, setting, truth, reference, samples) -----------------------------------------

def normal(n, mean=1.0, sd=0.3):
    return RANDOM.normal(mean, sd, (SIMULATIONS, n))


def lognormal(n, sigma):
    return RANDOM.lognormal(-sigma**2 / 2, sigma, (SIMULATIONS, n))


def settings():
    for n, p in ((10, 0.5), (20, 0.01), (20, 0.95), (100, 0.01), (100, 0.99), (1000, 0.9)):
        sample = np.stack((RANDOM.binomial(n, p, SIMULATIONS), np.full(SIMULATIONS, n)), axis=1)
        yield "wilson", False, f"n = {n}, p = {p}", p, of_counts("wilson"), (sample,)
        yield "clopper-pearson", True, f"n = {n}, p = {p}", p, of_counts("exact"), (sample,)
    for n in (2, 3, 5, 10, 30):
        yield "student-t", True, f"normal, 30 % noise, n = {n}", 1.0, student, (normal(n),)
    for n in (10, 100):
        yield "student-t", False, f"lognormal (sigma .8), n = {n}", 1.0, student, (lognormal(n, 0.8),)
    for n, noise in ((3, 0.3), (5, 0.3), (10, 0.3), (30, 0.3), (5, 0.02)):
        yield ("ratio", False, f"quality of 100 items, energy of {n} windows, {100 * noise:.0f} % noise", 0.9 / 2.0,
               log_delta, (normal(100, 0.9, 0.3), normal(n, 2.0, 2.0 * noise)))
    for n, distance in ((5, 0.5), (10, 2.0), (10, 4.0), (10, 20.0)):
        yield ("fieller", False, f"n = {n}, denominator {distance:g} standard errors from 0", 2.0 / distance, fieller,
               (normal(n, 2.0, math.sqrt(n)), normal(n, distance, math.sqrt(n))))
    for n, noise in ((5, 0.3), (20, 0.3), (100, 0.3), (100, 0.05)):
        common = normal(n, 1.0, noise)
        yield ("paired-ratio", False, f"{n} pairs, {100 * noise:.0f} % noise, half of it shared", 0.5, paired,
               (common + normal(n, 0.0, noise), 2 * (common + normal(n, 0.0, noise))))
    for name in ("percentile", "bca"):
        method = {"percentile": "percentile", "bca": "BCa"}[name]
        for n in (20, 60):
            yield (name, False, f"mean, normal, n = {n}", 1.0, resampled(mean, method), (normal(n),))
            yield (name, False, f"mean, lognormal (sigma .8), n = {n}", 1.0, resampled(mean, method),
                   (lognormal(n, 0.8),))
    for n, ratio in ((20, 1.0), (20, 1.5), (60, 1.0), (60, 1.5)):
        shared = normal(n, 0.0, 1.0)
        yield ("paired-bootstrap", False, f"RMSE of {n} items, {ratio:g} : 1", (ratio - 1.0) * math.sqrt(2.0),
               resampled(rmse_difference, "BCa"),
               ((ratio * (shared + normal(n, 0.0, 1.0))) ** 2, (shared + normal(n, 0.0, 1.0)) ** 2))
    for n_a, n_b, area in ((10, 10, 0.7), (50, 50, 0.7), (50, 50, 0.95), (10, 100, 0.9), (20, 200, 0.9)):
        gap = math.sqrt(2) * stats.norm.ppf(area)
        yield ("delong", False, f"normal scores, {n_a} against {n_b}, AUROC {area}", area, delong,
               (normal(n_a, gap, 1.0), normal(n_b, 0.0, 1.0)))
    for n, share, right in ((30, 0.5, 0.8), (60, 0.5, 0.8), (60, 0.2, 0.8), (200, 0.1, 0.9)):
        labels = RANDOM.binomial(1, share, (SIMULATIONS, n))
        labels[:, 0] = 1
        outputs = np.where(RANDOM.random(labels.shape) < right, labels, 1 - labels)
        found = share * right
        truth = 2 * found / (share + found + (1 - share) * (1 - right))
        yield ("f1", False, f"{n} items, {100 * share:.0f} % positive, {100 * right:.0f} % right", truth,
               resampled(f1, "BCa"), (labels, outputs))


    # No reference has an interval of an ECE with the nominal coverage: this one covers 95 % and more
    # by design.
    for n, too_sure in ((100, 0.0), (2000, 0.0), (500, 0.02), (500, 0.1)):
        confidences = RANDOM.uniform(0.6, 1.0, (SIMULATIONS, n))
        right = (RANDOM.random(confidences.shape) < confidences - too_sure).astype(int)
        yield ("ece", True, f"{n} items, {100 * too_sure:g} % too sure", too_sure, None, (confidences, right))
    for n, confidence, share in ((50, 0.999, 0.99), (100, 0.999, 0.97), (1000, 0.999, 0.97), (300, 0.9999, 0.985)):
        right = RANDOM.binomial(1, share, (SIMULATIONS, n))
        yield ("ece", True, f"{n} items of confidence {confidence}, {100 * share:g} % right", confidence - share, None,
               (np.full(right.shape, confidence), right))


def main():
    warnings.simplefilter("ignore")  # for resamples of equal values, for which SciPy returns NaN
    print(f"{SIMULATIONS} simulations each; SciPy {scipy.__version__}\n")
    print("| interval | setting | covers (%) | reference (%) | without one (%) |\n|---|---|---:|---:|---:|")
    failed = 0
    for method, exact, setting, truth, reference, samples in settings():
        found = {"ours": ours(method, *samples)}
        if reference:
            found["reference"] = reference(*samples)
        covers = {"reference": NONE}
        for who, interval in found.items():
            none = np.isnan(interval).any(axis=1)
            inside = (interval[:, 0] <= truth) & (truth <= interval[:, 1])
            covers[who] = (inside | none).mean() if method in ("fieller", "ratio") else inside[~none].mean()
            without = none.mean() if who == "ours" else without
        least = LEVEL - SCATTER if exact else covers["reference"] - MOST_BELOW
        verdict = "" if covers["ours"] >= least else " FAILED"
        failed += covers["ours"] < least
        beside = f"{100 * covers['reference']:.1f}" if reference else "-"
        print(f"| {method} | {setting} | {100 * covers['ours']:.1f}{verdict} | {beside} | {100 * without:.1f} |",
              flush=True)
    if failed:
        print(f"coverage: {failed} cover too little", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
