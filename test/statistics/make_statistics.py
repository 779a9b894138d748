#!/usr/bin/env python3
"""Makes expected.json, what the tests of src/statistics expect: by scipy where it knows the statistic, else by plain loops.

    python3 make_statistics.py        needs numpy and scipy; expected.json was made by scipy 1.17.1

The random stream `statistics` is written here once more, from the words of base/random.ts, and its first words are those
of base/golden.ts. Run `npm run format` afterwards.
"""
import itertools
import json
from math import exp, log
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.stats import binomtest, bootstrap
from scipy.stats._resampling import BootstrapResult

WORD = 2**32
SIX = [0.31, 0.12, -0.05, 0.44, 0.27, 0.09]
LEVELS = [SIX, [0.2, 0.15, 0.02, -0.1, 0.31, 0.12], [-0.4, 0.1, -0.2, -0.3, 0.05, -0.25]]
FIFTEEN = [0.9, -0.2, 0.4, 1.3, -0.7, 0.35, 0.15, 0.6, -0.1, 0.8, 0.05, -0.45, 0.7, 0.25, 0.5]
TWENTY_FOUR = [1.2, 0.7, 3.9, 0.4, 1.1, 0.9, 2.2, 0.3, 0.8, 6.5, 1.4, 0.6, 1.0, 0.2, 2.8, 0.5, 1.7, 0.75, 4.4, 0.35, 1.3, 0.95,
               0.65, 2.05]
TIED = [0.1] * 5 + [0.2] * 9 + [0.3] * 6 + [0.7] * 2


def stream(seed=0, replicate=0, step=0, item=0, code=7):
    """Philox4x32-10 (Salmon et al. 2011), block by block."""
    for block in itertools.count():
        x, key = [block, 0, step, replicate], [seed, code | item << 8]
        for _ in range(10):
            first, second = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
            x = [second // WORD ^ x[1] ^ key[0], second % WORD, first // WORD ^ x[3] ^ key[1], first % WORD]
            key = [(key[0] + 0x9E3779B9) % WORD, (key[1] + 0xBB67AE85) % WORD]
        yield from x


def below(words, n):
    """Lemire 2019: unbiased by redrawing."""
    while True:
        product = next(words) * n
        if product % WORD >= WORD % n:
            return product // WORD


def signs_of(n, draws=10_000):
    if n <= 12:
        return np.array(list(itertools.product([1, -1], repeat=n)))
    words = stream()
    return np.array([[-1 if word >> i & 1 else 1 for i in range(n)] for word in itertools.islice(words, draws)])


def flips(levels, side):
    """The share of sign patterns whose furthest level is at least as far as the one seen; exact ties by rounding."""
    levels = np.array(levels)
    far = {"greater": lambda m: m.max(-1), "less": lambda m: -m.min(-1), "two-sided": lambda m: abs(m).max(-1)}[side]
    means = np.round(signs_of(levels.shape[1]) @ levels.T, 9)
    hits = int((far(means) >= far(np.round(levels.sum(1), 9))).sum())
    return hits / len(means) if levels.shape[1] <= 12 else (1 + hits) / (1 + len(means))


def scipy_flips(values, side):
    """scipy's own exact sign-flip test."""
    result = stats.permutation_test(
        (np.array(values),), lambda x, axis: np.mean(x, axis=axis), permutation_type="samples", n_resamples=np.inf,
        alternative=side, vectorized=True)
    return float(result.pvalue)


def interval(values):
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    return {"mean": np.mean(values), "sd": np.std(values, ddof=1), "low": low, "high": high}


def bca(values):
    """scipy's BCa of the very resamples that the stream draws."""
    words, n, values = stream(), len(values), np.array(values)
    means = np.array([np.mean(values[[below(words, n) for _ in range(n)]]) for _ in range(10_000)])
    # Rounded, so that the means that tie in exact arithmetic tie.
    means = np.round(means, 12)
    drawn = BootstrapResult(confidence_interval=None, bootstrap_distribution=means, standard_error=None)
    statistic = lambda x, axis=-1: np.round(np.mean(x, axis=axis), 12)
    result = bootstrap((values,), statistic, n_resamples=0, bootstrap_result=drawn, method="BCa")
    return {"low": result.confidence_interval.low, "high": result.confidence_interval.high}


def tost(values, margin):
    lower = stats.ttest_1samp(values, -margin, alternative="greater").pvalue
    upper = stats.ttest_1samp(values, margin, alternative="less").pvalue
    return max(lower, upper)


def holm(ps):
    order = np.argsort(ps, kind="stable")
    steps = [min(1, (len(ps) - rank) * ps[i]) for rank, i in enumerate(order)]
    return [float(max(steps[: list(order).index(i) + 1])) for i in range(len(ps))]


def clopper_pearson(k, n):
    ends = binomtest(k, n).proportion_ci(0.95, method="exact")
    return [k, n, ends.low, ends.high]


SIDES = ["greater", "less", "two-sided"]
NEGATED = [[-value for value in level] for level in LEVELS]
logs = [log(a / b) for a, b in zip([900, 1200, 800, 1500], [1800, 1500, 1700, 1600])]
geometric = interval(logs)
PS = [0.011, 0.04, 0.002, 0.6, 0.04, 0.3]

expected = {
    "golden": list(itertools.islice(stream(1, 2, 3, 4), 5)),
    "samples": {"six": SIX, "levels": LEVELS, "fifteen": FIFTEEN, "twentyFour": TWENTY_FOUR, "tied": TIED},
    "tQuantile": [[p, v, stats.t.ppf(p, v)] for p in [0.9, 0.975, 0.995] for v in [1, 2, 5, 11, 30, 200]],
    "tCdf": [[x, v, stats.t.cdf(x, v)] for x in [-40, -3.2, -0.5, 0, 1.7] for v in [1, 5, 11, 30]],
    "betaQuantile": [[p, a, b, stats.beta.ppf(p, a, b)] for p in [0.025, 0.975] for a, b in
                     [(1, 6), (3, 8), (6, 1), (50, 51), (1, 1000)]],
    "normalQuantile": [[p, stats.norm.ppf(p)] for p in [0.0001, 0.025, 0.5, 0.8, 0.975]],
    "normalCdf": [[x, stats.norm.cdf(x)] for x in [-6, -1.3, 0, 0.4, 2.5]],
    "interval": {"six": interval(SIX), "fifteen": interval(FIFTEEN), "twentyFour": interval(TWENTY_FOUR)},
    "bca": {"twentyFour": bca(TWENTY_FOUR), "tied": bca(TIED)},
    "signFlip": [[side, flips([SIX], side), scipy_flips(SIX, side)] for side in SIDES],
    "signFlipRandom": [[side, flips([FIFTEEN], side)] for side in SIDES],
    "bestLevel": [[side, flips(LEVELS, side), flips(NEGATED, side)] for side in SIDES],
    "allLevels": [[side, max(flips([level], side) for level in LEVELS[:2])] for side in SIDES],
    "meanOverLevels": [[side, flips([np.mean(LEVELS, axis=0)], side)] for side in SIDES],
    "holm": {"ps": PS, "adjusted": holm(PS)},
    "tost": [[margin, tost(SIX, margin)] for margin in [0.1, 0.3, 0.5]],
    "clopperPearson": [clopper_pearson(k, n) for k, n in [(0, 6), (1, 6), (3, 10), (6, 6), (45, 100), (1, 1), (999, 1000)]],
    "ratio": {"ratio": exp(geometric["mean"]), "low": exp(geometric["low"]), "high": exp(geometric["high"])},
}
path = Path(__file__).with_name("expected.json")
path.write_text(json.dumps(expected, default=float, indent=2) + "\n")
