"""What people do with channels: one function a verb, with permission, rows and audit together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai_site.agencies.service import SYSTEM, Actor, audit, require
from gongkai_site.disclosures.channels.house import house
from gongkai_site.disclosures.channels.models import (
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    WeChatAccount,
)
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow, UnknownDisclosure
from gongkai_site.disclosures.models import Disclosure, EventKind, State
from gongkai_site.disclosures.permissions import Permission
from gongkai_site.disclosures.service.core import opened

__all__ = [
    "CONFIGURE",
    "add_channel",
    "cancel",
    "close_channel",
    "confirm",
    "edition_of",
    "editions_of",
    "follow",
    "published",
    "queue",
    "record_by_hand",
    "retry",
    "standing_channels",
    "today",
]

CONFIGURE = "channel.configure"

_ITSELF = (ChannelKind.SITE, ChannelKind.FEED)
_STANDING = (*_ITSELF, ChannelKind.WECHAT, ChannelKind.READING_PLACE)
_PUBLISHING = (EventKind.PUBLISHED, EventKind.AMENDED)


def standing_channels(agency_id: int) -> dict[str, Channel]:
    """The channels every body has, by kind: site, feeds, WeChat, reading places; made if need be."""
    held = {
        one.kind: one for one in Channel.objects.filter(agency_id=agency_id, kind__in=_STANDING)
    }
    for kind in _STANDING:
        if kind not in held:
            held[kind], _ = Channel.objects.get_or_create(
                agency_id=agency_id, kind=kind, defaults={"name": kind.label}
            )
    WeChatAccount.objects.get_or_create(channel=held[ChannelKind.WECHAT])
    return held


def editions_of(disclosure_ids: Iterable[int]) -> dict[int, int]:
    """How often each document was published so far, amendments among it; at least 1."""
    publishings = Count("events", filter=Q(events__kind__in=_PUBLISHING))
    counted = Disclosure.objects.filter(pk__in=list(disclosure_ids)).annotate(times=publishings)
    return {pk: max(1, times) for pk, times in counted.values_list("pk", "times")}


def edition_of(disclosure_id: int) -> int:
    """How often a document was published so far."""
    return editions_of([disclosure_id]).get(disclosure_id, 1)


@transaction.atomic
def add_channel(actor: Actor, agency_id: int, kind: str, name: str) -> Channel:
    """Enter a channel that is recorded by hand: a newspaper, a station, the gazette."""
    require(actor, Permission.CHANNEL, agency_id=agency_id)
    told = house()["kinds"].get(kind)
    name = " ".join(name.split())
    if told is None or told["itself"] or kind == ChannelKind.READING_PLACE:
        raise Impossible("这种渠道不用登记，系统自己会建立。请另选一种。", "kind")
    if not name or len(name) > 60:
        raise Impossible("请填写渠道名称，例如“广州日报”，不超过60个字。", "name")
    found = Channel.objects.filter(agency_id=agency_id, kind=kind, name=name).first()
    if found is not None and found.open:
        raise Impossible(f"已经有“{name}”了，不用再登记一次。", "name")
    if found is None:
        found = Channel(agency_id=agency_id, kind=kind, name=name)
    found.open = True
    found.save()
    audit(actor, "channel.added", target=name, agency_id=agency_id, details={"kind": kind})
    return found


@transaction.atomic
def close_channel(actor: Actor, channel: Channel) -> Channel:
    """Use a channel no longer; what went through it stays on record."""
    require(actor, Permission.CHANNEL, agency_id=channel.agency_id)
    if channel.kind in _STANDING:
        raise NotAllowedNow("这个渠道是系统自带的，不能停用。")
    channel.open = False
    channel.save(update_fields=["open"])
    audit(actor, "channel.closed", target=channel.name, agency_id=channel.agency_id)
    return channel


def record_by_hand(
    actor: Actor,
    disclosure_id: int,
    channel: Channel,
    on: date,
    note: str = "",
    *,
    now: datetime | None = None,
) -> Delivery:
    """Record that a document appeared in a newspaper, on the air, at a news conference.

    Raises Impossible for a day before the document's or after today, and for a channel that does
    its own recording.
    """
    now = now or timezone.now()
    with opened(actor, disclosure_id, Permission.CHANNEL, now=now) as working:
        row = working.row
        _require_public(row)
        if channel.agency_id != row.agency_id or not channel.open:
            raise Impossible("没有这个渠道，或者已经停用。请重新选择。", "channel")
        if house()["kinds"][channel.kind]["itself"]:
            raise Impossible("这个渠道由系统自己记录，不用登记。", "channel")
        if on > working.today:
            raise Impossible("公开日期不能晚于今天。刊登、播出以后再登记。", "on")
        if row.written_on is not None and on < row.written_on:
            raise Impossible(f"公开日期不能早于成文日期{row.written_on:%Y-%m-%d}。", "on")
        delivery = Delivery.objects.create(
            disclosure=row,
            channel=channel,
            edition=edition_of(row.pk),
            hand=True,
            state=DeliveryState.SENT,
            on=on,
            note=note[:200],
            by_id=actor.user_id,
            created_at=now,
            ended_at=now,
        )
        working.record(
            EventKind.CHANNEL_RECORDED,
            note=f"{channel.name} {on:%Y-%m-%d} {note}".strip(),
            data={"channel": channel.kind, "name": channel.name, "on": on.isoformat()},
        )
    return delivery


@transaction.atomic
def queue(
    actor: Actor,
    disclosure_id: int,
    channel: Channel,
    title: str = "",
    *,
    now: datetime | None = None,
) -> Delivery:
    """Have a published document go out through a channel of its own accord; once for each edition.

    Raises NotAllowedNow where that edition went out or waits already.
    """
    row = _row(actor, disclosure_id)
    _require_public(row)
    if channel.agency_id != row.agency_id or channel.kind != ChannelKind.WECHAT:
        raise Impossible("没有这个渠道，或者它不能自动发送。请重新选择。", "channel")
    if not WeChatAccount.objects.filter(channel=channel, on=True).exists():
        raise NotAllowedNow("微信公众号还没有启用。请系统管理员在“公开渠道”里设置。")
    made = _add(row, channel, edition_of(row.pk), actor, now or timezone.now(), title)
    if made is None:
        raise NotAllowedNow("这一版已经发往微信，或者正在等待发送，不会再发一次。修订后可以再发。")
    audit(
        actor,
        "delivery.queued",
        target=f"公开事项 {row.pk}",
        agency_id=row.agency_id,
        details={"channel": channel.kind, "edition": made.edition},
    )
    return made


@transaction.atomic
def retry(actor: Actor, delivery_id: int, title: str | None = None) -> Delivery:
    """Try again what failed or was cancelled; what the other side has already is not sent anew."""
    delivery = _delivery(actor, delivery_id)
    if delivery.state not in {DeliveryState.FAILED, DeliveryState.OFF}:
        raise NotAllowedNow("只有没有成功或者已经取消的，才能重新发送。")
    _require_public(delivery.disclosure)
    if delivery.edition != edition_of(delivery.disclosure_id):
        raise NotAllowedNow("这是修订以前的版本，不再发送。请发送现在的版本。")
    delivery.state, delivery.error, delivery.ended_at = DeliveryState.WAITING, "", None
    delivery.attempts, delivery.polls, delivery.next_try = 0, 0, timezone.now()
    if title is not None:
        delivery.title = " ".join(title.split())[:100]
    delivery.save()
    _audit(actor, "delivery.retried", delivery)
    return delivery


def confirm(
    actor: Actor, delivery_id: int, url: str = "", *, now: datetime | None = None
) -> Delivery:
    """Record that somebody published a draft on WeChat's own pages; `url` is the article's."""
    url = url.strip()
    if url and not (url.startswith("https://mp.weixin.qq.com/") and len(url) <= 500):
        raise Impossible("网址应当是微信文章的，以 https://mp.weixin.qq.com/ 开头。", "url")
    with transaction.atomic():
        delivery = _delivery(actor, delivery_id)
        if delivery.state != DeliveryState.DRAFTED:
            raise NotAllowedNow("只有草稿待发表的，才需要登记已经发表。")
        delivery.remote_url = url
        published(actor, delivery, now or timezone.now())
    return delivery


def published(actor: Actor, delivery: Delivery, now: datetime) -> None:
    """Record that a delivery is public, in the document's history too, together."""
    delivery.state, delivery.ended_at = DeliveryState.SENT, now
    delivery.on = today(now)
    with opened(actor, delivery.disclosure_id, Permission.CHANNEL, now=now) as working:
        delivery.save()
        working.record(
            EventKind.CHANNEL_RECORDED,
            note=f"{delivery.channel.name} 已发布",
            data={
                "channel": delivery.channel.kind,
                "edition": delivery.edition,
                "url": delivery.remote_url,
            },
        )


@transaction.atomic
def cancel(actor: Actor, delivery_id: int) -> Delivery:
    """Do not send what waits. What was handed over for publication cannot be called back."""
    delivery = _delivery(actor, delivery_id)
    if delivery.state in {DeliveryState.SENT, DeliveryState.OFF}:
        raise NotAllowedNow("只有还没有公开的，才能取消。")
    if delivery.claimed_until is not None and delivery.claimed_until > timezone.now():
        raise NotAllowedNow("正在发送，现在不能取消。请稍后刷新再看。")
    if delivery.state == DeliveryState.WAITING and "submitting" in delivery.progress:
        raise NotAllowedNow("已经提交微信发布，不能取消。如需删除，请登录微信公众平台。")
    _end(delivery, DeliveryState.OFF, "由人取消")
    _audit(actor, "delivery.cancelled", delivery)
    return delivery


def follow(disclosures: Iterable[Disclosure], now: datetime) -> int:
    """Put what was published into the outbox of each channel that works by itself.

    May be called again for the same documents. A withdrawn document's waiting deliveries are ended.
    Returns how many deliveries it made.
    """
    made = 0
    for row in disclosures:
        with transaction.atomic():
            if row.state == State.WITHDRAWN:
                waiting = Delivery.objects.filter(disclosure=row, state=DeliveryState.WAITING)
                waiting.filter(claimed_until=None).update(
                    state=DeliveryState.OFF, error="文件已撤回", ended_at=now, next_try=None
                )
                continue
            if row.state != State.PUBLISHED:
                continue
            edition = edition_of(row.pk)
            if row.imported and edition == 1:
                # It went out long ago, and elsewhere.
                continue
            held = standing_channels(row.agency_id)
            kinds: list[str] = [*_ITSELF]
            if _goes_to_wechat(held[ChannelKind.WECHAT], row):
                kinds.append(ChannelKind.WECHAT)
            for kind in kinds:
                made += _add(row, held[kind], edition, SYSTEM, now) is not None
    return made


def _goes_to_wechat(channel: Channel, row: Disclosure) -> bool:
    account = WeChatAccount.objects.filter(channel=channel, on=True).first()
    return account is not None and row.kind in account.auto_kinds


def _add(
    row: Disclosure, channel: Channel, edition: int, actor: Actor, now: datetime, title: str = ""
) -> Delivery | None:
    """Add a delivery; None where that edition has one. Earlier ones that wait are superseded."""
    of_this = Delivery.objects.filter(disclosure=row, channel=channel, hand=False)
    if of_this.filter(edition=edition).exists():
        return None
    try:
        with transaction.atomic():
            made = Delivery.objects.create(
                disclosure=row,
                channel=channel,
                edition=edition,
                state=DeliveryState.WAITING,
                title=" ".join(title.split())[:100],
                next_try=now if channel.kind == ChannelKind.WECHAT else None,
                by_id=actor.user_id,
                created_at=now,
            )
    except IntegrityError:  # another worker was quicker
        return None
    superseded = of_this.filter(edition__lt=edition, state=DeliveryState.WAITING)
    for earlier in superseded.filter(claimed_until=None):
        if "submitting" not in earlier.progress:
            _end(earlier, DeliveryState.OFF, "文件已修订，改发新的版本")
    return made


def _end(delivery: Delivery, state: str, why: str) -> None:
    delivery.state, delivery.error = state, why
    delivery.ended_at, delivery.next_try, delivery.claimed_until = timezone.now(), None, None
    delivery.save()


def _require_public(row: Disclosure) -> None:
    if row.state != State.PUBLISHED:
        raise NotAllowedNow("这份文件没有公开，或者已经撤回，不能发往渠道。")


def _row(actor: Actor, disclosure_id: int) -> Disclosure:
    row = Disclosure.objects.filter(pk=disclosure_id).first()
    require(actor, Permission.CHANNEL, agency_id=row.agency_id if row else actor.agency_id)
    if row is None:
        raise UnknownDisclosure("没有这份文件，或者不由你办理。")
    return row


def _delivery(actor: Actor, delivery_id: int) -> Delivery:
    locked = Delivery.objects.select_for_update(of=("self",))
    found = locked.select_related("channel", "disclosure").filter(pk=delivery_id).first()
    require(
        actor, Permission.CHANNEL, agency_id=found.channel.agency_id if found else actor.agency_id
    )
    if found is None or found.hand:
        raise UnknownDisclosure("没有这条记录，或者不由你办理。")
    return found


def _audit(actor: Actor, action: str, delivery: Delivery, **details: Any) -> None:
    audit(
        actor,
        action,
        target=f"公开事项 {delivery.disclosure_id}",
        agency_id=delivery.channel.agency_id,
        details={"channel": delivery.channel.kind, "edition": delivery.edition, **details},
    )


def today(now: datetime | None = None) -> date:
    """The day it is in China."""
    return (now or timezone.now()).astimezone(CHINA).date()
