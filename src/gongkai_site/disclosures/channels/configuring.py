"""How a body reaches its official account: verbs of the system administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai_site.agencies import crypto
from gongkai_site.agencies.crypto import CannotOpen
from gongkai_site.agencies.service import Actor, audit, require
from gongkai_site.disclosures.channels.models import ChannelKind, Mode, WeChatAccount
from gongkai_site.disclosures.channels.outbox import base_of
from gongkai_site.disclosures.channels.service import CONFIGURE, standing_channels
from gongkai_site.disclosures.channels.wechat.client import Client
from gongkai_site.disclosures.channels.wechat.contract import WeChatFailed, contract
from gongkai_site.disclosures.channels.wechat.cover import cover_from
from gongkai_site.disclosures.channels.wechat.http import BaseRefused, checked_base
from gongkai_site.disclosures.channels.wechat.sending import PURPOSE, account_of
from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.models import Kind

__all__ = ["account_for", "check", "configure"]


def account_for(actor: Actor, agency_id: int) -> WeChatAccount:
    """A body's account, off as long as nobody configured it."""
    require(actor, CONFIGURE, agency_id=agency_id)
    channel = standing_channels(agency_id)[ChannelKind.WECHAT]
    return WeChatAccount.objects.select_related("channel").get(channel=channel)


@transaction.atomic
def configure(actor: Actor, account: WeChatAccount, given: Mapping[str, Any]) -> WeChatAccount:
    """Change an account's settings. An empty secret or no cover keeps the one there is.

    Args:
        given: app_id, secret, host, mode, auto_kinds, on; cover (bytes or None).

    Raises Impossible for a host that is not WeChat's, and for an account turned on without id or
    secret.
    """
    held = WeChatAccount.objects.select_for_update(of=("self",)).select_related("channel")
    account = held.get(pk=account.pk)
    agency_id = account.channel.agency_id
    require(actor, CONFIGURE, agency_id=agency_id)
    if given["host"] not in contract()["hosts"]:
        raise Impossible("接口域名只能是微信官方的域名。请重新选择。", "host")
    try:
        checked_base(f"https://{given['host']}")
    except BaseRefused as refused:
        raise Impossible(str(refused), "host") from None
    if given["mode"] not in Mode.values or set(given["auto_kinds"]) - set(Kind.values):
        raise Impossible("请从列出的选项里选择。", "mode")
    changed = [
        name
        for name in ("app_id", "host", "mode", "auto_kinds", "on")
        if getattr(account, name) != given[name]
    ]
    for name in changed:
        setattr(account, name, given[name])
    if given.get("secret"):
        account.secret = crypto.encrypt(given["secret"], purpose=PURPOSE)
        changed.append("secret")
    if given.get("cover"):
        account.cover = cover_from(given["cover"])
        changed.append("cover")
    if account.on and not (account.app_id and account.secret):
        raise Impossible("启用前请填写 AppID 和 AppSecret。", "app_id")
    account.save()
    if changed:
        audit(
            actor,
            "channel.configured",
            target=account.channel.name,
            agency_id=agency_id,
            details={"changed": changed},
        )
    return account


def check(actor: Actor, account: WeChatAccount) -> WeChatAccount:
    """Ask WeChat for a token, and keep what came of it; nothing else is sent."""
    require(actor, CONFIGURE, agency_id=account.channel.agency_id)
    try:
        if not (account.app_id and account.secret):
            raise WeChatFailed("还没有填写 AppID 和 AppSecret。", "stop")
        Client(account_of(account, base_of(account))).check()
        account.check_error = ""
    except (WeChatFailed, BaseRefused, CannotOpen) as failed:
        account.check_error = str(failed)[:300]
    account.checked_at = timezone.now()
    account.save(update_fields=["checked_at", "check_error"])
    return account
