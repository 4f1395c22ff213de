"""The volumes, one width and one threshold at a time, as their definition reads."""

import math

import numpy as np


def ranges_of(labels):
    """Return the runs of 1 as (first, last), both inclusive."""
    found, first = [], None
    for i, label in enumerate([*labels, 0]):
        if label and first is None:
            first = i
        if not label and first is not None:
            found.append((first, i - 1))
            first = None
    return found


def softened(labels, width):
    """Return the labels with a sloping buffer on both sides of each range, at most 1."""
    soft = [float(label) for label in labels]
    for first, last in ranges_of(labels):
        for d in range(1, width // 2 + 1):
            for i in (first - d, last + d):
                if 0 <= i < len(soft):
                    soft[i] += math.sqrt(1 - d / width)
    return [min(1.0, value) for value in soft]


def widened(labels, width):
    """Return the ranges with their buffers, joined where they meet, as (first, last)."""
    half, joined = width // 2, []
    for first, last in ranges_of(labels):
        if joined and joined[-1][1] >= first - half:
            joined[-1] = (joined[-1][0], last + half)
        else:
            joined.append((first - half, last + half))
    return [(max(first, 0), min(last, len(labels) - 1)) for first, last in joined]


def point_of_curve(labels, scores, width, threshold):
    """Return true and false positive rate and precision of flagging the scores from `threshold` up."""
    soft, flagged = softened(labels, width), [s >= threshold for s in scores]
    tp = sum(value for value, flag in zip(soft, flagged, strict=True) if flag)
    buffer = sum(value for value, flag, label in zip(soft, flagged, labels, strict=True) if flag and not label)
    positives = sum(labels) + buffer / 2
    wide = widened(labels, width)
    touched = sum(any(flagged[first : last + 1]) for first, last in wide) / len(wide)
    alarms = sum(flagged)
    return min(tp / positives, 1) * touched, (alarms - tp) / (len(labels) - positives), tp / alarms


def areas(labels, scores, width, thresholds=250):
    """Return the areas under the ROC and the precision-recall curve at one buffer width."""
    falling = sorted(scores, reverse=True)
    ranks = [int(rank) for rank in np.linspace(0, len(scores) - 1, thresholds)]
    curve = [point_of_curve(labels, scores, width, falling[rank]) for rank in ranks]
    roc = pr = tpr0 = fpr0 = 0.0
    for tpr, fpr, precision in curve:
        roc += (fpr - fpr0) * (tpr + tpr0) / 2
        pr += (tpr - tpr0) * precision
        tpr0, fpr0 = tpr, fpr
    return roc + (1 - fpr0) * (1 + tpr0) / 2, pr


def volumes(labels, scores, window, thresholds=250):
    """Return VUS-ROC, VUS-PR, R-AUC-ROC, R-AUC-PR."""
    each = [areas(labels, scores, width, thresholds) for width in range(window + 1)]
    return np.mean([roc for roc, _ in each]), np.mean([pr for _, pr in each]), *each[-1]


def flagged_volumes(labels, predictions, window):
    """Return precision, recall and F1 over widths; each width starts from the labels that the last one left behind."""
    soft, rows = [float(label) for label in labels], []
    for width in range(window + 1):
        for first, last in ranges_of(labels):
            for d in range(1, width // 2 + 1):
                for i in (first - d, last + d):
                    if 0 <= i < len(soft):
                        soft[i] += math.sqrt(1 - d / width)
        soft = [
            1.0 if label else min(value, 1.0) * bool(flag)
            for value, flag, label in zip(soft, predictions, labels, strict=True)
        ]
        tp = sum(value for value, flag in zip(soft, predictions, strict=True) if flag)
        precision = tp / sum(predictions)
        recall = min(tp / ((sum(labels) + sum(soft)) / 2), 1)
        rows.append((precision, recall, 2 * precision * recall / (precision + recall) if tp else 0.0))
    return tuple(np.mean(rows, axis=0))
