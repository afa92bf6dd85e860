"""Reminders: who hears of what, once a day; mail that is sent, tried again, given up."""

from __future__ import annotations

import gc
import smtplib
import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from tests.gongkai_site.info_requests.factories import (
    RESIDENT_ID,
    Bureau,
    make_bureau,
    second,
    workday,
)
from tests.gongkai_site.info_requests.office.conftest import Desk, words
from tests.gongkai_site.info_requests.office.smtp import post_office

from gongkai.casework import CHINA
from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import BUSINESS_ROLES, Role
from gongkai_site.conf import mail as mail_settings
from gongkai_site.conf.environment import SettingsError
from gongkai_site.info_requests import service
from gongkai_site.info_requests.models import Case, Outbox, OutboxState, Seal
from gongkai_site.info_requests.reminders import sending, timer
from gongkai_site.info_requests.reminders.run import Done, remind
from gongkai_site.info_requests.reminders.sending import Sent, send_waiting

pytestmark = pytest.mark.django_db

OFFICER, HEAD = Role.CASE_OFFICER, Role.DISCLOSURE_HEAD
DUE = date(2026, 3, 30)  # of a request handed in on 2 March 2026
KINDS = ("digest", "escalation")


@pytest.fixture(autouse=True)
def mail_off(settings: Any) -> None:
    """Nothing is mailed, as in an office that named no server."""
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}


@pytest.fixture
def mail_on(mail_off: None, settings: Any) -> None:
    """Mail goes into the tests' own box."""
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    mail.outbox.clear()


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


def run(day: date) -> Done:
    return remind(day, at(day))


def told(kind: str) -> list[tuple[str, str]]:
    """To whom notices of a kind were written, and their subjects."""
    held = Outbox.objects.filter(kind=kind, to=None).select_related("user").order_by("pk")
    return [(one.user.display_name if one.user else one.role, one.subject) for one in held]


def name(bureau: Bureau, role: Role) -> str:
    shown: str = bureau.users[role].display_name
    return shown


def test_a_day_with_nothing_near_brings_nothing(bureau: Bureau) -> None:
    bureau.case()
    assert run(date(2026, 3, 3)) == Done()
    assert told("digest") == []


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2026, 3, 25), "办理提醒 2026-03-25：三个工作日内到期 1 件"),
        (date(2026, 3, 30), "办理提醒 2026-03-30：今天到期 1 件"),
        (date(2026, 3, 31), "办理提醒 2026-03-31：逾期 1 件"),
    ],
)
def test_officer_and_head_hear_of_a_request_near_its_date(
    bureau: Bureau, day: date, says: str
) -> None:
    bureau.case()
    assert run(day).digests == 2
    assert sorted(told("digest")) == sorted(
        [(name(bureau, OFFICER), says), (name(bureau, HEAD), says)]
    )


def test_the_digest_tells_number_date_and_state_only(bureau: Bureau) -> None:
    bureau.case(applicant_name="独一无二", asked_name="独一无二的标题", identity=RESIDENT_ID)
    bureau.corrected_asked(bureau.case())
    bureau.submitted()
    run(DUE)
    body = Outbox.objects.filter(kind="digest").first().body
    assert body.splitlines() == [
        "示例市商务局依申请公开，2026-03-30 的情况：",
        "",
        "今天到期（1 件）",
        "  2026-00001 2026-03-30 今天到期（已登记）",
        "",
        "待确认收到（1 件）",
        "  2026-00003（待确认收到）",
        "",
        "等待对方（1 件）",
        "  2026-00002（待补正）",
        "",
        "请登录系统，在“依申请公开—办理列表”里办理。",
    ]
    told = "".join(one.subject + one.body for one in Outbox.objects.all())
    assert "独一无二" not in told
    assert RESIDENT_ID not in told


def test_each_officer_hears_of_their_own(bureau: Bureau) -> None:
    other = second(bureau, OFFICER)
    mine, theirs = bureau.case(), bureau.case()
    for case, user in ((mine, bureau.users[OFFICER].pk), (theirs, other.user_id)):
        service.assign(bureau.head, case.pk, assignee_id=user, now=bureau.clock())
    run(DUE)
    bodies = {one.user.display_name: one.body for one in Outbox.objects.filter(kind="digest")}
    assert mine.number in bodies[name(bureau, OFFICER)]
    assert theirs.number not in bodies[name(bureau, OFFICER)]
    assert theirs.number in bodies["张三"]
    assert mine.number in bodies[name(bureau, HEAD)]
    assert theirs.number in bodies[name(bureau, HEAD)]


def test_what_a_leaver_had_every_officer_hears_of(bureau: Bureau) -> None:
    other = second(bureau, OFFICER)
    case = bureau.case()
    service.assign(bureau.head, case.pk, assignee_id=other.user_id, now=bureau.clock())
    User.objects.filter(pk=other.user_id).update(is_active=False)
    run(DUE)
    assert name(bureau, OFFICER) in [who for who, _ in told("digest")]


def test_the_head_hears_before_the_date(bureau: Bureau) -> None:
    """Two working days before 30 March 2026, a Monday, is Thursday the 26th."""
    bureau.case()
    assert run(date(2026, 3, 25)).escalations == 0
    assert run(date(2026, 3, 26)).escalations == 1
    assert told("escalation") == [(name(bureau, HEAD), "申请 2026-00001 即将到期")]
    assert Outbox.objects.get(kind="escalation").body == (
        "申请 2026-00001 2026-03-30 到期，还有 2 个工作日，现在“已登记”。"
        "请督促办理；确需延期的，要在到期前同意并告知申请人。"
    )


def test_how_long_before_can_be_set(bureau: Bureau, settings: Any) -> None:
    settings.ESCALATE_DAYS = 5
    bureau.case()
    assert run(date(2026, 3, 20)).escalations == 0
    assert run(date(2026, 3, 23)).escalations == 1


def test_once_before_and_once_after_whatever_is_run(bureau: Bureau) -> None:
    bureau.case()
    for day in (26, 27, 30, 31):
        run(date(2026, 3, day))
        run(date(2026, 3, day))
    assert [subject for _, subject in told("escalation")] == [
        "申请 2026-00001 即将到期",
        "申请 2026-00001 已经逾期",
    ]
    assert len(told("digest")) == 2 * 4


def test_a_date_that_moves_is_put_before_the_head_again(bureau: Bureau) -> None:
    case = bureau.case()
    run(date(2026, 3, 26))
    bureau.clock.day, bureau.clock.minutes = date(2026, 3, 26), 0
    letter = service.propose_extension(
        bureau.officer, case.pk, days=3, reason="检索量大", now=bureau.clock()
    )
    service.extend(bureau.head, letter.pk, now=bureau.clock())
    assert Case.objects.get(pk=case.pk).due_on == date(2026, 4, 2)
    run(date(2026, 3, 27))
    assert len(told("escalation")) == 1
    run(date(2026, 3, 31))
    assert len(told("escalation")) == 2


def test_todays_digest_takes_the_place_of_yesterdays(bureau: Bureau) -> None:
    bureau.case()
    run(date(2026, 3, 26))
    run(date(2026, 3, 27))
    left = Outbox.objects.filter(kind="digest", read_at=None)
    assert {one.subject for one in left} == {"办理提醒 2026-03-27：三个工作日内到期 1 件"}
    assert Outbox.objects.filter(kind="digest").count() == 4


def test_a_closed_request_is_nobodys_worry(bureau: Bureau) -> None:
    bureau.closed(bureau.case())
    assert run(DUE) == Done()


def test_a_day_off_is_quiet_and_a_worked_saturday_is_not(bureau: Bureau) -> None:
    bureau.clock.day = date(2026, 1, 5)
    bureau.case()
    due = Case.objects.get().due_on
    assert due == workday(date(2026, 1, 5), 20) == date(2026, 2, 2)
    assert run(date(2026, 2, 1)) == Done(rest_day=True)
    Case.objects.update(sort_on=date(2026, 2, 14), due_on=date(2026, 2, 14))
    assert run(date(2026, 2, 14)).digests == 2


def test_a_year_without_holidays_is_no_excuse(bureau: Bureau) -> None:
    """Reminders go on when next year's notice is not loaded yet."""
    bureau.case()
    assert run(date(2027, 1, 2)).digests == 2


def test_bodies_hear_of_their_own_only(bureau: Bureau) -> None:
    other = make_bureau("邻商", "邻市商务局")
    bureau.case()
    run(DUE)
    assert not Outbox.objects.filter(user__in=other.users.values()).exists()


# --- mail ---------------------------------------------------------------------------------------


def test_no_mail_is_written_where_none_is_set_up(bureau: Bureau) -> None:
    User.objects.update(email="a@example.cn")
    bureau.case()
    run(DUE)
    assert not Outbox.objects.filter(kind__in=KINDS, to__isnull=False).exists()
    assert send_waiting(at(DUE)) == Sent()


def test_mail_goes_to_whoever_has_an_address(bureau: Bureau, mail_on: None) -> None:
    bureau.users[HEAD].email = "head@example.cn"
    bureau.users[HEAD].save()
    bureau.case(asked_name="独一无二的标题", email="")
    run(DUE)
    assert send_waiting(at(DUE)) == Sent(sent=2)
    assert {one.subject for one in mail.outbox} == {
        "【公开】办理提醒 2026-03-30：今天到期 1 件",
        "【公开】申请 2026-00001 即将到期",
    }
    assert all(one.to == ["head@example.cn"] for one in mail.outbox)
    assert all("独一无二" not in one.subject + one.body for one in mail.outbox)
    assert send_waiting(at(DUE)) == Sent()
    assert Outbox.objects.filter(state=OutboxState.SENT).count() == 2


def test_what_applicants_are_told_is_sent_too(bureau: Bureau, mail_on: None) -> None:
    bureau.submitted(email="xiaoming@example.cn")
    assert send_waiting(bureau.clock()) == Sent(sent=1)
    assert mail.outbox[0].to == ["xiaoming@example.cn"]


def letter(now: datetime) -> Outbox:
    """A mail that waits."""
    agency = make_bureau().agency
    return Outbox.objects.create(
        agency=agency, kind="digest", to=Seal.close("who@example.cn"), subject="提醒", body="提醒",
        created_at=now, not_before=now,
    )  # fmt: skip


def test_a_failed_mail_is_tried_again_later_and_later(
    db: None, mail_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise smtplib.SMTPServerDisconnected("who@example.cn")

    monkeypatch.setattr(sending.EmailMessage, "send", refuse)
    now = at(DUE)
    held = letter(now)
    waits = []
    for _ in range(5):
        assert send_waiting(now) == Sent(put_off=1)
        assert send_waiting(now) == Sent()
        held.refresh_from_db()
        waits.append(int((held.not_before - now).total_seconds() // 60))
        now = held.not_before
    assert waits == [1, 5, 30, 120, 360]
    assert send_waiting(now) == Sent(given_up=1)
    held.refresh_from_db()
    assert (held.state, held.tries) == (OutboxState.FAILED, 6)
    assert held.error == "没有发出：SMTPServerDisconnected"
    assert send_waiting(now + timedelta(days=1)) == Sent()


def test_a_mail_that_fails_once_goes_out_the_next_time(
    db: None, mail_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = sending.EmailMessage.send, []

    def sometimes(self: Any, **how: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise smtplib.SMTPResponseException(451, "later, who@example.cn")
        real(self, **how)

    monkeypatch.setattr(sending.EmailMessage, "send", sometimes)
    now = at(DUE)
    held = letter(now)
    assert send_waiting(now) == Sent(put_off=1)
    held.refresh_from_db()
    assert held.error == "邮件服务器答复 451"
    assert send_waiting(now + timedelta(minutes=1)) == Sent(sent=1)
    assert len(mail.outbox) == 1


def test_mail_of_days_ago_is_not_sent(db: None, mail_on: None) -> None:
    held = letter(at(DUE))
    assert send_waiting(at(DUE) + timedelta(days=6)) == Sent(given_up=1)
    held.refresh_from_db()
    assert held.error == "过期没有发出"
    assert mail.outbox == []


def test_two_senders_send_a_mail_once(db: None, mail_on: None) -> None:
    now = at(DUE)
    held = letter(now)
    stale = Outbox.objects.get(pk=held.pk)
    assert send_waiting(now) == Sent(sent=1)
    assert sending._claim(stale, now) is False


def test_nothing_in_the_log_names_an_address(
    db: None, mail_on: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("who@example.cn unreachable")

    monkeypatch.setattr(sending.EmailMessage, "send", refuse)
    held = letter(at(DUE))
    send_waiting(at(DUE))
    held.refresh_from_db()
    assert "who@" not in caplog.text + held.error


def named(settings: Any, said: str) -> None:
    """Set the office up as if its environment named a mail server."""
    environ = {"GONGKAI_MAIL": said, "GONGKAI_MAIL_FROM": "依申请公开 <office@example.cn>"}
    settings.MAILERS = mail_settings.mailers(environ)
    settings.DEFAULT_FROM_EMAIL = mail_settings.sender(environ)


def test_a_mail_server_named_by_the_environment_gets_the_mail(db: None, settings: Any) -> None:
    held = letter(at(DUE))
    with post_office() as post:
        named(settings, f"smtp://us%40er:p%2Fw@127.0.0.1:{post.port}")
        assert send_waiting(at(DUE)) == Sent(sent=1)
    assert (post.signed_in, post.recipients) == (["us@er p/w"], ["who@example.cn"])
    (got,) = post.mails
    assert (got["Subject"], got["To"]) == ("【公开】提醒", "who@example.cn")
    assert got["From"] == "依申请公开 <office@example.cn>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content().strip() == "提醒"
    held.refresh_from_db()
    assert held.state == OutboxState.SENT


def test_what_a_mail_server_refuses_is_told_without_the_address(db: None, settings: Any) -> None:
    held = letter(at(DUE))
    with post_office() as post:
        post.refused.add("who@example.cn")
        named(settings, f"smtp://127.0.0.1:{post.port}")
        assert send_waiting(at(DUE)) == Sent(put_off=1)
    held.refresh_from_db()
    assert (held.error, post.mails) == ("邮件服务器拒绝了收件地址", [])


def test_a_mail_server_that_is_away_is_tried_again(db: None, settings: Any) -> None:
    held = letter(at(DUE))
    with post_office() as post:
        pass
    named(settings, f"smtp://127.0.0.1:{post.port}")
    assert send_waiting(at(DUE)) == Sent(put_off=1)
    held.refresh_from_db()
    assert held.error == "没有发出：ConnectionRefusedError"


# Django leaves the connection of a failed STARTTLS to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_mail_server_without_tls_gets_nothing_where_tls_is_asked(db: None, settings: Any) -> None:
    letter(at(DUE))
    with post_office() as post:
        named(settings, f"smtp+tls://user:secret@127.0.0.1:{post.port}")
        assert send_waiting(at(DUE)) == Sent(put_off=1)
    assert (post.signed_in, post.mails) == ([], [])
    gc.collect()


@pytest.mark.parametrize(
    ("said", "backend", "options"),
    [
        ("", "dummy", None),
        ("console", "console", None),
        (
            "smtp+tls://us%40er:p%2Fw@mail.example.cn",
            "smtp",
            {"host": "mail.example.cn", "port": 587, "username": "us@er", "password": "p/w",
             "use_tls": True, "use_ssl": False, "timeout": 20},
        ),
        (
            "smtps://mail.example.cn:466",
            "smtp",
            {"host": "mail.example.cn", "port": 466, "username": "", "password": "",
             "use_tls": False, "use_ssl": True, "timeout": 20},
        ),
    ],
)  # fmt: skip
def test_mail_is_set_up_by_one_address(said: str, backend: str, options: Any) -> None:
    environ = {"GONGKAI_MAIL": said, "GONGKAI_MAIL_FROM": "office@example.cn"}
    found = mail_settings.mailers(environ)["default"]
    assert found["BACKEND"] == f"django.core.mail.backends.{backend}.EmailBackend"
    assert found.get("OPTIONS") == options


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"GONGKAI_MAIL": "mail.example.cn"}, "GONGKAI_MAIL 无法识别"),
        ({"GONGKAI_MAIL": "smtp://mail.example.cn"}, "还要设置 GONGKAI_MAIL_FROM"),
    ],
)
def test_mail_set_up_by_halves_is_refused(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        mail_settings.mailers(environ)


@pytest.mark.parametrize("said", ["0", "-1", "二", "21"])
def test_the_head_must_hear_before_the_date(said: str) -> None:
    with pytest.raises(SettingsError, match="到期前几个工作日报负责人"):
        mail_settings.escalate_days({"GONGKAI_ESCALATE_DAYS": said})
    assert mail_settings.escalate_days({"GONGKAI_ESCALATE_DAYS": "3"}) == 3
    assert mail_settings.escalate_days({}) is None


# --- the command and the timer ------------------------------------------------------------------


def test_the_command_says_what_it_did(bureau: Bureau, capsys: Any) -> None:
    call_command("send_reminders")
    said = capsys.readouterr().out
    assert "没有设置邮件服务器（GONGKAI_MAIL），没有发邮件。" in said


def test_the_timer_waits_for_the_hour_and_does_a_day_once(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.case()
    seen: list[date] = []
    monkeypatch.setattr(timer, "remind", lambda day, now: seen.append(day))
    clock = timer.Timer()
    for hour, minute in ((8, 0), (8, 29), (8, 30), (8, 31), (12, 0)):
        clock.tick(at(DUE).replace(hour=hour, minute=minute))
    clock.tick(at(date(2026, 3, 31)))
    assert seen == [DUE, date(2026, 3, 31)]


def test_one_failure_does_not_stop_the_clock(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[datetime] = []

    def broken(*_: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(timer, "remind", broken)
    monkeypatch.setattr(timer, "send_waiting", sent.append)
    timer.Timer().tick(at(DUE))
    assert len(sent) == 1
    assert "a worker's round failed" in caplog.text


def test_the_thread_ends_when_told(db: None) -> None:
    stop = threading.Event()
    stop.set()
    thread = timer.start(stop)
    thread.join(5)
    assert not thread.is_alive()


# --- the page -----------------------------------------------------------------------------------


def test_notices_are_read_one_by_one_or_all(desk: Desk) -> None:
    desk.bureau.case()
    run(date(2026, 3, 26))
    run(date(2026, 3, 27))
    client = desk.sits(HEAD)
    page = words(client.get("/staff/office/notices/"))
    assert "通知 2 条未读" in page
    assert "申请 2026-00001 即将到期" in page
    assert "2026-00001 2026-03-30 还有 1 个工作日（已登记）" in page
    assert "系统还没有设置邮件服务器" in page
    first = Outbox.objects.filter(kind="escalation").get()
    client.post("/staff/office/notices/read", {"notice": first.pk})
    assert "1 条未读" in words(client.get("/staff/office/notices/?unread"))
    client.post("/staff/office/notices/read")
    assert "没有未读的通知" in words(client.get("/staff/office/notices/?unread"))


def test_a_role_notice_is_read_for_everybody(desk: Desk) -> None:
    desk.bureau.submitted()
    second(desk.bureau, OFFICER)
    User.objects.update(is_demo=True)
    client = desk.sits(OFFICER)
    assert "发给岗位，一人看过即可" in words(client.get("/staff/office/notices/"))
    client.post("/staff/office/notices/read")
    assert Outbox.objects.filter(role="case_officer", read_at=None).count() == 0


def test_nobody_reads_anothers_notices(desk: Desk) -> None:
    desk.bureau.case()
    run(DUE)
    theirs = Outbox.objects.filter(user=desk.bureau.users[HEAD]).first()
    client = desk.sits(OFFICER)
    client.post("/staff/office/notices/read", {"notice": theirs.pk})
    theirs.refresh_from_db()
    assert theirs.read_at is None
    assert "即将到期" not in words(client.get("/staff/office/notices/"))


def test_mail_that_failed_is_shown(desk: Desk) -> None:
    desk.bureau.submitted()
    Outbox.objects.filter(to__isnull=False).update(state=OutboxState.FAILED, error="答复 550")
    page = words(desk.sits(OFFICER).get("/staff/office/notices/"))
    assert "没有发出去的邮件" in page
    assert "答复 550" in page
    assert "xiaoming" not in page


@pytest.mark.parametrize("role", sorted(BUSINESS_ROLES))
def test_who_has_notices(desk: Desk, role: Role) -> None:
    sees = role in (OFFICER, HEAD, Role.WINDOW, Role.LEGAL, Role.BUSINESS_OFFICE)
    client = desk.sits(role)
    assert client.get("/staff/office/notices/").status_code == (200 if sees else 403)
    assert client.post("/staff/office/notices/read").status_code == (302 if sees else 403)


def test_nobody_signed_out_has_notices(db: None) -> None:
    assert Client().get("/staff/office/notices/").status_code == 302
