#!/usr/bin/env python3
"""Writes tests/fixtures/statistics-sample.jsonl: what statsmodels, lifelines and numpy make of the same numbers.

    python3 -m venv /tmp/statistics && /tmp/statistics/bin/pip install statsmodels lifelines
    /tmp/statistics/bin/python scripts/statistics-sample.py > tests/fixtures/statistics-sample.jsonl

tests/suite/domain/statistics.rs compares `src/domain/statistics` with it. The numbers are drawn with a fixed seed.
"""

import json
import random
import warnings

import lifelines
import numpy
import statsmodels
from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_time
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

warnings.simplefilter("ignore")
SHARES = [100, 250, 500, 750, 900, 950]


def line(value):
    print(json.dumps(value, separators=(",", ":")))


def wilson():
    asked = [1, 2, 3, 5, 7, 10, 19, 20, 33, 64, 100, 365, 1000, 123456]
    for n in asked:
        for hits in sorted({0, 1, n // 7, n // 3, n // 2, n - 1, n}):
            low, high = proportion_confint(hits, n, alpha=0.10, method="wilson")
            line({"kind": "wilson", "hits": hits, "asked": n, "low": float(low), "high": float(high)})


def times(source, n, ties, censored):
    cases = []
    for _ in range(n):
        time = int(source.lognormvariate(9, 1.5))
        if ties:
            time = time // 3600 + 1
        cases.append([time, source.random() >= censored])
    return cases


def survival(source):
    for n in [1, 2, 5, 8, 20, 120]:
        for censored in [0, 0.2, 0.5, 0.9, 1]:
            for ties in [False, True]:
                cases = times(source, n, ties, censored)
                at = [time for time, _ in cases]
                happened = [1 if event else 0 for _, event in cases]
                steps = []
                if any(happened):
                    curve = SurvfuncRight(at, happened)
                    for time, left, risk, count in zip(curve.surv_times, curve.surv_prob, curve.n_risk, curve.n_events):
                        if count:
                            steps.append([int(time), float(left), int(risk), int(count)])
                fit = KaplanMeierFitter().fit(at, happened)
                # The first time at which the share that takes longer is p or less. lifelines adds logarithms, so its shares
                # are off by some 1e-16, which would decide where a share is p exactly: they are rounded first.
                curve = fit.survival_function_.round(12)
                quantiles = []
                for share in SHARES:
                    value = qth_survival_time(round(1 - share / 1000, 3), curve)
                    quantiles.append([share, None if value == float("inf") else int(value)])
                line({"kind": "survival", "cases": cases, "steps": steps, "quantiles": quantiles})


def quantiles(source):
    for n in [1, 2, 3, 4, 9, 10, 11, 20, 101]:
        values = [source.randint(0, 50) for _ in range(n)]
        found = [[share, int(numpy.quantile(values, share / 1000, method="inverted_cdf"))] for share in SHARES]
        line({"kind": "quantile", "values": values, "quantiles": found})


def main():
    versions = f"statsmodels {statsmodels.__version__}, lifelines {lifelines.__version__}, numpy {numpy.__version__}"
    line({"kind": "made", "by": f"scripts/statistics-sample.py with {versions}"})
    source = random.Random(14)
    wilson()
    survival(source)
    quantiles(source)


main()
