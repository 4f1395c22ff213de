"""Those words of the write-up that depend on figures, each sentence by its name in the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from study_shown import Maker, Studies
from study_tables import Study, across, error, seconds

from offbeat.study.studyfile import study_plan

NOISE = 0.1
"""Standard deviation of the noise on the sine."""

FAMILIES = ("dense", "LSTM", "Conv1D")
FORECASTERS = ("simple RNN", "LSTM", "GRU")
SUPERVISED = ("self-supervised LSTM", "balanced GRU classifier")
DEEP = (
    "LSTM autoencoder",
    "CNN-LSTM autoencoder",
    "attention autoencoder",
    "LSTM autoencoder, tuned",
    "GRU classifier",
)

STUCK = 2.0
"""A training got stuck where its validation error is so many times that of the other seeds."""

LINKED = 0.5
"""Two orders go together where their rank correlation is above this."""

SMALL = 0.05
"""A difference in VUS-PR that these few series can't tell from none."""

BY_CHANCE = 0.05
"""The largest p that is called more than chance."""


def floor() -> float:
    """Return the mean square of the sine's noise in the unit in which its study measures errors."""
    plan = study_plan(Path(__file__).parent.parent / "studies" / "sine.toml")
    series = next(iter(plan.series.values()))
    learned = series.values[: round(0.6 * len(series))]
    return float((NOISE / np.ptp(learned)) ** 2)


def listed(names: Sequence[str]) -> str:
    """Return names as a person enumerates them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def paired(study: Study, one: str, other: str) -> tuple[int, int, float]:
    """Return on how many series one detector has the higher VUS-PR, of how many, and p of so lopsided a count."""
    from scipy.stats import binomtest

    both = study.by_series[[one, other]].dropna()
    differing = both[both[one] != both[other]]
    wins = int((differing[one] > differing[other]).sum())
    return wins, len(differing), float(binomtest(wins, len(differing)).pvalue) if len(differing) else 1.0


def seeds_apart(study: Study) -> float:
    """Return how far VUS-PR of one detector on one series moves with the seed: the mean of its range."""
    groups = study.base.groupby(["detector", "series"])["vus_pr"]
    several = groups.agg(lambda column: column.max() - column.min())[groups.size() > 1]
    return float(several.mean())


def sine_floor(studies: Studies) -> str:
    """Say how near the LSTM autoencoder comes to the floor."""
    got, least = studies["sine"].mean["LSTM autoencoder"]["mse_validation"], floor()
    beside = (
        "It lies a little below the floor, because 32 numbers are enough to keep some of the noise of 50 points"
        if got < least
        else "What remains is the network's own error"
    )
    return (
        f"On the validation rows the LSTM autoencoder's mean squared error is {error(got)}, {got / least:.2f} times "
        f"the floor of {error(least)} that the noise sets. {beside}."
    )


def sine_stuck(studies: Studies) -> str:
    """Say how many trainings got stuck."""
    rows = studies["sine"].results
    rows = rows[rows["detector"] == "LSTM autoencoder"]
    usual = rows.groupby("condition")["mse_validation"].transform("median")
    stuck = int((rows["mse_validation"] > STUCK * usual).sum())
    if not stuck:
        spread = (rows["mse_validation"] / usual - 1).abs().max()
        return f"None of the {len(rows)} trainings got stuck: each is within {spread:.0%} of the median of its noise."
    return f"{stuck} of the {len(rows)} trainings got stuck at more than {STUCK:g} times the error of the other seeds."


def sine_alarms(studies: Studies) -> str:
    """Say what the 95th percentile makes of it."""
    rows = studies["sine"].base
    rows = rows[rows["detector"] == "LSTM autoencoder"]
    mean = rows.mean(numeric_only=True)
    return (
        f"it touches {mean['event_wise_recall']:.0%} of the {mean['anomalies']:.0f} anomalies, raises "
        f"{mean['alarms']:.1f} alarms a run, and has a recall of {mean['recall']:.2f} and a precision of "
        f"{mean['precision']:.2f} by point"
    )


def sine_median(studies: Studies) -> str:
    """Say what the moving median's error and its finds are beside the network's."""
    study = studies["sine"]
    network, median = "LSTM autoencoder", "moving median"
    pairs = [(study.mean[network], study.mean[median])]
    pairs += [(means[network], means[median]) for means in study.under.values()]
    smaller = sum(other["mse_validation"] < own["mse_validation"] for own, other in pairs)
    worse = sum(other["vus_pr"] < own["vus_pr"] for own, other in pairs)
    return f"its error is the smaller one in {smaller} of {len(pairs)} conditions, and it finds less in {worse} of them"


def rule(studies: Studies) -> str:
    """Say which autoencoder the rule chose, and by how much."""
    means = studies["autoencoders"].means
    first, second = means.iloc[0], means.iloc[1]
    return (
        f"**{first['detector']}** with {error(first['mse_validation'])}, before {second['detector']} with "
        f"{error(second['mse_validation'])}"
    )


def rule_or_finder(studies: Studies) -> str:
    """Say whether the one that reconstructs best is the one that finds best."""
    means = studies["autoencoders"].means.set_index("detector")
    finder, best = means["vus_pr"].idxmax(), means.index[0]
    rank = means["vus_pr"].rank(ascending=False)[best]
    together = means["mse_validation"].corr(-means["vus_pr"], method="spearman")
    if finder == best:
        text = f"It also has the highest VUS-PR, with a VUS-PR of {means['vus_pr'][best]:.3f}."
    else:
        text = (
            f"Another has the highest VUS-PR: {finder} with {means['vus_pr'][finder]:.3f}; the "
            f"chosen one has {means['vus_pr'][best]:.3f}, place {rank:.0f} of {len(means)}."
        )
    strength = (
        "go together" if together > LINKED else "contradict each other" if together < -LINKED else "are hardly related"
    )
    return (
        f"{text} Over the nine, a low error on normal rows and a high VUS-PR {strength}: the rank correlation "
        f"is {together:.2f}."
    )


def versions(studies: Studies) -> str:
    """Say what regularising and searching did to each family."""
    mean = studies["autoencoders"].mean
    lines = []
    for version, deed in (("V2", "Dropout and L2"), ("V3", "The search")):
        factors = {family: mean[f"{family} {version}"]["mse"] / mean[f"{family} V1"]["mse"] for family in FAMILIES}
        found = {family: mean[f"{family} {version}"]["vus_pr"] - mean[f"{family} V1"]["vus_pr"] for family in FAMILIES}
        text = listed([f"{factor:.2g} ({family})" for family, factor in factors.items()])
        moved = listed([f"{change:+.3f} ({family})" for family, change in found.items()])
        lines.append(f"{deed} multiplied the error on normal test rows by {text}, and moved VUS-PR by {moved}.")
    return " ".join(lines)


def low_noise(studies: Studies) -> str:
    """Say how well the regularised Conv1D reconstructs the series of low noise."""
    on = studies["autoencoders"].on("art_daily_small_noise")
    plain, held = on["Conv1D V1"], on["Conv1D V2"]
    best = min(on, key=lambda name: on[name]["mse"])
    return (
        f"Conv1D V2 has a test MSE of {error(held['mse'])} with a deviation of {error(held['mse_sd'])} over windows "
        f"(V1: {error(plain['mse'])} and {error(plain['mse_sd'])}; the best of the nine is {best} with "
        f"{error(on[best]['mse'])})"
    )


def low_noise_made(studies: Studies) -> str:
    """Say how close the convolutional autoencoder comes to a low floor, by how much dropout."""
    by = studies["low_noise"].on("low-noise sine")
    parts = [f"{name} {by[name]['mse_validation']:.2g} ({by[name]['mse_sd_validation']:.2g})" for name in sorted(by)]
    return listed(parts)


def accuracy(studies: Studies) -> str:
    """Say what accuracy the chosen one reaches, and what never raising an alarm would reach."""
    study = studies["autoencoders"]
    rows = study.base[study.base["anomalies"] > 0]
    means = rows.groupby("detector").mean(numeric_only=True)
    mean, most = means.loc[study.best], means["accuracy"].idxmax()
    nothing = 1 - float(np.mean([study.shares[name] for name in rows["series"].unique()]))
    return (
        f"an accuracy of {mean['accuracy']:.3f}, a balanced accuracy of {mean['balanced_accuracy']:.3f}, an F1 of "
        f"{mean['f1']:.3f} and a VUS-PR of {mean['vus_pr']:.3f}. The best of the nine by accuracy, {most}, has "
        f"{means['accuracy'][most]:.3f}; never raising an alarm would have {nothing:.3f}"
    )


def missing_jump(studies: Studies) -> str:
    """Say what the autoencoders make of the jump that is missing."""
    rows = studies["autoencoders"].base
    found = rows[rows["series"] == "art_daily_nojump"].groupby("detector")["roc_auc"].mean()
    return f"the ROC-AUC of the nine lies between {found.min():.2f} and {found.max():.2f}, where guessing has 0.5"


def searches(studies: Studies) -> str:
    """Say what the searches gained."""
    rows = studies["autoencoders"].tuned
    lost = int(rows["summary"].str.contains("did not carry over").sum())
    return (
        f"By the {len(rows)} searches VUS-PR on planted anomalies rose by "
        f"{(rows['value'] - rows['default']).mean():.3f} on average; in {lost} of them the gain did not carry over to "
        "planted anomalies that the search had not seen"
    )


def seeds(studies: Studies) -> str:
    """Say how much of the differences the seed alone makes."""
    study = studies["autoencoders"]
    spread = study.means["vus_pr"].max() - study.means["vus_pr"].min()
    return (
        f"With another seed the VUS-PR of one model on one series moves by {seeds_apart(study):.3f} on average; the "
        f"means of the best and the worst of the nine are {spread:.3f} apart"
    )


def scaling(studies: Studies) -> str:
    """Say what scaling does to the forecasters."""
    study = studies["recurrent"]
    values = {"raw": [study.mean[name]["vus_pr"] for name in FORECASTERS]}
    for value, word in (("minmax", "min-max"), ("l2norm", "L2-norm")):
        values[word] = [study.under[f"scaler={value}"][name]["vus_pr"] for name in FORECASTERS]
    means = {word: float(np.mean(several)) for word, several in values.items()}
    best, worst = max(means, key=lambda word: means[word]), min(means, key=lambda word: means[word])
    text = listed([f"{mean:.3f} {word}" for word, mean in means.items()])
    return f"The three forecasters have a mean VUS-PR of {text}: {best} is best, {worst} worst"


def scaling_where(studies: Studies) -> str:
    """Say on which series scaling matters most."""
    rows = studies["recurrent"].results
    rows = rows[rows["detector"].isin(FORECASTERS)]
    wide = rows.pivot_table("vus_pr", "series", "condition")
    gain = (wide["scaler=l2norm"] - wide["as it is"]).sort_values()
    return (
        f"From raw to L2-norm the three move by {gain.iloc[-1]:+.3f} on `{gain.index[-1]}`, and by "
        f"{gain.iloc[:-1].mean():+.3f} on average on the other {len(gain) - 1}"
    )


def scaling_level(studies: Studies) -> str:
    """Say how far the forecasts stay from values that training did not have."""
    rows = studies["recurrent"].results
    rows = rows[rows["detector"].isin(FORECASTERS) & (rows["series"] == "rds_cpu_utilization_cc0c53")]
    off = rows[rows["condition"] == "scaler=minmax"]["mse"].mean() ** 0.5
    return f"their forecasts stay {off:.1f} times the range of the training rows away"


def learned(studies: Studies) -> str:
    """Say what is left of the forecasters' loss at the end of training, by scaling."""
    rows = studies["recurrent"].losses
    rows = rows[rows["detector"].isin(FORECASTERS)]
    runs = rows.groupby(["condition", "detector", "series", "seed"])["validation"]
    left = (runs.min() / runs.first()).groupby("condition").median()
    return (
        f"The median training ends at {left['as it is']:.0%} of the loss of its first epoch on raw values, at "
        f"{left['scaler=minmax']:.0%} on min-max scaled ones, and at {left['scaler=l2norm']:.0%} after L2-norm"
    )


def labels(studies: Studies) -> str:
    """Say what labels add."""
    mean = studies["recurrent"].mean
    best = max(FORECASTERS, key=lambda name: mean[name]["vus_pr"])
    taught = max(SUPERVISED, key=lambda name: mean[name]["vus_pr"])
    other = next(name for name in SUPERVISED if name != taught)
    simple = next(name for name in mean if name.startswith("z-score"))
    ahead = "ahead of" if mean[taught]["vus_pr"] > mean[best]["vus_pr"] else "behind"
    behind = [name for name in (taught, best, other) if mean[name]["vus_pr"] < mean[simple]["vus_pr"]]
    return (
        f"Unscaled, the better of the two with labels, {taught} with {mean[taught]['vus_pr']:.3f}, is {ahead} the "
        f"best forecaster, {best} with {mean[best]['vus_pr']:.3f}; {other} has {mean[other]['vus_pr']:.3f}. The "
        f"z-score, which costs nothing, has {mean[simple]['vus_pr']:.3f}, ahead of {listed(behind or ['none of them'])}"
    )


def winner(studies: Studies) -> str:
    """Say who is best of deep and classical, and whether it may be chance."""
    study = studies["deep_versus_classical"]
    ranked = study.means.dropna(subset="vus_pr").set_index("detector")["vus_pr"].sort_values(ascending=False)
    network = next(name for name in ranked.index if name in DEEP)
    other = next(name for name in ranked.index if name not in DEEP)
    wins, several, p = paired(study, network, other)
    ahead = network if ranked[network] > ranked[other] else other
    chance = "more than chance" if p <= BY_CHANCE else "no more than chance"
    return (
        f"**{ahead}** is ahead: the best network is {network} with a mean VUS-PR of {ranked[network]:.3f}, the best of "
        f"the others {other} with {ranked[other]:.3f}. The network is better on {wins} of {several} series, which is "
        f"{chance} (sign test, p = {p:.2f})"
    )


def groups(studies: Studies) -> str:
    """Say how networks and others do on average, and what they cost."""
    means = studies["deep_versus_classical"].means.dropna(subset="vus_pr")
    networks = means[means["detector"].isin(DEEP)]
    others = means[~means["detector"].isin(DEEP)]
    cost = networks["seconds_fit"].median(), others["seconds_fit"].median()
    return (
        f"The {len(networks)} networks have a mean VUS-PR of {networks['vus_pr'].mean():.3f}, the {len(others)} others "
        f"of {others['vus_pr'].mean():.3f}. To fit one series takes the median network {seconds(cost[0])} s, the "
        f"median of the others {seconds(cost[1])} s"
    )


def noisy(studies: Studies) -> str:
    """Say who loses most by noise."""
    wide = across(studies["deep_versus_classical"], "noise", "vus_pr", "none")
    lost = (wide.iloc[:, 0] - wide.iloc[:, -1]).sort_values()
    inside = lost.index.isin(DEEP)
    return (
        f"With noise of {wide.columns[-1]} usual deviations on top, VUS-PR moves by {-lost[inside].mean():+.3f} for "
        f"the networks and by {-lost[~inside].mean():+.3f} for the others; {lost.index[0]} takes it best "
        f"({-lost.iloc[0]:+.3f}), {lost.index[-1]} worst ({-lost.iloc[-1]:+.3f})"
    )


def noise_matters(studies: Studies) -> str:
    """Say whether noise matters to what is found."""
    wide = across(studies["deep_versus_classical"], "noise", "vus_pr", "none")
    moved = (wide.iloc[:, -1] - wide.iloc[:, 0]).abs()
    little = int((moved < SMALL).sum())
    return f"for {little} of {len(moved)} detectors VUS-PR moves by less than {SMALL:g}, up or down"


def augmented(studies: Studies) -> str:
    """Say what augmentation does."""
    wide = across(studies["deep_versus_classical"], "augment", "vus_pr", "none")
    moved = {value: float((wide[value] - wide["none"]).mean()) for value in wide.columns if value != "none"}
    text = listed([f"{change:+.3f} with {value}" for value, change in moved.items()])
    return f"The mean over {len(wide)} networks moves by {text}"


def balanced(studies: Studies) -> str:
    """Say how a classifier best learns that anomalies are rare."""
    study = studies["deep_versus_classical"]
    values = {"weights": study.mean["GRU classifier"]["vus_pr"]}
    for value in ("none", "downsample", "focal"):
        values[value] = study.under[f"balance={value}"]["GRU classifier"]["vus_pr"]
    best = max(values, key=lambda name: values[name])
    text = listed([f"{value:.3f} ({name})" for name, value in values.items()])
    return f"VUS-PR is {text}; best is {best}"


def validated(studies: Studies) -> str:
    """Say whether cross-validation orders the detectors as one split does."""
    wide = across(studies["deep_versus_classical"], "split", "vus_pr", "one split").dropna()
    together = wide.iloc[:, 0].corr(wide.iloc[:, 1], method="spearman")
    first, then = wide.iloc[:, 0].idxmax(), wide.iloc[:, 1].idxmax()
    same = f"{first} is first in both" if first == then else f"{first} is first in the one, {then} in the other"
    return f"the ranks of one split and of cross-validation correlate with {together:.2f}; {same}"


def growth(studies: Studies) -> str:
    """Say how the time grows with the length."""
    rows = studies["deep_versus_classical"].times
    total = rows.assign(both=rows["seconds_fit"] + rows["seconds_score"]).pivot_table("both", "detector", "points")
    short, long = total.columns[0], total.columns[-1]
    slope = np.log(total[long] / total[short]) / np.log(long / short)
    slow, fast = total[long].idxmax(), total[long].idxmin()
    return (
        f"At {long:,} points {slow} takes longest, {seconds(total[long][slow])} s to fit and score, and {fast} "
        f"least, {seconds(total[long][fast])} s. From {short:,} to {long:,} points the time grows fastest for "
        f"{slope.idxmax()}, with the power {slope.max():.2f} of the length"
    )


def alarmed(studies: Studies, series: str, first: str, last: str) -> tuple[list[str], int]:
    """Return which detectors had an alarm from the first to the last moment of that series, and how many there are."""
    rows = studies["deep_versus_classical"].stories
    rows = rows[rows["series"] == series]
    inside = rows[(rows["start"].astype(str) <= last) & (rows["end"].astype(str) >= first) & rows["start"].notna()]
    return list(dict.fromkeys(inside["detector"].astype(str))), rows["detector"].nunique()


def machine(studies: Studies) -> str:
    """Say who raised an alarm in the stretches of the machine's story."""
    name = "machine_temperature_system_failure"
    january, every = alarmed(studies, name, "2014-01-27 12:00", "2014-01-31 23:59")
    dip, _ = alarmed(studies, name, "2014-02-03 00:00", "2014-02-03 23:59")
    failure, _ = alarmed(studies, name, "2014-02-07 12:00", "2014-02-09 12:00")
    networks = [detector for detector in january if detector in DEEP]
    return (
        f"{len(january)} of {every} detectors raised an alarm at the end of January ({listed(january or ['none'])}; of "
        f"the networks {listed(networks or ['none'])}). {len(dip)} of {every} did on 3 February, and {len(failure)} of "
        f"{every} at the failure itself"
    )


def server(studies: Studies) -> str:
    """Say who raised an alarm in the stretches of the server's story."""
    name = "rds_cpu_utilization_cc0c53"
    jump, every = alarmed(studies, name, "2014-02-25 07:00", "2014-02-25 12:00")
    spike, _ = alarmed(studies, name, "2014-02-27 00:00", "2014-02-27 02:00")
    before, _ = alarmed(studies, name, "2014-02-24 00:00", "2014-02-24 23:59")
    return (
        f"{len(jump)} of {every} detectors have an alarm at the jump and {len(spike)} at the spike two days later, but "
        f"{len(before)} had one on the quiet day before as well"
    )


def flights(studies: Studies) -> str:
    """Say who raised an alarm on the days of the flights' story."""
    days = {"28 November": "2013-11-28", "5": "2013-12-05", "10": "2013-12-10", "14 December": "2013-12-14"}
    found = {word: alarmed(studies, "flights", f"{day} 00:00", f"{day} 23:59") for word, day in days.items()}
    every = next(iter(found.values()))[1]
    always = sorted(set.intersection(*(set(names) for names, _ in found.values())))
    text = listed([f"{len(names)} on {word}" for word, (names, _) in found.items()])
    had = "none has" if not always else f"only {always[0]} has" if len(always) == 1 else f"{listed(always)} have"
    return f"Of {every} detectors, alarms came from {text}; {had} one on each of these days"


def choosing(studies: Studies) -> str:
    """Say what choosing a network by its validation error is worth."""
    means = studies["autoencoders"].means
    together = means["mse_validation"].corr(-means["vus_pr"], method="spearman")
    worth = (
        "predicts VUS-PR on these series"
        if together > LINKED
        else "misleads on these series"
        if together < -LINKED
        else "says little about VUS-PR"
    )
    return f"Without labels there is only the error on validation rows, and it {worth} ({together:.2f} by rank)"


def best_on(studies: Studies) -> str:
    """Say on how many series a network was the best."""
    wide = studies["deep_versus_classical"].by_series
    best = wide.idxmax(axis=1)
    by_network = sorted(str(series) for series in best.index[best.isin(DEEP)])
    named_ = f" ({listed(by_network)})" if by_network else ""
    return f"A network was the best detector on {len(by_network)} of {len(best)} labelled series{named_}"


def cost(studies: Studies) -> str:
    """Say how many times as long a network takes to learn."""
    means = studies["deep_versus_classical"].means
    inside = means["detector"].isin(DEEP)
    ratio = means["seconds_fit"][inside].median() / means["seconds_fit"][~inside].median()
    return f"The median network takes {float(f'{ratio:.2g}'):,.0f} times as long to fit as the median of the others"


def failures(studies: Studies) -> str:
    """Say how many runs there were, and how many failed."""
    runs = sum(study.counts["runs"] for study in studies.values())
    failed = sum(study.counts["failed"] for study in studies.values())
    return f"{runs} runs in all, of which {failed} failed"


WORDS: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        sine_floor, sine_stuck, sine_alarms, sine_median, rule, rule_or_finder, versions, low_noise,
        low_noise_made, accuracy, missing_jump, searches, seeds,
        scaling, scaling_where, scaling_level, learned, labels, winner, groups, noisy, augmented, balanced, validated,
        growth, choosing, best_on, cost, noise_matters, machine, server, flights, failures,
    )
}  # fmt: skip
