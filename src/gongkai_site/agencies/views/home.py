"""Where staff begin: their work, their account, the organ they work in; and setting a password."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai_site.agencies import queries, signing
from gongkai_site.agencies.actors import AGENCY_IN_SESSION, allowed, staff_actor
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.links import links_for
from gongkai_site.agencies.models import Agency, Membership, RoleProposal, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.views.common import go, me, show, who
from gongkai_site.agencies.views.gates import staff_required

__all__ = ["account", "activate", "choose_agency", "demo", "home"]


@require_GET
@staff_required
def home(request: HttpRequest) -> HttpResponse:
    """My work: what I may open, and what waits for me."""
    actor = who(request)
    mine = queries.my_agencies(me(request))
    confirms = allowed(actor, "role.confirm", None)
    waiting = queries.open_proposals(actor) if confirms else RoleProposal.objects.none()
    locked = signing.locked_accounts(actor) if allowed(actor, "lockout.manage", None) else []
    context = {
        "actor": actor,
        "agency": next((one for one in mine if one.pk == actor.agency_id), None),
        "agencies": mine,
        "roles": [role.label for role in Role if role in actor.roles],
        "groups": links_for(actor),
        "waiting": waiting.exclude(proposed_by=me(request)).count(),
        "locked": len(locked),
    }
    return show(request, "home.html", context)


@require_POST
@staff_required
def choose_agency(request: HttpRequest) -> HttpResponse:
    """Work in another organ one holds a role in."""
    chosen = request.POST.get("agency", "")
    for one in queries.my_agencies(me(request)):
        if str(one.pk) == chosen:
            request.session[AGENCY_IN_SESSION] = one.pk
            return go(request, "home", said=f"现在以{one}的身份办理。")
    raise Http404("没有这个机关，或者你在那里没有角色。")


@require_GET
@staff_required
def account(request: HttpRequest) -> HttpResponse:
    """My account: password, authenticator, recovery codes."""
    codes = Authenticator.objects.filter(
        user=request.user, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    context = {
        "agencies": [
            (one, [Role(held.role).label for held in _held(me(request), one)])
            for one in queries.my_agencies(me(request))
        ],
        "second_factor": signing.has_second_factor(me(request)),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "has_password": me(request).has_usable_password(),
        "demo": signing.is_demo_session(request),
    }
    return show(request, "account.html", context)


def _held(user: User, agency: Agency) -> list[Membership]:
    today = timezone.localdate()
    return list(Membership.objects.valid_on(today).filter(user=user, agency=agency))


@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """Sign in as a made-up person of the demonstration, at one click."""
    person = User.objects.filter(username=request.POST.get("person", ""), is_demo=True).first()
    if person is None:
        raise Http404("没有这个演示人员。")
    signing.sign_in_as_demo(request, person)
    return redirect(settings.LOGIN_REDIRECT_URL)


class _Activate(PasswordResetConfirmView):
    """The owner of an account sets its password, by the link its administrator handed over."""

    template_name = "agencies/activate.html"
    success_url = reverse_lazy("account_login")

    def get_user(self, uidb64: str) -> User | None:
        """Return the account, unless it is closed."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        """Set the password, and say what comes next."""
        response = super().form_valid(form)
        user = self.user
        if isinstance(user, User):
            audit(staff_actor(user), "password.set", target=user.username)
        messages.success(self.request, "密码已经设好。请登录，首次登录时按提示绑定验证器。")
        return response


activate = _Activate.as_view()
