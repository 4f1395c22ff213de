"""How the characters of a text are written: by its first bytes, and where they are no UTF-8, by what they would spell.

A file without UTF-8 has few letters beyond ASCII, often only those of one header. Each candidate spells them in another
way; taken is the one whose spelling is likeliest in its own script: a Western letter stands among ASCII letters, a
Russian or a Chinese one among its like, and a few hundred characters are most of what names of measurements need.
"""

from __future__ import annotations

import codecs
import math
import re
from functools import lru_cache

from offbeat.data.reading.scripts import WESTERN, Script, scripts

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_LINES = 400
"""Lines that are looked at, different ones but for their numbers."""
_LONG = 400
"""Bytes of a line that are looked at."""
_NUMBER = re.compile(rb"[0-9](?:[0-9.,:/+\xa0-]*[0-9])?\xa0?")
"""A number with what groups its digits: a hard blank has this code in Western and in Russian files."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_FIRST_BYTE = re.compile(rb"[^\x00-\x7f]")
_THOUSANDS = re.compile(rb"(?<=\d)\xa0(?=\d{3})")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ASCII = -math.log(40)
"""The log of the likelihood of a character of ASCII, the same in all encodings."""
_CAPITAL_WITHIN = math.log(0.02)
"""The log of the likelihood of a capital behind a small letter."""
_LEAST_GAIN = math.log(20)
"""How much likelier than Windows' Western letters another reading must be."""


def utf_of(head: bytes) -> str | None:
    r"""Return the form of Unicode in which a text is written that begins with these bytes; None where it is in none.

    Examples
    --------
    >>> [utf_of("°C".encode(name)) for name in ("utf-8", "utf-8-sig", "utf-16", "cp1252")]
    ['utf-8', 'utf-8-sig', 'utf-16', None]
    >>> utf_of("time,load\n1,2\n".encode("utf-16-le"))
    'utf-16-le'
    """
    marked = next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), None)
    if marked is not None:
        return marked
    if b"\x00" in head:
        return _unmarked(head)
    return "utf-8" if _decoded(head, "utf-8") is not None else None


def _unmarked(head: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is in: nearly every second byte is 0, and hardly one of the others."""
    pairs = len(head) // 2
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[start::2].count(0) > 0.7 * pairs and head[1 - start :: 2].count(0) < 0.01 * pairs:
            text = _decoded(head, encoding)
            return encoding if text is not None and len(_CONTROL.findall(text)) <= len(text) / 100 else None
    return None


@lru_cache(maxsize=2)
def guessed(head: bytes) -> str:
    """Return the likeliest encoding of a text that begins with these bytes and is not in UTF-8.

    Examples
    --------
    >>> [guessed(text.encode(name)) for text, name in (("Größe;°C", "cp1252"), ("Дата;Расход", "cp1251"))]
    ['cp1252', 'cp1251']
    >>> [guessed("時刻,電圧".encode(name)) for name in ("cp932", "euc_jp")]
    ['cp932', 'euc_jp']
    """
    head = _THOUSANDS.sub(b" ", head)  # a blank that does not break is no letter of another script
    western = WESTERN if _decoded(head, WESTERN) is not None else "latin-1"
    if _is_damaged(head):
        return western
    sample = b"\n".join(_some_lines(head))
    best, likeliest = western, _likelihood(sample.decode(western), scripts()[WESTERN]) + _LEAST_GAIN
    for encoding, script in scripts().items():
        if encoding == WESTERN or _decoded(head, encoding) is None:
            continue
        found = _likelihood(sample.decode(encoding, "replace"), script)
        if found > likeliest:
            best, likeliest = encoding, found
    return best


def _is_damaged(head: bytes) -> bool:
    """Whether a text is UTF-8 but for some bytes; Windows' letters show each of these as one of their own."""
    text = head.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return len(_BEYOND_ASCII.findall(text)) > 10 * bad


def _some_lines(head: bytes) -> list[bytes]:
    """Return the first lines with a byte beyond ASCII, each number as 0: at most some hundred different ones."""
    made: dict[bytes, None] = {}
    end = 0
    for _ in range(10 * _LINES):
        found = _FIRST_BYTE.search(head, end)
        if found is None or len(made) == _LINES:
            break
        start, end = head.rfind(b"\n", 0, found.start()) + 1, head.find(b"\n", found.start())
        end = len(head) if end < 0 else end
        made[_NUMBER.sub(b"0", head[start : min(end, start + _LONG)])] = None
    return list(made)


def _decoded(head: bytes, encoding: str) -> str | None:
    """Return the text of these bytes, whose last character may be cut in two; None where they are no such text."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None


def _likelihood(text: str, script: Script) -> float:
    """Return the log of the likelihood of a text in a language."""
    following = {pair: math.log(share) for pair, share in script.following.items()}
    letters = {one: script.of(one) for one in set(text) if ord(one) > 127}
    total, before, lower = 0.0, "o", False
    for character in text:
        beyond = character in letters
        now = "fl"[before in "fl"] if beyond else "oa"[character.isalpha()]
        total += letters.get(character, _ASCII) + following.get(before + now, 0.0)
        if lower and character.isupper():
            total += _CAPITAL_WITHIN
        lower, before = beyond and character.islower(), now
    return total
