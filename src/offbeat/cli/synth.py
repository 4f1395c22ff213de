"""offbeat synth: write a synthetic series with labelled anomalies."""

from __future__ import annotations

from typing import Any

import click

import offbeat as ob


@click.command(
    "synth",
    epilog="Kinds of anomaly: " + ", ".join(ob.data.anomalies.KINDS),
    short_help="Write a synthetic series with labelled anomalies.",
)
@click.argument("path", metavar="FILE.csv", type=click.Path())
@click.option("--base", type=click.Choice(["sine", "mixture"]), default="sine", show_default=True)
@click.option("--n", type=int, default=2000, show_default=True, help="Number of points.")
@click.option("--period", type=float, multiple=True, help="Period, in points; several for a mixture.")
@click.option("--noise", type=float, help="Standard deviation of the noise.")
@click.option("--channels", type=int, default=1, show_default=True, help="Number of channels of a mixture.")
@click.option("--anomalies", default="", metavar="PLAN", help="Anomalies to plant, such as spike:3,level_shift:1.")
@click.option("--length", type=int, help="Length of each planted stretch, in points.")
@click.option("--clean-start", type=int, default=0, show_default=True, help="Rows at the start without anomalies.")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed; the same seed writes the same file.")
def command(path: str, **options: Any) -> None:
    r"""Write a synthetic series with labelled anomalies to FILE.csv (columns time, value, label).

    \b
    Examples:
      offbeat synth sine.csv
      offbeat synth test.csv --n 5000 --anomalies spike:3,level_shift,frozen --seed 7
      offbeat synth load.csv --base mixture --period 24 --period 168 --channels 3 --anomalies correlation
    """
    seed, n = options["seed"], options["n"]
    given = {} if options["noise"] is None else {"noise": options["noise"]}
    if options["base"] == "mixture":
        periods = {"periods": options["period"]} if options["period"] else {}
        series = ob.data.synth.mixture(n=n, channels=options["channels"], seed=seed, **given, **periods)
    else:
        if len(options["period"]) > 1 or options["channels"] > 1:
            raise click.UsageError("a sine has one period and one channel; several belong to --base mixture")
        period = {"period": options["period"][0]} if options["period"] else {}
        series = ob.data.synth.sine(n=n, seed=seed, **given, **period)
    if options["anomalies"]:
        places = {"length": options["length"], "after": options["clean_start"]}
        series = ob.data.synth.inject_many(series, options["anomalies"], seed=seed + 1, **places)
    ob.data.synth.write(series, path)
    marked = "" if series.labels is None else f", {int(series.labels.sum())} of them anomalous"
    click.echo(f"wrote {path}: {len(series)} points{marked}")
