"""Random damage to small tables: each is read or refused in a sentence, and nothing else is raised."""

from __future__ import annotations

import random

import pytest

from offbeat import read
from offbeat.core.errors import OffbeatError

TABLES = (
    "time,v\n" + "".join(f"2024-01-01 {i:02d}:00:00,{i % 5}.25\n" for i in range(24)),
    "Datum;Uhrzeit;kWh\n" + "".join(f"{1 + i % 28:02d}.01.2024;{i:02d}:15;1.{i:03d},5\n" for i in range(24)),
    "# by hand\nid\tts\tx\ty\n" + "".join(f"{'ab'[i % 2]}\t{1_700_000_000 + i}\t{i}\t\n" for i in range(30)),
    "year month day flow\n" + "".join(f"2024  1 {i + 1:2d} {i * 1.5:6.1f}\n" for i in range(28)),
    "name,Jan,Feb,Mar\n" + "".join(f"{2000 + i},{i},{i + 1},{i + 2}\n" for i in range(12)),
    '[{"time": "2024-01-01T00:00:00Z", "v": 1}, {"time": "2024-01-01T01:00:00Z", "v": 2}]\n',
)
PIECES = (
    *(
        ",",
        ";",
        "\t",
        '"',
        "\n",
        "\r",
        "\r\n",
        "#",
        "-",
        "(",
        "%",
        "K",
        "'",
        "\ufeff",
        "[",
        "{",
        "..",
        "\x0b",
        "\x85",
        "\u2028",
    ),
    *(
        "NaN",
        "-999",
        "inf",
        "1e400",
        "9" * 400,
        "0x10",
        "1_000",
        "\u0663",
        "\u2212",
        "1,234.5",
        "1.234,5",
        "null",
        "Total",
    ),
    *("2020-13-45", "24:00", "99/99/9999", "12:00 PM", "253402300800", "-62135596800", "3000-01-01", "0001-01-01"),
    "\udcff",
)
OPTIONS = (
    *({}, {}, {}, {"header": 0}, {"header": 2}, {"skip": 1}, {"decimal": ","}, {"delimiter": "space"}),
    *({"shape": "wide-rows"}, {"shape": "wide-columns"}, {"resample": "1h"}, {"missing": "0"}),
    *({"encoding": "utf-16"}, {"encoding": "latin-1"}),
)


def damaged(text, draw):
    for _ in range(draw.choice((1, 2, 4, 12))):
        i = draw.randrange(len(text) + 1)
        cut = i + draw.choice((0, 0, 1, 5, 40))
        text = text[:i] + draw.choice(PIECES) + text[cut:]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_damaged_text_is_read_or_refused(tmp_path, seed):
    draw = random.Random(seed)  # noqa: S311 - no secret
    path, refused = tmp_path / "pump.csv", []
    for _ in range(250):
        path.write_bytes(damaged(draw.choice(TABLES), draw).encode("utf-8", "surrogateescape"))
        try:
            assert len(read(path, **draw.choice(OPTIONS)))
        except OffbeatError as error:
            refused.append(str(error))
    assert len(refused) > 10
    assert not [sentence for sentence in refused if "\n" in sentence]
