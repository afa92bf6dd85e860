"""Channels recorded by hand, their settings, and who may do what."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from gongkai_site.agencies.actors import Refused
from gongkai_site.agencies.models import AuditEntry
from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures.channels import configuring, outbox, service
from gongkai_site.disclosures.channels.models import Channel, Delivery, DeliveryState, WeChatAccount
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow
from gongkai_site.disclosures.models import DisclosureEvent

pytestmark = pytest.mark.django_db


def test_every_body_has_its_standing_channels_once(make_agency: Any) -> None:
    agency = make_agency()
    first = service.standing_channels(agency.pk)
    assert service.standing_channels(agency.pk) == first
    assert sorted(first) == ["feed", "reading_place", "site", "wechat"]
    assert WeChatAccount.objects.filter(on=True).count() == 0


def test_a_newspaper_is_entered_and_a_publication_recorded(office: SimpleNamespace) -> None:
    paper = service.add_channel(office.actor, office.agency.pk, "press", " 云山日报 ")
    made = service.record_by_hand(
        office.actor, office.document.pk, paper, date(2020, 3, 2), "第2版"
    )
    assert (made.state, made.hand, made.on) == (DeliveryState.SENT, True, date(2020, 3, 2))
    event = DisclosureEvent.objects.get(kind="channel_recorded")
    assert event.note == "云山日报 2020-03-02 第2版"
    assert event.data == {"channel": "press", "name": "云山日报", "on": "2020-03-02"}
    again = service.record_by_hand(office.actor, office.document.pk, paper, date(2020, 3, 3))
    assert again.pk != made.pk, "a paper may print it on two days"


@pytest.mark.parametrize(
    ("on", "says"), [(date(2999, 1, 1), "不能晚于今天"), (date(2020, 2, 27), "不能早于成文日期")]
)
def test_a_day_that_cannot_be_is_refused(office: SimpleNamespace, on: date, says: str) -> None:
    paper = service.add_channel(office.actor, office.agency.pk, "press", "云山日报")
    with pytest.raises(Impossible, match=says):
        service.record_by_hand(office.actor, office.document.pk, paper, on)


def test_what_records_itself_is_not_recorded_by_hand(office: SimpleNamespace) -> None:
    with pytest.raises(Impossible, match="由系统自己记录"):
        service.record_by_hand(
            office.actor, office.document.pk, office.channels["site"], date(2020, 3, 2)
        )
    with pytest.raises(Impossible, match="不用登记"):
        service.add_channel(office.actor, office.agency.pk, "wechat", "另一个")
    with pytest.raises(NotAllowedNow, match="系统自带"):
        service.close_channel(office.actor, office.channels["site"])


def test_a_channel_is_closed_and_taken_up_again(office: SimpleNamespace) -> None:
    paper = service.add_channel(office.actor, office.agency.pk, "press", "云山日报")
    service.close_channel(office.actor, paper)
    with pytest.raises(Impossible, match="已经停用"):
        service.record_by_hand(office.actor, office.document.pk, paper, date(2020, 3, 2))
    assert service.add_channel(office.actor, office.agency.pk, "press", "云山日报").pk == paper.pk
    with pytest.raises(Impossible, match="已经有"):
        service.add_channel(office.actor, office.agency.pk, "press", "云山日报")


@pytest.mark.parametrize("role", sorted(set(Role) - {"editor", "issuer", "disclosure_head"}))
def test_others_may_not(office: SimpleNamespace, make_staff: Any, actor: Any, role: Role) -> None:
    other = actor(make_staff(role, agency=office.agency))
    with pytest.raises(Refused):
        service.queue(other, office.document.pk, office.channels["wechat"])
    with pytest.raises(Refused):
        service.add_channel(other, office.agency.pk, "press", "云山日报")
    if role != Role.SYSTEM_ADMIN:
        with pytest.raises(Refused):
            configuring.account_for(other, office.agency.pk)


def test_people_of_another_body_may_not(
    office: SimpleNamespace, make_agency: Any, make_staff: Any, actor: Any
) -> None:
    other = actor(make_staff(Role.EDITOR, agency=make_agency("云山县教育局")))
    with pytest.raises(Refused):
        service.queue(other, office.document.pk, office.channels["wechat"])
    delivery = service.queue(office.actor, office.document.pk, office.channels["wechat"])
    for verb in (service.retry, service.cancel):
        with pytest.raises(Refused):
            verb(other, delivery.pk)


def test_the_site_built_here_is_the_original(office: SimpleNamespace) -> None:
    from gongkai_site.disclosures.channels.links import site_address
    from gongkai_site.portal.models import Site

    assert site_address(office.agency.pk) == "https://www.yunshan.example"
    Site.objects.create(agency=office.agency, name="云山商务", domain="swj.yunshan.example")
    assert site_address(office.agency.pk) == "https://swj.yunshan.example"


# --- settings -----------------------------------------------------------------------------------


def given(**changed: Any) -> dict[str, Any]:
    return {
        "app_id": "wx0123456789abcdef",
        "secret": "0123456789abcdef0123456789abcdef",
        "host": "api.weixin.qq.com",
        "mode": "draft",
        "auto_kinds": ["news"],
        "on": True,
        "cover": None,
    } | changed


@pytest.fixture
def admin(office: SimpleNamespace, make_staff: Any, actor: Any) -> Any:
    return actor(make_staff(Role.SYSTEM_ADMIN, agency=office.agency))


def test_the_secret_is_sealed_and_in_no_log(office: SimpleNamespace, admin: Any) -> None:
    account = configuring.configure(admin, office.account, given(secret="S" * 32))
    assert b"SSSS" not in bytes(account.secret)
    assert "SSSS" not in str(list(AuditEntry.objects.values()))
    kept = configuring.configure(admin, account, given(secret=""))
    assert bytes(kept.secret) == bytes(account.secret)


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"host": "evil.example"}, "官方的域名"), ({"auto_kinds": ["x"]}, "列出的选项")]
    + [({"app_id": ""}, "启用前请填写"), ({"cover": b"GIF89a"}, "不是可以使用的图片")],
)
def test_settings_that_cannot_be_are_refused(
    office: SimpleNamespace, admin: Any, changed: dict[str, Any], says: str
) -> None:
    with pytest.raises(Impossible, match=says):
        configuring.configure(admin, office.account, given(**changed))


def test_a_cover_is_made_to_fit(office: SimpleNamespace, admin: Any) -> None:
    import io
    import random

    from PIL import Image

    noise = Image.frombytes("RGB", (1200, 800), random.Random(1).randbytes(1200 * 800 * 3))
    out = io.BytesIO()
    noise.save(out, "PNG")
    account = configuring.configure(admin, office.account, given(cover=out.getvalue()))
    assert len(account.cover) <= 65_536
    assert Image.open(io.BytesIO(account.cover)).size == (900, 383)


def test_the_connection_can_be_checked(office: SimpleNamespace, admin: Any) -> None:
    assert configuring.check(admin, office.account).check_error == ""
    office.wechat.fail("stable_token", 40164)
    assert "IP 白名单" in configuring.check(admin, office.account).check_error


# --- pages --------------------------------------------------------------------------------------


def test_the_list_keeps_its_filters_and_says_what_to_do(
    office: SimpleNamespace, signed_in: Any, publish: Any
) -> None:
    client = signed_in(office.editor)
    page = client.get(reverse("channels:list")).content.decode()
    assert "还没有记录" in page
    service.queue(office.actor, office.document.pk, office.channels["wechat"])
    office.wechat.fail("draft/add", 48001)
    from django.utils import timezone

    outbox.run(timezone.now())
    wechat = office.channels["wechat"].pk
    query = f"?state=failed&channel={wechat}&q=名单"
    page = client.get(reverse("channels:list") + query).content.decode()
    assert "公众号没有这个接口的权限（需要通过微信认证）（错误码 48001）" in page
    assert f'<option value="{wechat}" selected>' in page and 'value="名单"' in page
    assert "重新发送" in page and 'name="state" value="failed"' in page
    nothing = client.get(reverse("channels:list") + "?q=无此文件").content.decode()
    assert "没有符合条件的记录" in nothing
    for odd in ("?state=xx", "?channel=abc", "?after=x", "?after=" + "9" * 40, "?q=" + "长" * 90):
        assert client.get(reverse("channels:list") + odd).status_code == 200


def test_a_failed_delivery_is_sent_again_from_the_list(
    office: SimpleNamespace, signed_in: Any
) -> None:
    client = signed_in(office.editor)
    delivery = service.queue(office.actor, office.document.pk, office.channels["wechat"])
    answer = client.post(reverse("channels:act", args=[delivery.pk, "cancel"]), follow=True)
    assert "已经取消，不再发送。" in answer.content.decode()
    answer = client.post(reverse("channels:act", args=[delivery.pk, "retry"]), follow=True)
    assert "已经重新排队" in answer.content.decode()
    answer = client.post(reverse("channels:act", args=[delivery.pk, "retry"]), follow=True)
    assert "只有没有成功或者已经取消的" in answer.content.decode()
    assert client.post(reverse("channels:act", args=[99999, "retry"])).status_code == 404


def test_a_document_is_sent_and_recorded_from_its_page(
    office: SimpleNamespace, signed_in: Any
) -> None:
    client = signed_in(office.editor)
    where = reverse("channels:document", args=[office.document.pk])
    assert "还没有由人登记的渠道" in client.get(where).content.decode()
    paper = service.add_channel(office.actor, office.agency.pk, "press", "云山日报")
    record = reverse("channels:record", args=[office.document.pk])
    facts = {"channel": paper.pk, "on": "2999-01-01", "note": ""}
    refused = client.post(record, facts)
    assert refused.status_code == 422 and "公开日期不能晚于今天" in refused.content.decode()
    page = client.post(record, facts | {"on": "2020-03-02"}, follow=True).content.decode()
    assert "已登记：云山日报。" in page and "2020-03-02" in page
    send = reverse("channels:send", args=[office.document.pk])
    page = client.post(send, {"title": "名单公布"}, follow=True).content.decode()
    assert "已排队" in page and "这一版正在等待发送。" in page
    assert Delivery.objects.get(channel__kind="wechat").title == "名单公布"
    assert client.post(send, {"title": ""}).status_code == 422
    delivery = Delivery.objects.get(channel__kind="wechat")
    service.cancel(office.actor, delivery.pk)
    page = client.get(where).content.decode()
    assert "上次的发送已取消，可以重新发送。" in page and 'value="名单公布"' in page
    again = {"document": "1", "title": "试点名单"}
    client.post(reverse("channels:act", args=[delivery.pk, "retry"]), again)
    delivery.refresh_from_db()
    assert (delivery.title, delivery.state) == ("试点名单", DeliveryState.WAITING)


def test_a_draft_that_was_published_is_recorded_from_its_page(
    office: SimpleNamespace, signed_in: Any
) -> None:
    from django.utils import timezone

    client = signed_in(office.editor)
    office.account.mode = "draft"
    office.account.save()
    delivery = service.queue(office.actor, office.document.pk, office.channels["wechat"])
    outbox.run(timezone.now())
    page = client.get(reverse("channels:document", args=[office.document.pk])).content.decode()
    assert "请登录微信公众平台发表，再回来登记" in page
    confirm = reverse("channels:act", args=[delivery.pk, "confirm"])
    facts = {"document": "1", "url": "https://mp.weixin.qq.com/s/abc"}
    page = client.post(confirm, facts, follow=True).content.decode()
    assert "已登记发表。" in page and 'href="https://mp.weixin.qq.com/s/abc"' in page


def test_the_article_is_shown_as_wechat_will(office: SimpleNamespace, signed_in: Any) -> None:
    client = signed_in(office.editor)
    where = reverse("channels:preview", args=[office.document.pk])
    page = client.get(where).content.decode()
    assert "经审核，现公布名单。" in page and "阅读原文" in page
    page = client.get(where, {"title": "很" * 40}).content.decode()
    assert "最多32个字" in page


def test_a_draft_has_no_channels_yet(office: SimpleNamespace, signed_in: Any, publish: Any) -> None:
    client = signed_in(office.editor)
    row = publish(office.agency, "草稿", state="draft", published_at=None, nature="")
    assert client.get(reverse("channels:document", args=[row.pk])).status_code == 404


def test_the_administrator_sets_the_account_up(
    office: SimpleNamespace, signed_in: Any, make_staff: Any
) -> None:
    client = signed_in(make_staff(Role.SYSTEM_ADMIN, agency=office.agency))
    where = reverse("channels:settings")
    page = client.get(where).content.decode()
    assert "已经保存，不再显示" in page and "0123456789abcdef0123456789abcdef" not in page
    facts = {k: v for k, v in given(on="", secret="").items() if k != "cover"}
    assert "现在没有启用" in client.post(where, facts, follow=True).content.decode()
    bad = client.post(where, facts | {"host": "evil.example"})
    assert bad.status_code == 422
    page = client.post(reverse("channels:check"), follow=True).content.decode()
    assert "连接成功" in page


def test_staff_without_the_role_are_told_whose_it_is(
    office: SimpleNamespace, signed_in: Any, make_staff: Any
) -> None:
    client = signed_in(make_staff(Role.WINDOW, agency=office.agency))
    for name in ("list", "registry", "places", "settings"):
        assert client.get(reverse(f"channels:{name}")).status_code in {302, 403}
    assert Channel.objects.count() == 4
