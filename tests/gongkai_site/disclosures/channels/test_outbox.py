"""What waits goes out: in order, again after a while, once for each version."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from tests.gongkai_site.disclosures.channels.conftest import NOW

from gongkai_site.agencies import crypto
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.disclosures import hooks
from gongkai_site.disclosures.channels import outbox, service
from gongkai_site.disclosures.channels.models import Delivery, DeliveryState, Mode
from gongkai_site.disclosures.channels.wechat.client import Client
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow
from gongkai_site.disclosures.guard import serving
from gongkai_site.disclosures.models import Change, DisclosureEvent, EventKind, State

pytestmark = pytest.mark.django_db


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def queued(office: SimpleNamespace, **more: Any) -> Delivery:
    return service.queue(
        office.actor, office.document.pk, office.channels["wechat"], now=NOW, **more
    )


def run_for(hours: float, start: Any = NOW) -> None:
    """Let the worker look every minute for so long."""
    for minute in range(int(hours * 60) + 1):
        outbox.run(start + minutes(minute))


def test_a_document_goes_to_wechat_and_its_address_comes_back(office: SimpleNamespace) -> None:
    delivery = queued(office)
    assert outbox.run(NOW).under_way == 1
    assert outbox.run(NOW).under_way == 0, "it is looked at again after a minute only"
    assert outbox.run(NOW + minutes(1)).done == 1
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT and delivery.attempts == 1
    assert delivery.remote_url.startswith("https://mp.weixin.qq.com/s/")
    assert delivery.ended_at == NOW + minutes(1)
    [article] = office.wechat.articles()
    assert article["title"] == "关于公布试点企业名单的通告"
    assert article["content_source_url"] == (
        f"https://www.yunshan.example/content/2020/{office.document.pk}.html#v1"
    )
    event = DisclosureEvent.objects.get(kind=EventKind.CHANNEL_RECORDED)
    assert event.data["url"] == delivery.remote_url and "微信公众号" in event.note


def test_only_a_draft_is_made_where_people_publish_themselves(office: SimpleNamespace) -> None:
    office.account.mode = Mode.DRAFT
    office.account.save()
    delivery = queued(office)
    assert outbox.run(NOW).done == 1
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DRAFTED and delivery.remote_id == "draft-1"
    assert len(office.wechat.drafts) == 1 and not office.wechat.articles()
    assert not DisclosureEvent.objects.filter(kind=EventKind.CHANNEL_RECORDED).exists()
    with pytest.raises(Impossible, match="mp.weixin.qq.com"):
        service.confirm(office.actor, delivery.pk, "https://evil.example/")
    done = service.confirm(office.actor, delivery.pk, "https://mp.weixin.qq.com/s/abc", now=NOW)
    assert done.state == DeliveryState.SENT
    event = DisclosureEvent.objects.get(kind=EventKind.CHANNEL_RECORDED)
    assert event.data["url"] == "https://mp.weixin.qq.com/s/abc"
    with pytest.raises(NotAllowedNow, match="待发表"):
        service.confirm(office.actor, delivery.pk)


def test_pictures_are_handed_over_once(office: SimpleNamespace, picture: Any, publish: Any) -> None:
    address = picture(office.agency)
    office.document = publish(
        office.agency, body_html=f'<p>图</p><img src="{address}" alt="现场" width="60" height="40">'
    )
    queued(office)
    office.wechat.fail("draft/add", -1)
    run_for(0.2)
    assert len(office.wechat.pictures) == 1
    assert 'src="http://mmbiz.qpic.cn/mmbiz/1/0"' in office.wechat.articles()[0]["content"]


def test_a_picture_too_large_is_made_smaller(
    office: SimpleNamespace, picture: Any, publish: Any, monkeypatch: Any
) -> None:
    from gongkai_site.disclosures.channels.wechat import sending
    from gongkai_site.disclosures.channels.wechat.contract import contract

    small = {**contract(), "limits": {**contract()["limits"], "picture_bytes": 9000}}
    monkeypatch.setattr(sending, "contract", lambda: small)
    address = picture(office.agency, (1400, 1000))
    office.document = publish(office.agency, body_html=f'<p>图</p><img src="{address}" alt="现">')
    queued(office)
    run_for(0.1)
    assert len(office.wechat.pictures[0]) < 9000 and office.wechat.articles()


def test_the_cover_is_kept_at_wechat_once(office: SimpleNamespace, publish: Any) -> None:
    queued(office)
    run_for(0.1)
    office.document = publish(office.agency, "另一份")
    queued(office)
    run_for(0.1)
    assert len(office.wechat.covers) == 1 and len(office.wechat.articles()) == 2


def test_a_cover_somebody_deleted_is_handed_over_again(
    office: SimpleNamespace, publish: Any
) -> None:
    queued(office)
    run_for(0.1)
    office.wechat.covers.clear()
    office.document = publish(office.agency, "另一份")
    queued(office)
    run_for(0.2)
    assert len(office.wechat.articles()) == 2


def test_a_busy_system_is_tried_again_later_and_later(office: SimpleNamespace) -> None:
    delivery = queued(office)
    office.wechat.fail("draft/add", -1, -1, -1)
    at = NOW
    waited = []
    for _ in range(3):
        outbox.run(at)
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.WAITING and delivery.next_try is not None
        assert "系统繁忙（错误码 -1）" in delivery.error
        waited.append((delivery.next_try - at).total_seconds())
        at = delivery.next_try
    assert 54 <= waited[0] <= 66 and 270 <= waited[1] <= 330 and 810 <= waited[2] <= 990
    run_for(0.1, at)
    assert len(office.wechat.articles()) == 1


def test_the_wait_is_the_same_for_the_same_attempt_and_differs_between_deliveries() -> None:
    assert outbox.delay(7, 2) == outbox.delay(7, 2)
    assert len({outbox.delay(one, 3) for one in range(50)}) > 20


def test_it_stops_after_so_many_tries_and_tells_the_editor(
    office: SimpleNamespace, settings: Any
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    office.editor.email = "editor@yunshan.example"
    office.editor.save()
    delivery = queued(office)
    office.wechat.fail("draft/add", *[-1] * 50)
    at = NOW
    for _ in range(20):
        outbox.run(at)
        delivery.refresh_from_db()
        at = delivery.next_try or at + minutes(2000)
    assert delivery.state == DeliveryState.FAILED and delivery.attempts == 8
    assert office.wechat.calls["draft/add"] == 8
    [told] = mail.outbox
    assert told.to == ["editor@yunshan.example"] and "没有发出" in told.subject
    assert AuditEntry.objects.filter(action="delivery.failed").count() == 1


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [("draft/add", 45166, "微信不接受的内容"), ("freepublish/submit", 53503, "没有通过发布检查")]
    + [("freepublish/submit", 48001, "没有这个接口的权限"), ("stable_token", 40164, "IP 白名单")],
)
def test_what_a_person_must_see_to_stops_at_once(
    office: SimpleNamespace, path: str, code: int, says: str
) -> None:
    delivery = queued(office)
    office.wechat.fail(path, code)
    assert outbox.run(NOW).given_up == 1
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED and says in delivery.error


def test_the_days_quota_is_waited_for_till_the_next_day(office: SimpleNamespace) -> None:
    delivery = queued(office)
    office.wechat.fail("draft/add", 45009)
    outbox.run(NOW)
    delivery.refresh_from_db()
    assert delivery.next_try is not None
    assert delivery.next_try.isoformat() == "2020-03-02T16:10:00+00:00", "00:10 in China"


@pytest.mark.parametrize(
    ("status", "says"), [(2, "原创声明失败"), (3, "没有说明原因"), (4, "审核")]
)
def test_a_publication_that_fails_says_why(office: SimpleNamespace, status: int, says: str) -> None:
    delivery = queued(office)
    office.wechat.ends_with = status
    run_for(0.1)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED and says in delivery.error


def test_a_publication_that_failed_can_be_sent_again(office: SimpleNamespace) -> None:
    delivery = queued(office)
    office.wechat.ends_with = 4
    run_for(0.1)
    office.wechat.ends_with = 0
    again = service.retry(office.actor, delivery.pk)
    assert again.next_try is not None
    run_for(0.1, again.next_try)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT and len(office.wechat.articles()) == 1


def test_a_publication_that_never_ends_is_given_up(office: SimpleNamespace) -> None:
    delivery = queued(office)
    office.wechat.polls_until_done = 1000
    at = NOW
    for _ in range(60):
        outbox.run(at)
        at += minutes(61)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED and "一直没有给出" in delivery.error
    assert len(office.wechat.tasks) == 1


def test_a_token_that_ends_on_the_way_does_not_count_as_an_attempt(
    office: SimpleNamespace,
) -> None:
    delivery = queued(office)
    office.wechat.fail("draft/add", 42001)
    run_for(0.1)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT and delivery.attempts == 1


# --- never twice --------------------------------------------------------------------------------


class Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("number", range(1, 9))
def test_killed_after_any_call_it_is_published_once(
    office: SimpleNamespace, picture: Any, publish: Any, monkeypatch: Any, number: int
) -> None:
    address = picture(office.agency)
    office.document = publish(office.agency, body_html=f'<p>图</p><img src="{address}" alt="现">')
    delivery = queued(office)
    real, made = Client._once, [0]

    def once(self: Client, *rest: Any) -> Any:
        answer = real(self, *rest)
        made[0] += 1
        if made[0] == number:
            raise Killed
        return answer

    monkeypatch.setattr(Client, "_once", once)
    for minute in range(180):
        if minute == 30:
            office.wechat.finish_all()
        try:
            outbox.run(NOW + minutes(minute))
        except Killed:
            pass
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT and delivery.remote_id
    assert len(office.wechat.articles()) == 1 and len(office.wechat.tasks) == 1
    assert office.wechat.drafts == {}


@pytest.mark.parametrize("path", ["draft/add", "freepublish/submit", "freepublish/get"])
def test_an_answer_that_is_lost_does_not_publish_twice(office: SimpleNamespace, path: str) -> None:
    delivery = queued(office)
    office.wechat.drop(path)
    for minute in range(180):
        outbox.run(NOW + minutes(minute))
        if minute == 5:
            office.wechat.finish_all()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    assert len(office.wechat.articles()) == 1 and office.wechat.drafts == {}
    assert office.wechat.calls["draft/add"] == 1 and len(office.wechat.tasks) == 1


def test_one_version_goes_out_once(office: SimpleNamespace) -> None:
    queued(office)
    with pytest.raises(NotAllowedNow, match="不会再发一次"):
        queued(office)
    run_for(0.1)
    with pytest.raises(NotAllowedNow, match="不会再发一次"):
        queued(office)


def test_a_new_version_goes_out_again(office: SimpleNamespace, amend: Any) -> None:
    queued(office)
    run_for(0.1)
    amend(office.document)
    queued(office)
    run_for(0.1, NOW + minutes(60))
    assert [one["content_source_url"][-3:] for one in office.wechat.articles()] == ["#v2", "#v1"]


def test_a_new_version_takes_the_place_of_one_that_waits(
    office: SimpleNamespace, amend: Any
) -> None:
    first = queued(office)
    amend(office.document)
    queued(office)
    first.refresh_from_db()
    assert first.state == DeliveryState.OFF and "改发新的版本" in first.error
    with pytest.raises(NotAllowedNow, match="修订以前的版本"):
        service.retry(office.actor, first.pk)


def test_two_workers_do_not_take_the_same_delivery(office: SimpleNamespace) -> None:
    delivery = queued(office)
    assert outbox._claim(delivery.pk, NOW) is not None
    assert outbox._claim(delivery.pk, NOW) is None
    assert outbox._claim(delivery.pk, NOW + minutes(11)) is not None


# --- people -------------------------------------------------------------------------------------


def test_what_failed_is_sent_again_by_hand_with_another_title(office: SimpleNamespace) -> None:
    delivery = queued(office, title="很" * 40)
    run_for(0.1)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED and "最多32个字" in delivery.error
    service.retry(office.actor, delivery.pk, "名单公布")
    delivery.refresh_from_db()
    outbox.run(delivery.next_try)
    outbox.run(delivery.next_try + minutes(1))
    assert office.wechat.articles()[0]["title"] == "名单公布"


def test_what_waits_can_be_cancelled_and_taken_up_again(office: SimpleNamespace) -> None:
    delivery = queued(office)
    service.cancel(office.actor, delivery.pk)
    run_for(0.1)
    assert office.wechat.calls["draft/add"] == 0
    again = service.retry(office.actor, delivery.pk)
    outbox.run(again.next_try)
    assert office.wechat.calls["draft/add"] == 1


def test_what_is_with_wechat_cannot_be_cancelled(office: SimpleNamespace) -> None:
    office.wechat.polls_until_done = 9
    delivery = queued(office)
    outbox.run(NOW)
    with pytest.raises(NotAllowedNow, match="已经提交微信发布"):
        service.cancel(office.actor, delivery.pk)


def test_off_until_it_is_configured(office: SimpleNamespace) -> None:
    office.account.on = False
    office.account.save()
    with pytest.raises(NotAllowedNow, match="还没有启用"):
        queued(office)


def test_an_account_turned_off_keeps_what_waits(office: SimpleNamespace) -> None:
    delivery = queued(office)
    office.account.on = False
    office.account.save()
    run_for(0.1)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING and office.wechat.calls == {}


def test_without_its_key_the_secret_stays_shut(office: SimpleNamespace, keys_file: Any) -> None:
    delivery = queued(office)
    keys_file.unlink()
    crypto.ensure_keys()
    outbox.run(NOW)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED and "密钥" in delivery.error


# --- what follows a publication -----------------------------------------------------------------


def test_a_publication_waits_for_the_site_and_is_recorded_once_it_is_built(
    office: SimpleNamespace,
) -> None:
    ids = tuple(Change.objects.values_list("pk", flat=True))
    hooks.run_changes(ids)
    hooks.run_changes(ids)
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    assert sorted(waiting.values_list("channel__kind", flat=True)) == ["feed", "site"]
    assert outbox.settle_site(NOW) == 0
    Change.objects.update(built_at=NOW + minutes(1))
    assert outbox.settle_site(NOW + minutes(2)) == 2
    site = Delivery.objects.get(channel__kind="site")
    assert (site.state, site.ended_at) == (DeliveryState.SENT, NOW + minutes(1))


def test_kinds_that_go_by_themselves_are_sent_when_published(office: SimpleNamespace) -> None:
    office.account.auto_kinds = ["news"]
    office.account.save()
    hooks.run_changes(tuple(Change.objects.values_list("pk", flat=True)))
    assert Delivery.objects.filter(channel__kind="wechat").count() == 1


def test_what_was_imported_is_not_news(office: SimpleNamespace, publish: Any) -> None:
    office.account.auto_kinds = ["news"]
    office.account.save()
    publish(office.agency, "旧文件", imported=True)
    hooks.run_changes(tuple(Change.objects.values_list("pk", flat=True)))
    assert Delivery.objects.filter(channel__kind="wechat").count() == 1


def test_a_withdrawn_document_goes_nowhere(office: SimpleNamespace) -> None:
    delivery = queued(office)
    with serving():
        office.document.state = State.WITHDRAWN
        office.document.withdrawn_at = NOW
        office.document.save(update_fields=["state", "withdrawn_at"])
    hooks.run_changes(tuple(Change.objects.values_list("pk", flat=True)))
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.OFF and delivery.error == "文件已撤回"


def test_what_a_program_that_died_left_behind_is_followed(office: SimpleNamespace) -> None:
    outbox.minute(NOW + minutes(3))
    assert Delivery.objects.filter(channel__kind="site").count() == 1


def test_no_secret_reaches_a_row_or_the_log(
    office: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    queued(office)
    office.wechat.garble("stable_token", b"{}")
    run_for(0.2)
    held = (
        caplog.text + str(list(Delivery.objects.values())) + str(list(AuditEntry.objects.values()))
    )
    assert "0123456789abcdef0123456789abcdef" not in held and "token-1" not in held
