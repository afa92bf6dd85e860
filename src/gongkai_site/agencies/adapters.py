"""How django-allauth behaves in this office: no sign-up, our words, our keys."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from gongkai_site.agencies import crypto
from gongkai_site.agencies.models import User
from gongkai_site.agencies.signing import has_second_factor, is_fresh

__all__ = ["AccountAdapter", "OneSignOnAdapter", "SecondFactorAdapter"]

_PURPOSE = "second_factor"
_SAID = {
    "account/messages/logged_out.txt": "已经退出。",
    "account/messages/password_changed.txt": "密码已经修改。",
    "mfa/messages/totp_activated.txt": "验证器已经绑定，以后登录都要输入它显示的验证码。",
    "mfa/messages/totp_deactivated.txt": "验证器已经解除，请马上绑定新的。",
    "mfa/messages/recovery_codes_generated.txt": "恢复码已经生成，只显示这一次，请马上抄下或者打印。",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by a system administrator; nobody signs up, nothing is mailed."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "account_inactive": "这个账号已经停用。请联系系统管理员。",
        "enter_current_password": "请输入现在的密码。",
        "incorrect_code": "验证码不对。请核对手机时间是否准确，换下一个验证码再试。",
        "incorrect_password": "密码不对，请重新输入。",
        "too_many_login_attempts": "试错次数太多，请稍后再试。",
        "username_password_mismatch": "用户名或者密码不对。请重新输入；忘记密码的，请找系统管理员重置。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words, or not at all."""
        text = message or _SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, text, extra_tags=extra_tags)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for a code again, unless one was just given or there is no authenticator yet."""
        user = self.request.user
        return not is_fresh(self.request) and isinstance(user, User) and has_second_factor(user)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """A code proves who is at the keyboard; a password left in the browser does not."""
        if not isinstance(user, User) or not has_second_factor(user):
            return []
        return [
            {
                "id": "mfa_reauthenticate",
                "description": "输入验证码",
                "url": reverse("mfa_reauthenticate"),
            }
        ]


class SecondFactorAdapter(DefaultMFAAdapter):
    """The authenticator's secret is sealed in the database."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return b64encode(crypto.encrypt(text, purpose=_PURPOSE)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return crypto.decrypt(b64decode(encrypted_text), purpose=_PURPOSE)

    def get_totp_label(self, user: User) -> str:
        """Name the account by its user name in the authenticator."""
        return user.username


class OneSignOnAdapter(DefaultSocialAccountAdapter):
    """A sign-on service says who somebody is; only an account opened here lets them in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up this way either."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account by the claim agreed upon, the first time; refuse where there is none."""
        if request.user.is_authenticated:
            # Nobody ties a second identity to the account they are in.
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("staff:account")))
        if sociallogin.is_existing:
            return
        data = sociallogin.account.extra_data
        claims = data.get("userinfo") or data.get("id_token") or data
        name = str(claims.get(settings.SIGN_ON_CLAIM) or "").lower()
        user = User.objects.filter(username=name, is_active=True, is_demo=False).first()
        if user is None or not name:
            messages.error(request, "这里没有与你对应的账号。请联系系统管理员开通。")
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        sociallogin.connect(request, user)
