"""Writes welch.jsonl: 200 random pairs of samples with what scipy makes of them.

Run once, by hand: `python3 welch.py > welch.jsonl` (scipy 1.17.1, numpy 2.4.6). Each line has the samples `a` and `b`,
and `t`, `df`, `p` of `scipy.stats.ttest_ind(a, b, equal_var=False)`, with their means and standard deviations.
"""

import json

import numpy
from scipy import stats

random = numpy.random.default_rng(20261009)

SHAPES = [
    lambda n, shift, scale: random.normal(100 + shift, scale, n),
    lambda n, shift, scale: random.lognormal(3, 0.1 + scale / 20, n) + shift,
    lambda n, shift, scale: numpy.round(random.normal(40 + shift, scale, n), 1),
    lambda n, shift, scale: random.integers(0, 50, n) + shift,
    lambda n, shift, scale: random.normal(1e6 + shift, scale, n),
    lambda n, shift, scale: random.normal(shift, scale, n) * 1e-9,
]

made = 0
while made < 200:
    shape = SHAPES[made % len(SHAPES)]
    left, right = random.choice([2, 3, 4, 5, 8, 9, 10, 12, 20, 50], 2)
    shift = random.choice([0, 0, 0.5, 2, 10, 60])
    a = shape(left, 0, random.uniform(0.5, 12)).tolist()
    b = shape(right, shift, random.uniform(0.5, 12)).tolist()
    found = stats.ttest_ind(a, b, equal_var=False)
    if not numpy.isfinite(found.statistic) or found.pvalue < 1e-290:
        continue
    figures = {
        "a": a,
        "b": b,
        "t": float(found.statistic),
        "df": float(found.df),
        "p": float(found.pvalue),
        "means": [float(numpy.mean(a)), float(numpy.mean(b))],
        "deviations": [float(numpy.std(a, ddof=1)), float(numpy.std(b, ddof=1))],
    }
    print(json.dumps(figures))
    made += 1
