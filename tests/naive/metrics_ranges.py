"""Range-based, point-adjusted, event-wise and NAB measures, point by point."""

import math

from metrics_volumes import ranges_of


def weight(place, length, bias):
    """Return the weight of the place, counted from 1, in a range."""
    return {"flat": 1, "front": length - place + 1, "middle": min(place, length - place + 1), "back": place}[bias]


def reward(span, marks, others, alpha, bias, cardinality):
    """Return what one range earns by the marked points in it."""
    first, last = span
    length = last - first + 1
    places = range(1, length + 1)
    got = sum(weight(p, length, bias) for p in places if marks[first + p - 1])
    pieces = sum(not (b < first or a > last) for a, b in others)
    overlap = got / sum(weight(p, length, bias) for p in places)
    if cardinality and pieces:
        overlap /= pieces
    return alpha * (pieces > 0) + (1 - alpha) * overlap


def range_based(labels, predictions, alpha, bias, cardinality):
    """Return precision and recall."""
    real, claimed = ranges_of(labels), ranges_of(predictions)
    recall = sum(reward(span, predictions, claimed, alpha, bias, cardinality) for span in real) / len(real)
    if not claimed:
        return math.nan, recall
    return sum(reward(span, labels, real, 0.0, "flat", cardinality) for span in claimed) / len(claimed), recall


def point_adjusted(labels, predictions):
    """Return the predictions with every range filled that holds one."""
    filled = list(predictions)
    for first, last in ranges_of(labels):
        if any(predictions[first : last + 1]):
            filled[first : last + 1] = [1] * (last + 1 - first)
    return filled


def event_wise(labels, predictions):
    """Return precision and recall of events."""
    real, claimed = ranges_of(labels), ranges_of(predictions)
    found = sum(any(predictions[a : b + 1]) for a, b in real)
    right = sum(any(labels[a : b + 1]) for a, b in claimed)
    return right / len(claimed) if claimed else math.nan, found / len(real)


def delays(labels, predictions):
    """Return how late each range that was found was found."""
    late = []
    for first, last in ranges_of(labels):
        hits = [i for i in range(first, last + 1) if predictions[i]]
        if hits:
            late.append(hits[0] - first)
    return late


def sigmoid(place):
    """Return 1 far before the end of a window, 0 at its end, -1 far behind it."""
    return 2 / (1 + math.exp(5 * place)) - 1


def nab(labels, predictions, false_price, missed_price, begin):
    """Return the score of one profile, walking once through the series; None where no range counts."""
    windows = ranges_of(labels)
    earned, cost = {}, 0.0
    for i in range(begin, len(labels)):
        inside = next((w for w in windows if w[0] <= i <= w[1]), None)
        if inside:
            earned.setdefault(inside, -missed_price)
        if not predictions[i]:
            continue
        if inside:
            left = (inside[1] - i + 1) / (inside[1] - inside[0] + 1)
            earned[inside] = max(earned[inside], sigmoid(-left) / sigmoid(-1))
            continue
        past = [w for w in windows if w[1] < i]
        if not past:
            cost += false_price
            continue
        distance = (i - past[-1][1]) / max(past[-1][1] - past[-1][0], 1)
        cost += false_price * (1 if distance >= 3 else -sigmoid(distance))
    if not earned:
        return None
    silence = -missed_price * len(earned)
    return 100 * (sum(earned.values()) - cost - silence) / (len(earned) - silence)
