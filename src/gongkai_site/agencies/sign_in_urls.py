"""django-allauth's own views, under our addresses and its names: only those this office offers."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as sign_on
from django.urls import include, path
from django.views.generic import RedirectView

from gongkai_site.agencies.views import fresh_mfa_required
from gongkai_site.agencies.views.sign_in import sign_in

_MY_ACCOUNT = RedirectView.as_view(pattern_name="staff:account")

urlpatterns = [
    path("sign-in/", sign_in, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-out/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/index/", _MY_ACCOUNT, name="mfa_index"),
    path(
        "account/password/",
        fresh_mfa_required(account.password_change),
        name="account_change_password",
    ),
    path("account/password/none/", _MY_ACCOUNT, name="account_set_password"),
    path("account/authenticator/", totp.activate_totp, name="mfa_activate_totp"),
    path(
        "account/authenticator/remove/",
        fresh_mfa_required(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path("account/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/recovery-codes/new/",
        fresh_mfa_required(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    # A sign-on service; where none is configured its pages are not found.
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("oidc/cancelled/", sign_on.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", sign_on.login_error, name="socialaccount_login_error"),
    path("oidc/none/", _MY_ACCOUNT, name="socialaccount_signup"),
    path("oidc/connections/", _MY_ACCOUNT, name="socialaccount_connections"),
]
