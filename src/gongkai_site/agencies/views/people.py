"""Staff administration: accounts for the system administrator, roles for the security one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongkai_site.agencies import queries, service, signing
from gongkai_site.agencies.actors import Actor, Refused, allowed
from gongkai_site.agencies.forms import RoleForm, StaffForm
from gongkai_site.agencies.models import Membership, RoleProposal, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.views.common import go, reached_user, show, who
from gongkai_site.agencies.views.gates import fresh_mfa_required, staff_required

__all__ = [
    "add",
    "change",
    "decide",
    "disable",
    "enable",
    "end_role",
    "grant",
    "listing",
    "person",
    "proposals",
    "reset_factor",
    "reset_password",
]

_PAGE = 50
_LINK_IN_SESSION = "activation_link"


@require_GET
@staff_required
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, sought and narrowed."""
    actor = who(request)
    words, state = request.GET.get("q", "")[:60], request.GET.get("state", "")
    found = Paginator(queries.people(actor, words=words, state=state), _PAGE)
    context = {
        "page": found.get_page(request.GET.get("page")),
        "words": words,
        "state": state,
        "query": urlencode({"q": words, "state": state}),
        "may_add": allowed(actor, "staff.manage", None),
    }
    return show(request, "people.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def add(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    actor = who(request)
    service.require(actor, "staff.manage", agency_id=None)
    form = _staff_form(request, actor)
    if request.method == "POST" and form.is_valid():
        try:
            user = service.add_staff(actor, **form.cleaned_data)
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            return _hand_over_link(request, user, f"已为{user}开通账号。")
    return show(request, "person_add.html", {"form": form})


@require_GET
@staff_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its particulars, its roles, its sign-in."""
    actor = who(request)
    user = reached_user(actor, "staff.view", pk)
    return _person_page(request, actor, user)


@require_POST
@staff_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct somebody's name, office or e-mail address."""
    actor = who(request)
    user = reached_user(actor, "staff.manage", pk)
    form = _change_form(request, actor, user)
    if form.is_valid():
        try:
            service.change_staff(
                actor,
                user,
                display_name=form.cleaned_data["display_name"],
                office=form.cleaned_data["office"],
                email=form.cleaned_data["email"],
            )
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            return go(request, "person", pk, said="已经保存。")
    return _person_page(request, actor, user, form=form)


@require_POST
@staff_required
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    actor = who(request)
    user = reached_user(actor, "staff.manage", pk)
    return _done(request, pk, f"已停用{user}的账号。", service.disable_staff, actor, user)


@require_POST
@staff_required
def enable(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    actor = who(request)
    user = reached_user(actor, "staff.manage", pk)
    return _done(request, pk, f"已恢复{user}的账号。", service.enable_staff, actor, user)


@require_POST
@fresh_mfa_required
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a password away, and show the link by which its owner sets another."""
    actor = who(request)
    user = reached_user(actor, "staff.manage", pk)
    try:
        service.reset_password(actor, user)
    except Refused as refused:
        messages.error(request, str(refused))
        return go(request, "person", pk)
    user.refresh_from_db()
    return _hand_over_link(request, user, f"已重置{user}的密码。")


@require_POST
@fresh_mfa_required
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget somebody's authenticator."""
    actor = who(request)
    user = reached_user(actor, "second_factor.reset", pk)
    said = f"已重置{user}的第二重验证，下次登录时重新绑定。"
    return _done(request, pk, said, signing.reset_second_factor, actor, user)


# --- roles --------------------------------------------------------------------------------------


@require_POST
@fresh_mfa_required
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a role, or propose an administrator's."""
    actor = who(request)
    user = reached_user(actor, "role.grant", pk)
    form = _role_form(request, actor, user)
    if form.is_valid():
        role = Role(form.cleaned_data.pop("role"))
        try:
            made = service.grant_role(actor, user, role=role, **form.cleaned_data)
        except Refused as refused:
            form.refuse(str(refused), refused.field)
        else:
            waits = isinstance(made, RoleProposal)
            said = "已经提出，等待另一名管理员复核。" if waits else f"已授予{role.label}。"
            return go(request, "person", pk, said=said)
    return _person_page(request, actor, user, role_form=form)


@require_POST
@fresh_mfa_required
def end_role(request: HttpRequest, pk: int, held: int) -> HttpResponse:
    """Take a role away, or propose to take an administrator's."""
    actor = who(request)
    user = reached_user(actor, "role.grant", pk)
    one = Membership.objects.filter(pk=held, user=user, revoked=False).first()
    if one is None:
        raise Http404("没有这个角色，可能已经撤销。")
    label = Role(one.role).label
    said = "已经提出，等待另一名管理员复核。" if one.is_admin else f"已撤销{label}。"
    return _done(request, pk, said, service.end_role, actor, one)


@require_GET
@staff_required
def proposals(request: HttpRequest) -> HttpResponse:
    """Changes of administrators' roles that wait for a second person."""
    actor = who(request)
    service.require(actor, "role.confirm", agency_id=None)
    context = {"proposals": queries.open_proposals(actor), "actor": actor}
    return show(request, "proposals.html", context)


@require_POST
@fresh_mfa_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or reject one of them."""
    actor = who(request)
    proposal = queries.open_proposals(actor).filter(pk=pk).first()
    if proposal is None:
        raise Http404("没有这项变更，可能已经复核过。")
    confirm = request.POST.get("decision") == "confirm"
    try:
        service.decide_proposal(actor, proposal, confirm=confirm)
    except Refused as refused:
        messages.error(request, str(refused))
        return go(request, "proposals")
    return go(request, "proposals", said="已复核通过。" if confirm else "已复核，不通过。")


# --- shared -------------------------------------------------------------------------------------


def _person_page(
    request: HttpRequest,
    actor: Actor,
    user: User,
    form: StaffForm | None = None,
    role_form: RoleForm | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    may_manage = allowed(actor, "staff.manage", user.agency_id)
    may_grant = allowed(actor, "role.grant", user.agency_id)
    bound = next((one for one in (form, role_form) if one is not None), None)
    context = {
        "person": user,
        "oneself": user.pk == actor.user_id,
        "held": [
            (one, Role(one.role).label)
            for one in Membership.objects.lasting_on(today).filter(user=user)
        ],
        "waiting": user.role_proposals.filter(decision=RoleProposal.Decision.OPEN),
        "second_factor": signing.has_second_factor(user),
        "may_manage": may_manage,
        "may_grant": may_grant,
        "may_reset_factor": allowed(actor, "second_factor.reset", user.agency_id),
        "staff_form": (form or _change_form(request, actor, user)) if may_manage else None,
        "role_form": (role_form or _role_form(request, actor, user)) if may_grant else None,
        "link": request.session.pop(_LINK_IN_SESSION, None),
        "form": bound,
    }
    return show(request, "person.html", context)


def _staff_form(request: HttpRequest, actor: Actor) -> StaffForm:
    return StaffForm(
        request.POST or None,
        agencies=queries.agencies_within(actor, "staff.manage"),
        offices=queries.offices_within(actor, "staff.manage"),
        initial={"agency": actor.agency_id},
    )


def _change_form(request: HttpRequest, actor: Actor, user: User) -> StaffForm:
    """The form without what never changes: the user name, and the organ."""
    known = {name: getattr(user, name) for name in ("display_name", "office", "email")}
    form = StaffForm(
        request.POST if request.method == "POST" and "display_name" in request.POST else None,
        agencies=queries.agencies_within(actor, "staff.manage").filter(pk=user.agency_id or 0),
        offices=queries.offices_within(actor, "staff.manage").filter(agency=user.agency_id),
        initial=known,
    )
    for name in ("username", "agency"):
        del form.fields[name]
    return form


def _role_form(request: HttpRequest, actor: Actor, user: User) -> RoleForm:
    return RoleForm(
        request.POST if request.method == "POST" and "role" in request.POST else None,
        agencies=queries.agencies_within(actor, "role.grant"),
        initial={"agency": user.agency_id, "valid_from": timezone.localdate()},
    )


def _hand_over_link(request: HttpRequest, user: User, said: str) -> HttpResponse:
    """Show the link once, on the account's page, to be handed to its owner."""
    request.session[_LINK_IN_SESSION] = signing.activation_link(request, user)
    return go(request, "person", user.pk, said=said)


def _done(
    request: HttpRequest, pk: int, said: str, verb: Callable[..., object], *given: object
) -> HttpResponse:
    """Do it, and say so, or say why not."""
    try:
        verb(*given)
    except Refused as refused:
        messages.error(request, str(refused))
        return go(request, "person", pk)
    return go(request, "person", pk, said=said)
