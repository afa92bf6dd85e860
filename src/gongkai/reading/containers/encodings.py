"""Bytes of a text into characters, whatever the file says of itself.

Published pages declare GB2312 and are UTF-8, declare UTF-8 and are GBK, or declare nothing. So
the bytes decide: a byte-order mark, then the pattern of NULs (UTF-16), then UTF-8's own strict
structure, and between GB18030 and Big5 — which accept nearly the same bytes — the reading that
yields more of the characters everyone uses. What the file declares only breaks a tie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Decoded", "decode"]

# The commonest characters of running text and of the annual report form, simplified…
_SIMPLIFIED = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多"
    "天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但"
    "身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四"
    "第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通"
    "目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物"
    "台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百义科怎元社术结六功指思非流每青管夫连远资"
    "队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语"
    "英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导"
    "影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切集除请府申依例规章范废止效罚费额织企构益律予"
    "属秘密禁危护执案卷查询项供掌握需另补仍确访举投诉复逾缴纳讼维纠尚审存况号"
)
# … and those that Traditional writing has in their place.
_TRADITIONAL = (
    "這來國個說們爲為時會過學對裏裡後麼沒於還發當無開見經頭從動兩長樣現將與進實點種聲話兒問機給幾業間電門東聽氣關"
    "並內卻軍產產萬體別處總場師書員華報馬張難車應計親務臺記邊風戰幹許覺題統請愛讓認論義術結連遠資隊帶條變聯權該領"
    "傳紅決達辦運強區轉眾輕語滿寫識極黃臉錢黨設雙歷廣議際單據導網專誰讀飛觀爭組視濟離雖壞興規範廢罰費額織構屬護執"
    "詢項補確訪舉訴復繳納訟維糾審號"
)
_FREQUENT = frozenset(_SIMPLIFIED + _TRADITIONAL)
_HANZI = re.compile("[\u3400-\u9fff]")
_ODD = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the name of the encoding it was in, and how many places could not be decoded."""

    text: str
    encoding: str
    damaged: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader must know about the decoding, in Chinese."""
        if not self.damaged:
            return ()
        return (f"文件中有 {self.damaged} 处字节已损坏，无法还原为文字，以“\ufffd”标出。",)


def decode(data: bytes) -> Decoded:
    """Decode the bytes of a text or a page. Never raises: damaged bytes become U+FFFD."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _as(data[len(mark) :], name)
    wide = _wide_without_mark(data)
    if wide:
        return _as(data, wide)
    try:
        return _clean(data.decode("utf-8"), "utf-8", 0)
    except UnicodeDecodeError:
        return _as(data, _narrow(data))


def _as(data: bytes, name: str) -> Decoded:
    text = data.decode(name, "replace")
    return _clean(text, name, text.count("\ufffd"))


def _clean(text: str, name: str, damaged: int) -> Decoded:
    # NULs carry nothing and upset every parser after this one.
    return Decoded(text.replace("\x00", ""), name, damaged)


def _wide_without_mark(data: bytes) -> str:
    """`utf-16-le` or `utf-16-be` where NULs stand where ASCII's high bytes would, else ``.

    Text with hardly any ASCII has few NULs; there the common characters decide.
    """
    if len(data) % 2 and len(data) < 64:
        return ""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    half = max(len(sample) // 2, 1)
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if high > half * 0.2 and low < high * 0.1:
        return "utf-16-le"
    if low > half * 0.2 and high < low * 0.1:
        return "utf-16-be"
    if len(sample) < 8 or _is_utf8(sample):
        return ""
    for name in ("utf-16-le", "utf-16-be"):
        score, hanzi = _score(sample.decode(name, "replace"))
        if score > 0.5 and hanzi > half * 0.3:
            return name
    return ""


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(sample) - 4 and error.start > 0
    return True


def _score(text: str) -> tuple[float, int]:
    """How much a decoded text looks like Chinese (share of common characters), and its Hanzi."""
    hanzi = _HANZI.findall(text)
    common = sum(character in _FREQUENT for character in hanzi)
    odd = len(_ODD.findall(text))
    return (common - 2 * odd) / max(len(hanzi) + odd, 1), len(hanzi)


def _narrow(data: bytes) -> str:
    """The encoding of bytes that are not strict UTF-8."""
    sample = _telling_part(data)
    candidates = ["gb18030", "big5hkscs", "utf-8"]
    declared = _DECLARED.search(data[:4096])
    if declared and declared[1].lower().startswith(b"big5"):
        candidates = ["big5hkscs", "gb18030", "utf-8"]
    scores = {name: _score(sample.decode(name, "replace")) for name in candidates}
    best = max(candidates, key=lambda name: scores[name][0])
    if scores[best][0] >= 0.25 and scores[best][1] >= 2:
        return best
    return _foreign(sample) or best


def _telling_part(data: bytes) -> bytes:
    """The stretch of `data` around its first non-ASCII bytes, where the encoding shows."""
    first = re.search(rb"[\x80-\xff]", data)
    start = max(first.start() - 64, 0) if first else 0
    return data[start : start + _SAMPLE]


def _foreign(sample: bytes) -> str:
    """An encoding for text that is not Chinese, or `` where nothing is likely."""
    from charset_normalizer import from_bytes

    found = from_bytes(sample[:8192]).best()
    return found.encoding if found is not None else ""
