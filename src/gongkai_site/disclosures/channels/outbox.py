"""The outbox: what waits goes out when it is due, again after a while, not for ever.

A delivery is claimed before it is tried and settled afterwards, each in a transaction of its own, so
that a slow network holds up nobody. If the program dies between the two, the claim runs out and
another worker goes on with what was kept; nothing is asked of WeChat twice that must happen once.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from gongkai.casework import CHINA
from gongkai.errors import GongkaiError
from gongkai_site.agencies.crypto import CannotOpen
from gongkai_site.agencies.models import User
from gongkai_site.agencies.service import SYSTEM, audit
from gongkai_site.disclosures.channels.house import house
from gongkai_site.disclosures.channels.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    WeChatAccount,
)
from gongkai_site.disclosures.channels.service import follow, published
from gongkai_site.disclosures.channels.wechat.client import Client
from gongkai_site.disclosures.channels.wechat.contract import WeChatFailed
from gongkai_site.disclosures.channels.wechat.http import BaseRefused
from gongkai_site.disclosures.channels.wechat.sending import Done, Later, account_of, deliver
from gongkai_site.disclosures.models import Change, ChangeKind, Disclosure

__all__ = ["Run", "base_of", "delay", "minute", "on_change", "run", "settle_site"]

_log = logging.getLogger(__name__)

_FOLLOWED = (ChangeKind.PUBLISHED, ChangeKind.AMENDED, ChangeKind.WITHDRAWN)
_LOOK_BACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: deliveries done, still under way, put off for another try, given up."""

    done: int = 0
    under_way: int = 0
    put_off: int = 0
    given_up: int = 0


def on_change(ids: tuple[int, ...]) -> None:
    """Follow changes of what is public: the hook of `disclosures.hooks`."""
    named = Change.objects.filter(pk__in=ids, kind__in=_FOLLOWED).values("disclosure_id")
    rows = Disclosure.objects.filter(pk__in=named)
    # What was adopted from elsewhere, by thousands, goes out only once it is amended.
    new = Q(imported=False) | ~Q(changed_at=None) | ~Q(state="published")
    follow(rows.filter(new), timezone.now())


def minute(now: datetime) -> None:
    """Do what is due; called about once a minute in each worker."""
    # What a process that died between commit and hook left behind.
    lately = Change.objects.filter(at__gte=now - _LOOK_BACK, kind__in=_FOLLOWED)
    has_one = Delivery.objects.filter(
        disclosure=OuterRef("pk"), channel__kind=ChannelKind.SITE, created_at__gte=now - _LOOK_BACK
    )
    left = Disclosure.objects.filter(pk__in=lately.values("disclosure_id"))
    follow(
        left.filter(~Exists(has_one), state="published", imported=False)[: house()["at_once"]], now
    )
    settle_site(now)
    run(now)


def settle_site(now: datetime) -> int:
    """Record as published what the built site holds by now; returns how many deliveries.

    A document is on the site, and in the feeds, once no change of it waits to be built.
    """
    waiting = Delivery.objects.filter(
        state=DeliveryState.WAITING, channel__kind__in=(ChannelKind.SITE, ChannelKind.FEED)
    )
    pending = Change.objects.filter(disclosure=OuterRef("disclosure"), built_at=None)
    built = waiting.filter(~Exists(pending)).annotate(at=Max("disclosure__changes__built_at"))
    settled = 0
    for delivery in built.filter(at__isnull=False).select_related("channel")[:500]:
        settled += Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING).update(
            state=DeliveryState.SENT, ended_at=delivery.at, attempts=1, error=""
        )
    return settled


def run(now: datetime) -> Run:
    """Try what is due. With an account turned off its deliveries wait, and nothing is lost."""
    counts = {"done": 0, "under_way": 0, "put_off": 0, "given_up": 0}
    due = Delivery.objects.filter(
        state=DeliveryState.WAITING,
        next_try__lte=now,
        channel__kind=ChannelKind.WECHAT,
        channel__wechat__on=True,
    ).filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    for pk in list(
        due.order_by("next_try", "pk").values_list("pk", flat=True)[: house()["at_once"]]
    ):
        delivery = _claim(pk, now)
        if delivery is not None:
            counts[_try(delivery, now)] += 1
    return Run(**counts)


def delay(delivery_id: int, attempts: int) -> timedelta:
    """How long after so many failed attempts the next comes: longer each time, a little apart.

    The same delivery and attempt give the same delay, on every machine.
    """
    waits: list[int] = house()["retry_minutes"]
    seconds = waits[min(attempts, len(waits)) - 1] * 60
    spread = seconds * house()["jitter_percent"] // 100
    digest = hashlib.sha256(f"{delivery_id}:{attempts}".encode()).digest()
    return timedelta(seconds=seconds - spread + int.from_bytes(digest[:4]) % (2 * spread + 1))


def base_of(account: WeChatAccount) -> str:
    """Where an account's interface is: WeChat's host it chose, or the stand-in of a test."""
    stand_in: str = getattr(settings, "WECHAT_STAND_IN", "")
    return stand_in or f"https://{account.host}"


def _claim(pk: int, now: datetime) -> Delivery | None:
    """Take a delivery for ourselves for a while; None where another worker was quicker."""
    until = now + timedelta(minutes=house()["claim_minutes"])
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    won = Delivery.objects.filter(free, pk=pk, state=DeliveryState.WAITING, next_try__lte=now)
    if not won.update(claimed_until=until):
        return None
    return Delivery.objects.select_related("channel__wechat", "channel__agency").get(pk=pk)


def _try(delivery: Delivery, now: datetime) -> str:
    """Try once and settle; return what it came to."""
    account = delivery.channel.wechat
    try:
        client = Client(account_of(account, base_of(account)))
        outcome = deliver(delivery, account, client, _keep, now)
    except WeChatFailed as failed:
        return _put_off(delivery, failed, now)
    except (BaseRefused, CannotOpen) as failed:
        return _put_off(delivery, WeChatFailed(str(failed), "stop"), now)
    except Exception:
        _log.exception("delivery %s failed", delivery.pk)
        return _put_off(delivery, WeChatFailed("程序出错，详情在日志里。", "retry"), now)
    if isinstance(outcome, Later):
        return _look_again(delivery, outcome, now)
    _done(delivery, outcome, now)
    return "done"


def _keep(delivery: Delivery) -> None:
    delivery.save(update_fields=["progress"])


def _look_again(delivery: Delivery, later: Later, now: datetime) -> str:
    delivery.polls += 1
    if delivery.polls > house()["polls_at_most"]:
        return _give_up(delivery, "微信一直没有给出发布结果。请登录微信公众平台查看。", now)
    waits: list[int] = house()["poll_minutes"]
    wait = waits[min(delivery.polls, len(waits)) - 1]
    delivery.error, delivery.claimed_until = later.why, None
    delivery.next_try = now + timedelta(minutes=wait)
    delivery.save(update_fields=["polls", "error", "claimed_until", "next_try"])
    return "under_way"


def _done(delivery: Delivery, done: Done, now: datetime) -> None:
    """Record the result, and that the document went out by this channel, together."""
    delivery.attempts, delivery.error = delivery.attempts + 1, ""
    delivery.remote_id, delivery.remote_url = done.remote_id[:200], done.url[:500]
    delivery.claimed_until, delivery.next_try = None, None
    if done.draft:
        delivery.state = DeliveryState.DRAFTED
        delivery.save()
        return
    published(SYSTEM, delivery, now)


def _put_off(delivery: Delivery, failed: WeChatFailed, now: datetime) -> str:
    """Count a failed attempt, and set the next, or give up."""
    delivery.attempts += 1
    waits: list[int] = house()["retry_minutes"]
    if failed.does == "stop" or delivery.attempts > len(waits):
        return _give_up(delivery, str(failed), now)
    if failed.does == "wait":
        delivery.next_try = _much_later(failed.code, now)
    else:
        delivery.next_try = now + delay(delivery.pk, delivery.attempts)
    delivery.error, delivery.claimed_until = str(failed)[:300], None
    delivery.save(update_fields=["attempts", "error", "next_try", "claimed_until"])
    return "put_off"


def _much_later(code: int, now: datetime) -> datetime:
    """When calls may be made again: after the day's quota the next day, else an hour on."""
    if code != 45009:
        return now + timedelta(minutes=house()["wait_minutes"])
    here = now.astimezone(CHINA)
    begin = time.fromisoformat(house()["next_day"])
    return datetime.combine(here.date() + timedelta(days=1), begin, CHINA)


def _give_up(delivery: Delivery, why: str, now: datetime) -> str:
    """Stop, and tell whoever had it sent, else the editors."""
    with transaction.atomic():
        delivery.state, delivery.error, delivery.ended_at = DeliveryState.FAILED, why[:300], now
        delivery.next_try, delivery.claimed_until = None, None
        delivery.save()
        audit(
            SYSTEM,
            "delivery.failed",
            target=f"公开事项 {delivery.disclosure_id}",
            agency_id=delivery.channel.agency_id,
            details={"channel": delivery.channel.kind, "edition": delivery.edition},
        )
    _tell(delivery, why)
    return "given_up"


def _tell(delivery: Delivery, why: str) -> None:
    """Mail a notice, where mail is set up; the desk shows it in any case."""
    backend: str = settings.MAILERS["default"]["BACKEND"]
    if backend.endswith("dummy.EmailBackend"):
        return
    told = User.objects.filter(is_active=True).exclude(email="")
    if delivery.by_id is not None:
        told = told.filter(pk=delivery.by_id)
    else:
        told = told.filter(
            memberships__agency=delivery.channel.agency_id, memberships__role="editor"
        ).distinct()
    title = delivery.disclosure.title
    for address in told.values_list("email", flat=True)[:20]:
        try:
            EmailMessage(
                subject=f"【公开】没有发出：{title}"[:150],
                body=f"《{title}》没有发到{delivery.channel.name}：{why}\n"
                "请在“公开渠道”里查看，改正后重新发送，或者取消。",
                to=[address],
                headers={"Auto-Submitted": "auto-generated"},
            ).send(using="default")
        except (OSError, ValueError, GongkaiError) as error:
            _log.warning("a notice was not sent: %s", type(error).__name__)
