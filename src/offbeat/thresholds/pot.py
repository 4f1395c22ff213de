"""Peaks over threshold."""

from __future__ import annotations

from dataclasses import dataclass

from offbeat.core.cut import Cut
from offbeat.core.params import param
from offbeat.core.series import Floats
from offbeat.thresholds._base import Known, Threshold, tail_or_few


@dataclass
class POT(Threshold):
    """Peaks over threshold: the score that a generalised Pareto tail exceeds at a stated share of the points.

    The tail is fitted to the highest scores of separate stretches, from as far out as there are enough of them, and the
    fit expects anomalies among them, so that they do not raise their own threshold. Source: Siffer et al., "Anomaly
    detection in streams with extreme value theory", KDD 2017; the declustering is Ferro and Segers, JRSS B 2003.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.random.default_rng(0).exponential(size=20_000)
    >>> bool(7.5 < POT(risk=1e-4).cut(scores).value < 11.0)  # exactly: log(10000) = 9.2
    True
    """

    risk: float = param(1e-4, "share of normal points above the threshold", low=1e-12, high=0.1, log=True)

    def _cut(self, scores: Floats, known: Known) -> Cut:
        tail = tail_or_few(scores, "pot", "use --threshold k_sigma", self.risk * len(scores))
        if isinstance(tail, Cut):
            return tail
        return Cut(tail.exceeded(self.risk * len(scores)), tail=tail)
