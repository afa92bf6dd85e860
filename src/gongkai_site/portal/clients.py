"""How often one client may do what, so that no one keeps others from asking.

A client is a network address, kept only as a keyed digest. The limits are generous: a whole public
library may stand behind one address.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from gongkai.errors import GongkaiError
from gongkai_site.portal.house import house
from gongkai_site.portal.models import ClientWindow

__all__ = ["TooOften", "admit", "client_of"]

_WHAT = {"form": "新开申请表", "submit": "提交申请", "file": "上传附件", "answer": "提交材料"}


class TooOften(GongkaiError):
    """This client did it too often within the hour; `until` is when it may again."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


def client_of(request: HttpRequest) -> str:
    """The address a request comes from.

    Behind reverse proxies of our own (TRUSTED_PROXIES of them) the address is the one the
    outermost of them saw; without any, a header naming another address is believed of nobody.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.TRUSTED_PROXIES
    if proxies:
        told = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        address = told[-proxies] if len(told) >= proxies and told[-proxies] else address
    return address


@transaction.atomic
def admit(request: HttpRequest, what: str, count: int = 1, *, now: datetime | None = None) -> None:
    """Count `count` times of something for this client.

    Args:
        what: a key of `per_hour`: form, submit, file, answer.

    Raises:
        TooOften: they would be too many in this hour; nothing is counted.
    """
    moment = now or timezone.now()
    hour = moment.replace(minute=0, second=0, microsecond=0)
    client = salted_hmac(
        f"portal-{what}", client_of(request), secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
    most: int = house()["per_hour"][what]
    ClientWindow.objects.filter(hour__lt=hour - timedelta(hours=1)).delete()
    window, _ = ClientWindow.objects.get_or_create(client=client, what=what, hour=hour)
    counted = ClientWindow.objects.filter(pk=window.pk, times__lte=most - count).update(
        times=F("times") + count
    )
    if not counted:
        until = hour + timedelta(hours=1)
        clock = timezone.localtime(until)
        raise TooOften(
            f"为防止有人用程序大量提交，同一网络一小时内最多{_WHAT[what]} {most} 次，现在已经到了。"
            f"请在 {clock:%H:%M} 以后再试；着急的，可以当面或者邮寄提交。",
            until,
        )
