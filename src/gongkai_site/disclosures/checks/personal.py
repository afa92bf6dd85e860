"""Numbers and addresses of people.

A number counts by its checksum where it has one, else by the words in front of it. What a body
publishes of itself is on its list and passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gongkai.casework.identity import credit_code_fault, resident_id_fault, tidy_identity
from gongkai.redaction.checksums import is_bank_card, is_old_identity_number
from gongkai_site.disclosures.checks.catalogue import limit, settings
from gongkai_site.disclosures.checks.model import Content, Context, Hit, Place
from gongkai_site.disclosures.checks.registry import check
from gongkai_site.disclosures.checks.spelling import Line, mask, spell

__all__: list[str] = []

_LONG = re.compile(r"\d(?:[ -]?\d){6}|\d[\dA-Z]{6}", re.IGNORECASE)
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}[ -]?(?:19|20)\d\d[ -]?\d{4}[ -]?\d{3}[\dXx](?![0-9A-Za-z]|/\d{4})"
)
_OLD_IDENTITY = re.compile(r"(?<![0-9A-Za-z.,/-])[1-9]\d{14}(?![0-9A-Za-z]|[.,/-]\d|\s?[元万亿吨])")
_LABELLED = re.compile(
    r"(?:身份证|身份号码|公民身份)[^\d，。；]{0,12}(?P<it>\d{6}[\dXx* -]{8,14}[\dXx])(?!\d)"
)
_CODE_LABEL = re.compile(
    r"信用代码|税号|纳税人识别号|注册号|组织机构代码|项目代码|项目编号|订单|单号"
)
_CARD = re.compile(
    r"(?<![0-9A-Za-z.,/-])[3-9](?:[ -]?\d){15,18}(?![0-9A-Za-z]|[.,/]\d|\s?[元万亿吨])"
)
_CARD_LABEL = re.compile(r"卡号|银行卡|储蓄卡|工资卡|社保卡|信用卡")
_ACCOUNT = re.compile(
    r"(?:账号|帐号|账户|帐户)[^\d，。；]{0,6}(?P<it>\d(?:[ -]?\d){8,24})(?![0-9A-Za-z])"
)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.,/])(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
    r"(?![0-9A-Za-z]|[.,/]\d|\s?[元万亿吨])"
)
_LANDLINE = re.compile(
    r"(?<![\d/-])(?:0\d{2,3} ?[-—–] ?|[(]0\d{2,3}[)] ?)[2-9]\d{6,7}(?:-\d{1,5})?(?![\d/])"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
_PASSPORT = re.compile(
    r"(?:护照|通行证|台胞证|回乡证|passport)[^A-Za-z0-9，。；]{0,10}"
    r"(?P<it>(?:[EGDSPCHMW][A-Z]?\d{7,10}|1[45]\d{7}))(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. ]?"
    r"(?=[A-HJ-NP-Z]{0,5}\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9学警挂](?![0-9A-Za-z])"
)
_HAN = "[\u4e00-\u9fff]"
_AT_HOME = re.compile(
    r"(?:住址|家庭地址|户籍(?:所在地?|地址?)|现住|居住(?:地址?|于)|家住|暂住(?:地址?|于))"
    r"[:：为是在于\s]{0,3}(?P<it>[^，。；、:：\s]{4,60})"
)
_PRECISE = re.compile(r"\d+(?:号|弄|栋|幢|座|室|房|楼|组|巷)|[一二三四五六七八九十]+组")
_TO_THE_DOOR = re.compile(
    rf"(?![在于往到至从向住])(?:{_HAN}{{1,8}}?(?:省|市|区|县|旗|镇|乡|街道))+[^，。；、：:\s]{{1,16}}?"
    rf"(?:路|街|道|巷|弄|胡同|村|里|园|苑|小区|花园)[^，。；、：:\s]{{0,12}}?\d+(?:号|弄|栋|幢|座)"
    rf"[^，。；、：:\s]{{0,14}}?\d+(?:室|房|单元)"
)
_OFFICE = re.compile(r"大厦|中心|广场|大楼|写字楼|政府|办公|委员会|[局厅署]")


def _lines(content: Content) -> Iterator[tuple[Place, Line]]:
    """The lines that hold any number worth a look."""
    for place, raw in content.texts():
        line = spell(raw)
        if _LONG.search(line.text):
            yield place, line


def _called(line: Line, start: int, label: re.Pattern[str]) -> bool:
    return label.search(line.before(start, limit("label_characters"))) is not None


def _identities(line: Line, today: date) -> Iterator[re.Match[str]]:
    for found in _IDENTITY.finditer(line.text):
        number = tidy_identity(found.group())
        if resident_id_fault(number, today) is not None:
            continue
        if _called(line, found.start(), _CODE_LABEL) and credit_code_fault(number) is None:
            continue
        yield found


@check("identity_number")
def identity_numbers(content: Content, context: Context) -> Iterator[Hit]:
    """An 18-digit number with the right check character, region and birthday."""
    for place, line in _lines(content):
        for found in _identities(line, context.today):
            where = place.at(line.offset(found.start()))
            yield Hit("identity_number", where, mask(found.group()))


@check("identity_number_15", "identity_number_doubtful")
def doubtful_identity_numbers(content: Content, context: Context) -> Iterator[Hit]:
    """The old 15 digits, which have no check, and numbers called so that fail theirs."""
    for place, line in _lines(content):
        sure = {found.start() for found in _identities(line, context.today)}
        told: set[int] = set()
        for found in _LABELLED.finditer(line.text):
            start = found.start("it")
            bare = re.sub(r"[ -]", "", found["it"])
            if start not in sure and "*" not in bare and len(bare) in (15, 17, 18, 19):
                told.add(start)
                where = place.at(line.offset(start))
                yield Hit("identity_number_doubtful", where, mask(bare))
        for found in _OLD_IDENTITY.finditer(line.text):
            number = found.group()
            if (
                found.start() not in told
                and is_old_identity_number(number)
                and number[:2] in _regions()
                and not _called(line, found.start(), _CODE_LABEL)
            ):
                where = place.at(line.offset(found.start()))
                yield Hit("identity_number_15", where, mask(number))


def _regions() -> frozenset[str]:
    """The codes of provinces: an old number has no other."""
    return frozenset(
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
        "50 51 52 53 54 61 62 63 64 65".split()
    )


@check("bank_card", "bank_account")
def bank_numbers(content: Content, context: Context) -> Iterator[Hit]:
    """Cards by their checksum and issuer, accounts by the word in front of them."""
    for place, line in _lines(content):
        taken = [found.span() for found in _identities(line, context.today)]
        for found in _CARD.finditer(line.text):
            bare = re.sub(r"[ -]", "", found.group())
            known = bare.startswith("62") or _called(line, found.start(), _CARD_LABEL)
            if not known or not is_bank_card(bare) or context.allows(bare):
                continue
            if _within(found.start(), taken) or _called(line, found.start(), _CODE_LABEL):
                continue
            taken.append(found.span())
            yield Hit("bank_card", place.at(line.offset(found.start())), mask(bare, 3, 4))
        for found in _ACCOUNT.finditer(line.text):
            start = found.start("it")
            if not _within(start, taken) and not context.allows(found["it"]):
                yield Hit("bank_account", place.at(line.offset(start)), mask(found["it"], 3, 4))


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


@check("mobile", "mobile_many")
def mobiles(content: Content, context: Context) -> Iterator[Hit]:
    """Mobile numbers; several different ones make a list of people."""
    seen: dict[str, Place] = {}
    for place, line in _lines(content):
        for found in _MOBILE.finditer(line.text):
            bare = re.sub(r"[\s+-]", "", found.group())[-11:]
            if context.allows(bare) or _called(line, found.start(), _CODE_LABEL):
                continue
            where = place.at(line.offset(found.start()))
            seen.setdefault(bare, where)
            yield Hit("mobile", where, mask(bare))
    if len(seen) >= limit("mobiles_in_a_list"):
        yield Hit("mobile_many", next(iter(seen.values())), "", {"count": len(seen)})


@check("landline")
def landlines(content: Content, context: Context) -> Iterator[Hit]:
    """Landline numbers with their area code."""
    for place, line in _lines(content):
        for found in _LANDLINE.finditer(line.text):
            main = re.sub(r"-\d{1,5}$", "", found.group()) if found.group().count("-") > 1 else ""
            if not context.allows(found.group()) and not (main and context.allows(main)):
                where = place.at(line.offset(found.start()))
                yield Hit("landline", where, mask(found.group(), 4, 2))


@check("personal_email")
def personal_mail(content: Content, _: Context) -> Iterator[Hit]:
    """Mail addresses at public mail houses."""
    houses = frozenset(settings()["personal_mail"])
    for place, raw in content.texts():
        if "@" not in raw and "＠" not in raw:
            continue
        line = spell(raw)
        for found in _MAIL.finditer(line.text):
            if found[1].lower() in houses:
                shown = f"{found.group()[0]}***@{found[1]}"
                yield Hit("personal_email", place.at(line.offset(found.start())), shown)


@check("passport")
def passports(content: Content, _: Context) -> Iterator[Hit]:
    """Numbers of passports and permits, by the word in front of them."""
    for place, line in _lines(content):
        for found in _PASSPORT.finditer(line.text):
            where = place.at(line.offset(found.start("it")))
            yield Hit("passport", where, mask(found["it"], 1, 2))


@check("licence_plate")
def licence_plates(content: Content, _: Context) -> Iterator[Hit]:
    """Plates of cars."""
    for place, raw in content.texts():
        line = spell(raw)
        for found in _PLATE.finditer(line.text):
            where = place.at(line.offset(found.start()))
            yield Hit("licence_plate", where, f"{found.group()[:2]}****")


@check("home_address")
def home_addresses(content: Content, context: Context) -> Iterator[Hit]:
    """Addresses down to the door, or called somebody's home; office buildings are not."""
    for place, raw in content.texts():
        if not any(sign in raw for sign in "住户室房单"):
            continue
        line = spell(raw)
        taken: list[tuple[int, int]] = []
        for found in _AT_HOME.finditer(line.text):
            if _PRECISE.search(found["it"]) and not _ours(found["it"], context):
                taken.append(found.span())
                where = place.at(line.offset(found.start("it")))
                yield Hit("home_address", where, f"{found['it'][:6]}……")
        for found in _TO_THE_DOOR.finditer(line.text):
            office = _OFFICE.search(found.group()) or _ours(found.group(), context)
            if not office and not _within(found.start(), taken):
                where = place.at(line.offset(found.start()))
                yield Hit("home_address", where, f"{found.group()[:6]}……")


def _ours(address: str, context: Context) -> bool:
    return any(one and (one in address or address in one) for one in context.addresses)
