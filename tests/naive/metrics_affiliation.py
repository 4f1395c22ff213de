"""Affiliation, by adding up thin slices in which every integrand is a straight line."""

import itertools

from metrics_volumes import ranges_of


def zones_of(labels):
    """Return (low, high, start, end) of each range and the zone of moments nearest to it."""
    real = [(first, last + 1) for first, last in ranges_of(labels)]
    middles = [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(real)]
    return [(low, high, *span) for low, high, span in zip([0, *middles], [*middles, len(labels)], real, strict=True)]


def share_beyond(x, low, high, start, end):
    """Return the share of the zone that is at least as far from the range as x is."""
    if start <= x <= end:
        return 1.0
    d = start - x if x < start else x - end
    return (max(start - d - low, 0) + max(high - end - d, 0)) / (high - low)


def share_farther(y, low, high, d):
    """Return the share of the zone that is at least d from the moment y."""
    return (max(y - d - low, 0) + max(high - y - d, 0)) / (high - low)


def integral(function, left, right):
    """Return the integral over quarters of a point: breaks of the integrands all lie on those."""
    count = round((right - left) * 8)
    step = (right - left) / max(count, 1)
    return sum(function(left + (k + 0.5) * step) * step for k in range(count))


def affiliation(labels, predictions):
    """Return precision (None without alarms) and recall."""
    worths, founds = [], []
    for low, high, start, end in zones_of(labels):
        alarms = [(max(a, low), min(b + 1, high)) for a, b in ranges_of(predictions)]
        alarms = [(a, b) for a, b in alarms if a < b]
        if not alarms:
            founds.append(0.0)
            continue
        zone = (low, high, start, end)
        # bound as a default: the loop goes on before a late look-up would happen
        worth = sum(integral(lambda x, zone=zone: share_beyond(x, *zone), a, b) for a, b in alarms)
        worths.append(worth / sum(b - a for a, b in alarms))

        def found(y, low=low, high=high, alarms=alarms):
            d = min(max(a - y, y - b, 0) for a, b in alarms)
            return share_farther(y, low, high, d) if d else 1.0

        founds.append(integral(found, start, end) / (end - start))
    return sum(worths) / len(worths) if worths else None, sum(founds) / len(founds)
