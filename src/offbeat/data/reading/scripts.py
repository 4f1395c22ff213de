"""The scripts of the world's older encodings: which of their characters are common, and which are rare."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

WESTERN = "cp1252"
"""The encoding that is taken where nothing speaks for another one."""

_LATIN = "°µ²³±äöüßéèêàâçñáíóúôåøæãõÄÖÜÉØÅ§£€\u2013\u2019"
_CYRILLIC = "оеаинтсрвлкмдпу"
_WIDE = "\uff08\uff09\uff1a\uff05℃・"
_JAPANESE = (
    "年月日時分秒曜間刻気温湿度圧力電流量値数計測定地点名称番号降水雨雪風速向最高低大小平均上下入出合室外内回転周波"
    "消費発設備使用開始終了状態売客来現在位置品質情報均般光東西南北ーンスタイルトリセラムプレッンサデ"
)
_SIMPLIFIED = (
    "年月日时分秒间期刻温度湿气压力电流量功率值数计测定点站名称编号序降水雨雪风速向最高低大小平均上下入出室外内"
    "转频消耗发设备使用开始结束状态销售客当前位置质采集负荷井管道浓颗粒物能光东西南北的"
)
_TRADITIONAL = (
    "年月日時分秒間期刻溫度濕氣壓力電流量功率值數計測定點站名稱編號序降水雨雪風速向最高低大小平均上下入出室外內"
    "轉頻消耗發設備使用開始結束狀態銷售客當前位置質採集負荷管濃能光東西南北的收盤價成交"
)
_KOREAN = (
    "년월일시분초간각날짜온도습기압력전류량값수계측정점지명칭번호강우눈풍속향최고저대소평균상하입출실외내회주파"
    "소비발설비사용개시종료태매객현재위치품질의이가는을에서한자동유체센서원율합"
)


_AMONG_ASCII = {"fl": 0.05, "ll": 0.05, "fa": 0.7, "la": 0.7, "fo": 0.25, "lo": 0.25, "af": 0.05, "of": 0.02}
_IN_WORDS = {"fl": 0.92, "ll": 0.75, "fa": 0.03, "la": 0.03, "fo": 0.05, "lo": 0.22, "af": 0.01, "of": 0.1}
_AS_SIGNS = {"fl": 0.75, "ll": 0.75, "fa": 0.03, "la": 0.03, "fo": 0.22, "lo": 0.22, "af": 0.01, "of": 0.1}


@dataclass(frozen=True)
class Script:
    """How likely the characters of a language are where a byte is beyond ASCII.

    Parameters
    ----------
    common
        Characters that make up half of a text or more, above all in names of times and of what is measured.
    usual
        How many others are usual, and whether a character is one.
    rare
        How many more its encoding has.
    following
        How likely the first of several letters of the script (f), another one (l), a letter of ASCII (a) or another
        character (o) follows one of these.
    """

    common: frozenset[str]
    usual: tuple[int, Callable[[str], bool]]
    rare: int
    following: Mapping[str, float]

    def of(self, character: str) -> float:
        """Return the log of the likelihood of a character."""
        if character in self.common:
            return math.log(0.6 / len(self.common))
        if self.usual[1](character):
            return math.log(0.38 / self.usual[0])
        return math.log(0.02 / self.rare)


@cache
def scripts() -> dict[str, Script]:
    """Return the script of each encoding.

    The usual characters of Chinese and Japanese are those of the first of the two parts of its standard.
    """
    latin = Script(frozenset(_LATIN), (60, _between("\xa0\xff", "\u2013\u2030", "ŒŸ", "Žž", "™™")), 40, _AMONG_ASCII)
    kanji, kana = _coded("cp932", 0x889F, 0x9872), _between("ぁん", "ァヶ")
    japanese = Script(frozenset(_JAPANESE + _WIDE), (3100, lambda one: kana(one) or kanji(one)), 4000, _AS_SIGNS)
    letters = frozenset(_CYRILLIC + _CYRILLIC.upper())
    cyrillic = Script(letters, (60, _between("Ая", "ЁЇ", "ёї", "°°", "№№", "\xa0\xa0")), 60, _IN_WORDS)
    return {
        WESTERN: latin,
        "cp932": japanese,
        "euc_jp": japanese,
        "gb18030": Script(frozenset(_SIMPLIFIED + _WIDE), (3900, _coded("gb18030", 0xA1A1, 0xD7F9)), 20_000, _AS_SIGNS),
        "cp950": Script(frozenset(_TRADITIONAL + _WIDE), (5800, _coded("cp950", 0xA140, 0xC67E)), 8000, _AS_SIGNS),
        "cp949": Script(frozenset(_KOREAN + _WIDE), (2300, _between("가힣")), 14_000, _AS_SIGNS),
        "cp1251": cyrillic,
        "koi8_r": cyrillic,
        "cp866": cyrillic,
    }


def _between(*spans: str) -> Callable[[str], bool]:
    """Return whether a character lies in one of these spans, each given by its two ends."""
    return lambda character: any(span[0] <= character <= span[1] for span in spans)


def _coded(encoding: str, first: int, last: int) -> Callable[[str], bool]:
    """Return whether an encoding has a character between two codes of two bytes."""

    def fits(character: str) -> bool:
        code = character.encode(encoding, "ignore")
        return len(code) == 2 and first <= int.from_bytes(code) <= last

    return fits
