"""The guide, the receipt, error pages; and what must stand nowhere."""

from __future__ import annotations

import io
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.gongkai_site.info_requests.factories import RESIDENT_ID, Bureau, make_bureau
from tests.gongkai_site.portal.citizen import (
    SECRETS,
    Citizen,
    carried,
    receipt_in,
    text_of,
)

from gongkai_site.agencies.models import Agency
from gongkai_site.conf import environment
from gongkai_site.disclosures import hooks
from gongkai_site.portal import receipts
from gongkai_site.portal.models import Draft

pytestmark = pytest.mark.django_db


# --- how to ask ---------------------------------------------------------------------------------


def test_the_only_body_is_shown_at_once(bureau: Bureau) -> None:
    answer = Client().get("/request/")
    assert answer["Location"] == reverse("portal:agency", args=[bureau.agency.pk])


def test_bodies_in_being_are_listed_and_found(bureau: Bureau) -> None:
    other = make_bureau("示教", "示例市教育局").agency
    gone = make_bureau("示旧", "示例市旧局").agency
    Agency.objects.filter(pk=gone.pk).update(valid_until="2025-12-31")
    text = text_of(Client().get("/request/"))
    assert bureau.agency.name in text
    assert other.name in text
    assert gone.name not in text
    answer = Client().get("/request/", {"q": "教育"})
    found = text_of(answer)
    assert other.name in found
    assert reverse("portal:agency", args=[bureau.agency.pk]) not in answer.content.decode()
    assert "没有名称含“外星”的机关" in text_of(Client().get("/request/", {"q": "外星"}))
    assert Client().get(reverse("portal:agency", args=[gone.pk])).status_code == 404


def test_the_guide_tells_what_the_law_wants_told(bureau: Bureau) -> None:
    text = text_of(Client().get(reverse("portal:agency", args=[bureau.agency.pk])))
    for words in (
        bureau.agency.address,
        bureau.agency.phone,
        "000-00000001",
        "工作日9:00—12:00，14:00—17:00",
        "示例市商务局办公室",
        "示例市人民政府",
        "在 20 个工作日内答复",
        "最多再加 20 个工作日",
        "7 个工作日内一次告诉您",
        "不收费",
        "条例第四十三条",
        "代为填写",
    ):
        assert words in text, words


def test_a_body_about_which_little_is_known_still_has_its_page(db: None) -> None:
    bare = Agency.objects.create(code="空", name="示例县空局", valid_from="2019-01-01")
    answer = Client().get(reverse("portal:agency", args=[bare.pk]))
    assert "请向机关总机查询" in text_of(answer)


# --- the receipt --------------------------------------------------------------------------------


def test_the_receipt_stays_in_its_browser_for_a_while(
    citizen: Citizen, clock: time_machine.Coordinates
) -> None:
    draft = citizen.filled()
    answer = citizen.client.post(citizen.address(draft, "check"))
    assert answer.status_code == 303
    number, code = receipt_in(citizen.client.get(answer["Location"]))
    assert receipt_in(citizen.client.get(answer["Location"])) == (number, code)
    assert code.encode() not in bytes(Draft.objects.get().sealed)
    stranger = Citizen(citizen.agency_id)
    stranger.begin()
    for name in ("receipt", "receipt-pdf"):
        assert stranger.client.get(reverse(f"portal:{name}", args=[draft])).status_code == 404
    clock.shift(timedelta(hours=3))
    answer = citizen.client.get(reverse("portal:receipt", args=[draft]))
    assert answer.status_code == 404
    assert "回执已经不再显示" in text_of(answer)
    assert code not in text_of(answer)


def test_there_is_no_receipt_before_something_was_sent(citizen: Citizen) -> None:
    draft = citizen.filled()
    assert citizen.client.get(reverse("portal:receipt", args=[draft])).status_code == 404


def test_the_receipt_is_a_tagged_pdf_with_number_and_code(citizen: Citizen) -> None:
    import pdfplumber
    import pikepdf

    draft = citizen.filled()
    number, code = receipt_in(citizen.client.post(citizen.address(draft, "check"), follow=True))
    answer = citizen.client.get(reverse("portal:receipt-pdf", args=[draft]))
    assert answer["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(answer.content)) as opened:
        text = "".join(page.extract_text() for page in opened.pages)
        assert len(opened.pages) == 1
    for words in (number, code, "示例市商务局", "http://testserver/request/track/"):
        assert words in text
    for secret in (RESIDENT_ID, "王小明", "010-12345678"):
        assert secret not in text
    with pikepdf.open(io.BytesIO(answer.content)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang).lower().startswith("zh")


def test_the_code_on_the_receipt_leads_to_the_entrance_and_tells_no_code(
    citizen: Citizen,
) -> None:
    size, path = receipts.qr_path("http://testserver/request/track/#2026-00001")
    answer = citizen.client.post(citizen.address(citizen.filled(), "check"), follow=True)
    assert f'd="{path}"' in answer.content.decode()
    assert path.count("M") > size
    # Three finder patterns, one in each corner but one, inside a quiet zone of four.
    for x, y in ((4, 4), (size - 11, 4), (4, size - 11)):
        for step in range(7):
            assert f"M{x + step} {y}h" in path
            assert f"M{x} {y + step}h" in path


# --- what must stand nowhere --------------------------------------------------------------------


def test_no_person_in_an_address_a_header_a_title_or_the_log(
    citizen: Citizen, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[Any] = []
    inner = citizen.client.request

    def heard(*args: Any, **kwargs: Any) -> Any:
        answers.append(inner(*args, **kwargs))
        return answers[-1]

    monkeypatch.setattr(citizen.client, "request", heard)
    citizen.begin(what="")
    draft = citizen.filled()
    citizen.send(draft, "who", identity=RESIDENT_ID[:-1] + "1")
    citizen.send(draft, "who")
    for step in ("what", "how", "who", "contact", "files", "check"):
        citizen.page(draft, step)
    number, code = receipt_in(citizen.client.post(citizen.address(draft, "check"), follow=True))
    citizen.client.get(reverse("portal:receipt-pdf", args=[draft]))
    citizen.track(number, "AAAA-BBBB-CCCC")
    citizen.track(number, code)
    citizen.client.post(reverse("portal:withdraw"))
    citizen.client.get("/request/nowhere/")
    assert len(answers) > 20
    secrets = (*SECRETS, RESIDENT_ID[:-1] + "1", code)
    for answer in answers:
        place = answer.request["PATH_INFO"] + answer.request.get("QUERY_STRING", "")
        headers = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
        cookies = answer.cookies.output()
        title = "".join(re.findall(r"<title>.*?</title>", answer.content.decode("utf-8", "ignore")))
        for secret in (*secrets, number):
            assert secret not in place + title
            assert secret not in cookies
            if "attachment" not in headers:
                assert secret not in headers
    for secret in secrets:
        assert secret not in caplog.text
    assert number not in caplog.text


def test_a_failing_database_tells_the_log_its_kind_and_no_words(
    citizen: Citizen, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DataError

    from gongkai_site.portal.views import apply

    def fail(*args: object, **kwargs: object) -> Any:
        raise DataError(f"Failing row contains ({RESIDENT_ID}, 王小明)")

    draft = citizen.filled()
    monkeypatch.setattr(apply.service, "submit", fail)
    assert citizen.client.post(citizen.address(draft, "check")).status_code == 503
    assert "DataError" in caplog.text
    assert RESIDENT_ID not in caplog.text
    assert "王小明" not in caplog.text


def test_what_a_page_carries_is_sealed(citizen: Citizen) -> None:
    import base64

    page = citizen.page(citizen.filled(), "check")
    sealed = base64.urlsafe_b64decode(carried(page))
    for secret in SECRETS:
        assert secret.encode() not in sealed


def test_personal_pages_are_kept_by_no_cache_and_found_by_no_engine(citizen: Citizen) -> None:
    draft = citizen.filled()
    pages = [citizen.page(draft, step) for step in ("what", "who", "check")]
    pages.append(citizen.client.post(citizen.address(draft, "check"), follow=True))
    pages.append(citizen.client.get(reverse("portal:track")))
    for answer in pages:
        assert "no-store" in answer["Cache-Control"]
        assert 'name="robots" content="noindex"' in answer.content.decode()
        assert answer["Referrer-Policy"] == "same-origin"
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert not re.search(r"<[^>]+\sstyle=|<style|onclick=", answer.content.decode())


# --- error pages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/request/nowhere/", "/request/to/999/", "/request/forms/x/what/"]
)
def test_an_address_without_a_page_says_where_to_go(db: None, address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 404
    assert "依申请公开首页" in text_of(answer)
    assert "报告台" not in text_of(answer)


def test_an_error_of_ours_is_a_page_of_the_publics(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai_site.portal.views import guide

    def broken(*args: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(guide, "law_words", broken)
    client = Client(raise_request_exception=False)
    answer = client.get(reverse("portal:agency", args=[bureau.agency.pk]))
    assert answer.status_code == 500
    assert "不是您的操作有问题" in text_of(answer)


def test_what_is_far_too_long_is_told(citizen: Citizen) -> None:
    answer = citizen.begin(description="长" * 1_000_000)
    assert answer.status_code == 413
    assert "请返回上一页，减少内容" in text_of(answer)


def test_the_report_desk_shows_the_way_here(db: None) -> None:
    assert 'href="/request/"' in Client().get("/reports/").content.decode()


def test_the_number_of_proxies_is_a_number() -> None:
    assert environment.proxies({}) == 0
    assert environment.proxies({"GONGKAI_PROXIES": " 2 "}) == 2
    with pytest.raises(environment.SettingsError, match="反向代理的层数"):
        environment.proxies({"GONGKAI_PROXIES": "yes"})


def test_the_command_sweeps(citizen: Citizen, clock: time_machine.Coordinates) -> None:
    citizen.filled()
    clock.shift(timedelta(days=2))
    out = io.StringIO()
    call_command("sweep_drafts", stdout=out)
    assert out.getvalue() == "清除 1 份。\n"


def test_a_worker_sweeps_as_it_runs(citizen: Citizen, clock: time_machine.Coordinates) -> None:
    citizen.filled()
    hooks.run_minute(timezone.now() + timedelta(hours=12))
    assert Draft.objects.count() == 1
    hooks.run_minute(timezone.now() + timedelta(days=2))
    assert Draft.objects.count() == 0
