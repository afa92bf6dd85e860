"""Sending the mails that wait in the outbox: one after another, again after a while, not for ever.

A mail is claimed before it is sent and marked afterwards, each in a short transaction of its own, so
that a slow mail server holds up nobody who writes. If the program dies between the two, the mail is
sent once more: better twice than never.
"""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet

from gongkai_site.agencies.crypto import CannotOpen
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Outbox, OutboxState, Seal

__all__ = ["Sent", "failed_mails", "mail_is_on", "send_waiting"]

_log = logging.getLogger(__name__)

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: mails sent, put off for another try, given up."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0


def mail_is_on() -> bool:
    """Whether mails go anywhere."""
    backend: str = settings.MAILERS["default"]["BACKEND"]
    return not backend.endswith("dummy.EmailBackend")


def failed_mails() -> QuerySet[Outbox]:
    """The mails that were given up."""
    return Outbox.objects.filter(state=OutboxState.FAILED, to__isnull=False)


def send_waiting(now: datetime, *, most: int = _AT_ONCE) -> Sent:
    """Send what waits and is due; with mail off nothing is tried and nothing is lost.

    Args:
        now: the moment; mails written too long before it are given up, since what they tell of has
            passed.
        most: how many are tried in one run.
    """
    if not mail_is_on():
        return Sent()
    waiting = Outbox.objects.filter(state=OutboxState.WAITING, to__isnull=False)
    old = waiting.filter(created_at__lt=now - timedelta(days=house()["reminders"]["expire_days"]))
    given_up = old.update(state=OutboxState.FAILED, error="过期没有发出")
    sent = put_off = 0
    for mail in waiting.filter(not_before__lte=now).order_by("not_before", "pk")[:most]:
        if not _claim(mail, now):
            continue
        error = _send(mail)
        if not error:
            sent += 1
            Outbox.objects.filter(pk=mail.pk).update(state=OutboxState.SENT, sent_at=now, error="")
        elif mail.tries >= len(_waits()):
            given_up += 1
            Outbox.objects.filter(pk=mail.pk).update(state=OutboxState.FAILED, error=error)
        else:
            put_off += 1
            Outbox.objects.filter(pk=mail.pk).update(error=error)
    return Sent(sent, put_off, given_up)


def _waits() -> list[int]:
    minutes: list[int] = house()["reminders"]["retry_minutes"]
    return minutes


def _claim(mail: Outbox, now: datetime) -> bool:
    """Count a try and put the next one off; False where another worker was quicker."""
    waits = _waits()
    wait = waits[min(mail.tries, len(waits) - 1)]
    claimed = Outbox.objects.filter(pk=mail.pk, tries=mail.tries, state=OutboxState.WAITING).update(
        tries=mail.tries + 1, not_before=now + timedelta(minutes=wait)
    )
    mail.tries += 1
    return bool(claimed)


def _send(mail: Outbox) -> str:
    """Send one mail; return what went wrong, which never names the address."""
    try:
        message = EmailMessage(
            subject=f"【公开】{mail.subject}",
            body=mail.body or mail.subject,
            to=[Seal.open(mail.to or b"")],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.send(using="default")
    except CannotOpen:
        return "收件地址打不开：缺少密钥"
    except smtplib.SMTPRecipientsRefused:
        return "邮件服务器拒绝了收件地址"
    except smtplib.SMTPResponseException as refused:
        return f"邮件服务器答复 {refused.smtp_code}"
    except (OSError, ValueError) as error:
        _log.warning("a mail was not sent: %s", type(error).__name__)
        return f"没有发出：{type(error).__name__}"
    return ""
