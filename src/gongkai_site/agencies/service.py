"""Every change to organs, offices, staff and roles: one function a verb, each in one transaction.

Nothing else writes these records. A verb asks whether its actor may, changes the records and writes
the audit entry together. What other rooms need of this one is offered here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from gongkai.casework.identity import credit_code_fault, tidy_identity
from gongkai_site.agencies.actors import (
    PUBLIC,
    SYSTEM,
    Actor,
    Refused,
    actor_of,
    allowed,
    reach,
    require,
    staff_actor,
)
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.models import Agency, Membership, Office, RoleProposal, User
from gongkai_site.agencies.roles import ADMIN_ROLES, BUSINESS_ROLES, Role
from gongkai_site.agencies.signing import has_second_factor

__all__ = [
    "PUBLIC",
    "SYSTEM",
    "Actor",
    "Refused",
    "actor_of",
    "add_agency",
    "add_office",
    "add_staff",
    "allowed",
    "audit",
    "change_agency",
    "change_office",
    "change_staff",
    "decide_proposal",
    "disable_staff",
    "enable_staff",
    "end_role",
    "grant_role",
    "reach",
    "reorganise",
    "require",
    "reset_password",
    "staff_actor",
]

AGENCY_FIELDS = (
    *("code", "name", "level", "parent", "valid_from", "credit_code", "review_organ", "court"),
    *("office_name", "address", "postcode", "office_hours", "phone", "fax", "email", "website"),
)
"""What may be told of an organ, in the order its form asks; its end is told by `reorganise`."""


# --- organs and offices -------------------------------------------------------------------------


@transaction.atomic
def add_agency(actor: Actor, particulars: Mapping[str, object]) -> Agency:
    """Enter an organ. `particulars` are by field (AGENCY_FIELDS).

    Raises Refused unless the actor manages the organ above it, or every organ.
    """
    parent = particulars.get("parent")
    above = parent.pk if isinstance(parent, Agency) else None
    require(actor, "agency.manage", agency_id=above)
    if above is None and reach(actor, "agency.manage") is not None:
        raise Refused("请选择主管或上级机关：你只能增加本机关下级的机关。", "parent")
    agency = Agency()
    _fill(agency, particulars)
    _save(agency)
    audit(actor, "agency.added", target=str(agency), agency_id=agency.pk)
    return agency


@transaction.atomic
def change_agency(actor: Actor, agency: Agency, particulars: Mapping[str, object]) -> Agency:
    """Correct or bring up to date what is known of an organ.

    Raises Refused where the organ would stand under itself, or somebody moves their own organ.
    """
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    require(actor, "agency.manage", agency_id=agency.pk)
    before = {name: getattr(agency, name) for name in AGENCY_FIELDS}
    _fill(agency, particulars)
    changed = [name for name in AGENCY_FIELDS if getattr(agency, name) != before[name]]
    if "parent" in changed:
        _check_place(actor, agency)
    if changed:
        _save(agency)
        audit(
            actor,
            "agency.changed",
            target=str(agency),
            agency_id=agency.pk,
            details={"changed": changed},
        )
    return agency


@transaction.atomic
def reorganise(actor: Actor, agency: Agency, successor: Agency, on: date) -> None:
    """Let `successor` take over an organ's duties on a day (机构改革).

    The organ ends the day before; from then on the successor's people see its cases, and everybody
    who held a business role in it holds the same in the successor.
    """
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    require(actor, "agency.manage", agency_id=agency.pk)
    require(actor, "agency.manage", agency_id=successor.pk)
    if agency.successor_id is not None:
        raise Refused("这个机关已经登记过承继机关，不能再登记一次。", "successor")
    after: Agency | None = successor
    while after is not None:
        if after.pk == agency.pk:
            raise Refused("机关不能由自己承继。请另选承继机关。", "successor")
        after = after.successor
    if on <= agency.valid_from:
        raise Refused("承继日期应当晚于机关成立日期。", "on")
    if on > timezone.localdate():
        raise Refused("承继日期还没有到，请在当天或者之后登记。", "on")
    if on < successor.valid_from:
        raise Refused("承继日期不能早于承继机关的成立日期。", "on")
    last_day = on - timedelta(days=1)
    moved = 0
    for one in _lasting(on, agency=agency):
        if one.role in BUSINESS_ROLES:
            _take_up(one.user, successor, Role(one.role), None, max(on, one.valid_from), one)
            moved += 1
        _end(one, last_day)
    User.objects.filter(agency=agency).update(agency=successor, office=None)
    agency.valid_until, agency.successor = last_day, successor
    _save(agency)
    audit(
        actor,
        "agency.reorganised",
        target=f"{agency} → {successor}",
        agency_id=agency.pk,
        details={"on": on.isoformat(), "roles_moved": moved},
    )


@transaction.atomic
def add_office(actor: Actor, agency: Agency, name: str, valid_from: date) -> Office:
    """Enter an office of an organ."""
    require(actor, "agency.manage", agency_id=agency.pk)
    office = Office(agency=agency, name=" ".join(name.split()), valid_from=valid_from)
    _save(office)
    audit(actor, "office.added", target=f"{agency} {office}", agency_id=agency.pk)
    return office


@transaction.atomic
def change_office(actor: Actor, office: Office, *, name: str, valid_until: date | None) -> Office:
    """Rename an office, or give the day it ends."""
    require(actor, "agency.manage", agency_id=office.agency_id)
    office.name, office.valid_until = " ".join(name.split()), valid_until
    _save(office)
    audit(actor, "office.changed", target=f"{office.agency} {office}", agency_id=office.agency_id)
    return office


# --- staff --------------------------------------------------------------------------------------


@transaction.atomic
def add_staff(
    actor: Actor,
    *,
    username: str,
    display_name: str,
    agency: Agency,
    office: Office | None = None,
    email: str = "",
) -> User:
    """Open an account; it has no password yet, and no role.

    Its owner sets the password with the link `signing.activation_link` gives, once.
    """
    require(actor, "staff.manage", agency_id=agency.pk)
    user = User(
        username=username.strip().lower(),
        display_name=" ".join(display_name.split()),
        agency=agency,
        office=_office_of(agency, office),
        email=email.strip(),
    )
    user.set_unusable_password()
    _save(user)
    audit(actor, "staff.added", target=user.username, agency_id=agency.pk)
    return user


@transaction.atomic
def change_staff(
    actor: Actor, user: User, *, display_name: str, office: Office | None, email: str
) -> User:
    """Correct somebody's name, office or e-mail address."""
    user = _manageable(actor, "staff.manage", user)
    user.display_name = " ".join(display_name.split())
    user.office = _office_of(user.agency, office)
    user.email = email.strip()
    _save(user)
    audit(actor, "staff.changed", target=user.username, agency_id=user.agency_id)
    return user


@transaction.atomic
def disable_staff(actor: Actor, user: User) -> None:
    """Close an account. An administrator's role must be ended first, which takes two people."""
    user = _manageable(actor, "staff.manage", user)
    _not_oneself(actor, user, "停用")
    if _is_admin(user):
        raise Refused(
            "这个人是管理员，不能直接停用。请先由安全管理员提出撤销管理员角色，经复核后再停用。"
        )
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit(actor, "staff.disabled", target=user.username, agency_id=user.agency_id)


@transaction.atomic
def enable_staff(actor: Actor, user: User) -> None:
    """Open a closed account again; the roles it still holds hold again."""
    user = _manageable(actor, "staff.manage", user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit(actor, "staff.enabled", target=user.username, agency_id=user.agency_id)


@transaction.atomic
def reset_password(actor: Actor, user: User) -> None:
    """Take somebody's password away, so that they set another with a new link.

    Refused for an administrator without an authenticator: whoever held the link could take the
    account over alone.
    """
    user = _manageable(actor, "staff.manage", user)
    _not_oneself(actor, user, "重置")
    if _is_admin(user) and not has_second_factor(user):
        raise Refused(
            "这名管理员还没有绑定验证器，重置密码就等于交出账号。"
            "请由能够登录服务器的人执行 manage changepassword。"
        )
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit(actor, "password.reset", target=user.username, agency_id=user.agency_id)


# --- roles --------------------------------------------------------------------------------------


@transaction.atomic
def grant_role(
    actor: Actor,
    user: User,
    agency: Agency,
    role: Role,
    *,
    valid_from: date,
    valid_until: date | None = None,
    office: Office | None = None,
) -> Membership | RoleProposal:
    """Give somebody a role: at once for a business role, as a proposal for an administrator's.

    Raises Refused for oneself, for a second administrator's role, for a business role beside an
    administrator's, and for a role already held.
    """
    require(actor, "role.grant", agency_id=agency.pk)
    user = _manageable(actor, "role.grant", user)
    _not_oneself(actor, user, "授予角色给")
    if not user.is_active:
        raise Refused("这个账号已经停用，不能授予角色。请先恢复账号。", "user")
    _check_combination(user, agency, role, valid_from)
    if role in ADMIN_ROLES:
        return _propose(actor, user, agency, role)
    held = _take_up(user, agency, role, _office_of(agency, office), valid_from)
    held.valid_until = valid_until
    _save(held)
    audit(
        actor,
        "role.granted",
        target=user.username,
        agency_id=agency.pk,
        details={"role": role.value, "from": valid_from.isoformat()},
    )
    return held


@transaction.atomic
def end_role(actor: Actor, held: Membership, *, today: date | None = None) -> RoleProposal | None:
    """Take a role away: at once for a business role, as a proposal for an administrator's."""
    require(actor, "role.grant", agency_id=held.agency_id)
    today = today or timezone.localdate()
    if held.is_admin:
        return _propose(actor, held.user, held.agency, Role(held.role), ending=held)
    _end(held, today - timedelta(days=1))
    audit(
        actor,
        "role.ended",
        target=held.user.username,
        agency_id=held.agency_id,
        details={"role": held.role},
    )
    return None


@transaction.atomic
def decide_proposal(
    actor: Actor, proposal: RoleProposal, *, confirm: bool, today: date | None = None
) -> RoleProposal:
    """Confirm or reject a change of an administrator's role.

    Raises Refused for whoever proposed it, for whomever it concerns, for one already decided, and
    where the last administrator of a kind would go.
    """
    proposal = RoleProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    require(actor, "role.confirm", agency_id=proposal.agency_id)
    if proposal.decision != RoleProposal.Decision.OPEN:
        raise Refused("这项变更已经复核过了。")
    if actor.user_id == proposal.proposed_by_id:
        raise Refused("这项变更是你提出的，要由另一名管理员复核。")
    if actor.user_id == proposal.user_id:
        raise Refused("这项变更涉及你本人，要由另一名管理员复核。")
    today = today or timezone.localdate()
    User.objects.select_for_update(of=("self",)).get(pk=proposal.user_id)
    if confirm:
        _carry_out(proposal, today)
    words = RoleProposal.Decision
    proposal.decision = words.CONFIRMED if confirm else words.REJECTED
    proposal.decided_by_id, proposal.decided_at = actor.user_id, timezone.now()
    proposal.save()
    audit(
        actor,
        "role.confirmed" if confirm else "role.rejected",
        target=proposal.user.username,
        agency_id=proposal.agency_id,
        details={"role": proposal.role, "ends": proposal.ends, "proposal": proposal.pk},
    )
    return proposal


def _propose(
    actor: Actor, user: User, agency: Agency, role: Role, ending: Membership | None = None
) -> RoleProposal:
    if actor.user_id is None:
        raise Refused("管理员角色要由安全管理员提出。")
    same = {"user": user, "role": role, "ends": ending is not None}
    if RoleProposal.objects.filter(**same, decision=RoleProposal.Decision.OPEN).exists():
        raise Refused("这项变更已经提出，正等待另一名管理员复核。")
    proposal = RoleProposal.objects.create(
        **same, agency=agency, membership=ending, proposed_by=User.objects.get(pk=actor.user_id)
    )
    audit(
        actor,
        "role.proposed",
        target=user.username,
        agency_id=agency.pk,
        details={"role": role.value, "ends": proposal.ends, "proposal": proposal.pk},
    )
    return proposal


def _carry_out(proposal: RoleProposal, today: date) -> None:
    role = Role(proposal.role)
    if not proposal.ends:
        _check_combination(proposal.user, proposal.agency, role, today)
        _take_up(proposal.user, proposal.agency, role, None, today)
        return
    others = _lasting(today, role=role)
    if not any(one.user_id != proposal.user_id and one.user.is_active for one in others):
        raise Refused(f"这是最后一名{role.label}，撤销后无人管理。请先授予另一人，再撤销。")
    if proposal.membership is not None:
        _end(proposal.membership, today - timedelta(days=1))


def _check_combination(user: User, agency: Agency, role: Role, from_day: date) -> None:
    """三员分立: an administrator holds one administrator's role and nothing else."""
    held = list(_lasting(from_day, user=user))
    admin = next((one for one in held if one.is_admin), None)
    if any(one.role == role and one.agency_id == agency.pk for one in held):
        raise Refused(f"这个人已经是{agency}的{role.label}。", "role")
    if role in ADMIN_ROLES and admin is not None and admin.role != role:
        raise Refused(
            f"这个人已经是{Role(admin.role).label}。系统、安全、审计三类管理员不能由一人兼任，请另选一人。",
            "role",
        )
    if role in ADMIN_ROLES and any(not one.is_admin for one in held):
        raise Refused(
            "这个人还有业务角色。管理员不能兼任业务角色，请先撤销业务角色，或者另选一人。", "role"
        )
    if role in BUSINESS_ROLES and admin is not None:
        raise Refused("这个人是管理员。管理员不能兼任业务角色，请另选一人。", "role")


# --- shared -------------------------------------------------------------------------------------


def _lasting(day: date, **which: object) -> list[Membership]:
    """The roles held on a day or from a later day."""
    held = Membership.objects.lasting_on(day).filter(**which)
    return list(held.select_related("user", "agency"))


def _is_admin(user: User) -> bool:
    return any(one.is_admin for one in _lasting(timezone.localdate(), user=user))


def _take_up(
    user: User,
    agency: Agency,
    role: Role,
    office: Office | None,
    valid_from: date,
    like: Membership | None = None,
) -> Membership:
    held = Membership(user=user, agency=agency, role=role, office=office, valid_from=valid_from)
    if like is not None:
        held.valid_until = like.valid_until
    _save(held)
    return held


def _end(held: Membership, last_day: date) -> None:
    """End a role after `last_day`; one that begins later never holds."""
    if last_day < held.valid_from:
        held.revoked = True
    else:
        held.valid_until = last_day
    held.save(update_fields=["valid_until", "revoked"])


def _manageable(actor: Actor, code: str, user: User) -> User:
    """The account anew, locked; Refused unless the actor may do this where it belongs."""
    found = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    require(actor, code, agency_id=found.agency_id)
    return found


def _not_oneself(actor: Actor, user: User, verb: str) -> None:
    if actor.user_id == user.pk:
        raise Refused(f"不能{verb}自己，请由另一名管理员办理。")


def _office_of(agency: Agency | None, office: Office | None) -> Office | None:
    if office is not None and (agency is None or office.agency_id != agency.pk):
        raise Refused("所选处室不属于这个机关，请重新选择。", "office")
    return office


def _check_place(actor: Actor, agency: Agency) -> None:
    if agency.pk == actor.agency_id:
        raise Refused("不能更改本机关的上级机关，请由上级机关的系统管理员办理。", "parent")
    above = agency.parent
    if above is not None:
        require(actor, "agency.manage", agency_id=above.pk)
    elif reach(actor, "agency.manage") is not None:
        raise Refused("请选择主管或上级机关。", "parent")
    while above is not None:
        if above.pk == agency.pk:
            raise Refused("机关不能处于自己的下级之下。请另选上级机关。", "parent")
        above = above.parent


def _fill(agency: Agency, particulars: Mapping[str, object]) -> None:
    unknown = set(particulars) - set(AGENCY_FIELDS)
    if unknown:
        raise TypeError(f"an organ has no {', '.join(sorted(unknown))}")
    for name, value in particulars.items():
        setattr(agency, name, value.strip() if isinstance(value, str) else value)
    agency.credit_code = tidy_identity(agency.credit_code)
    fault = credit_code_fault(agency.credit_code) if agency.credit_code else None
    if fault is not None:
        raise Refused(fault, "credit_code")


def _save(record: models.Model) -> None:
    """Save what Django finds valid; Refused, naming the field, for what it does not."""
    try:
        record.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        if name == "__all__":
            raise Refused(messages[0]) from None
        label = getattr(record._meta.get_field(name), "verbose_name", name)
        raise Refused(f"{label}：{messages[0]}", name) from None
    record.save()
