"""The official account's settings, for the system administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from gongkai_site.agencies.service import Actor
from gongkai_site.agencies.views.gates import fresh_mfa_required
from gongkai_site.disclosures.channels import configuring
from gongkai_site.disclosures.channels.forms import WeChatForm
from gongkai_site.disclosures.channels.models import WeChatAccount
from gongkai_site.disclosures.channels.service import CONFIGURE
from gongkai_site.disclosures.channels.views.common import attempt, go, own_agency, show, who

__all__ = ["check", "wechat"]


@require_http_methods(["GET", "POST"])
@fresh_mfa_required
def wechat(request: HttpRequest) -> HttpResponse:
    """Id, secret, host, what goes by itself."""
    actor = who(request)
    agency = own_agency(actor, CONFIGURE)
    account = configuring.account_for(actor, agency.pk)
    form = _form(request, account)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "cover": None}
        if form.cleaned_data["cover"]:
            given["cover"] = form.cleaned_data["cover"].read()
        saved = attempt(lambda: configuring.configure(actor, account, given), form)
        if saved is not None:
            return go(
                request, "settings", said="已经保存。" + ("" if saved.on else "现在没有启用。")
            )
    return show(
        request,
        "settings.html",
        {"form": form, "account": account, "agency": agency, "here": "settings"},
    )


@require_POST
@fresh_mfa_required
def check(request: HttpRequest) -> HttpResponse:
    """Find out whether id and secret are right, and this machine is let in."""
    actor: Actor = who(request)
    agency = own_agency(actor, CONFIGURE)
    account = configuring.check(actor, configuring.account_for(actor, agency.pk))
    if account.check_error:
        messages.error(request, account.check_error)
        return go(request, "settings")
    return go(request, "settings", said="连接成功：AppID 和 AppSecret 正确，本机可以调用微信接口。")


def _form(request: HttpRequest, account: WeChatAccount) -> WeChatForm:
    names = ("app_id", "host", "mode", "auto_kinds", "on")
    posted = request.method == "POST"
    return WeChatForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        has_secret=bool(account.secret),
        initial={name: getattr(account, name) for name in names},
    )
