"""Sign-in and administration in a browser: without a script, wide and narrow, read by axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings as site_settings
from tests.gongkai_site.agencies.helpers import PASSWORD, code_of
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide

from gongkai_site.agencies import service
from gongkai_site.agencies.models import User
from gongkai_site.agencies.roles import Role

pytestmark = pytest.mark.browser
Make = Callable[..., Any]


def as_member(visitor: Visitor, client: Any, width: int) -> Any:
    """A page in which somebody is signed in already."""
    page = visitor.page(width)
    value = client.cookies[site_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": site_settings.SESSION_COOKIE_NAME, "value": value, "url": visitor.base}]
    )
    return page


def test_the_first_sign_in_without_a_script(visitor: Visitor, make_staff: Make) -> None:
    user: User = make_staff(Role.CASE_OFFICER, name="李某")
    user.set_password(PASSWORD)
    user.save()
    page = visitor.page(java_script_enabled=False)
    page.goto("/reports/")
    page.get_by_role("link", name="登录", exact=True).click()
    page.get_by_role("textbox", name="用户名").fill(user.username)
    page.locator("#id_password").fill("falsch")
    page.get_by_role("button", name="登录").click()
    assert "用户名或者密码不对" in page.get_by_role("alert").inner_text()
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    assert page.get_by_role("heading", level=1).inner_text() == "绑定验证器"
    square = page.get_by_role("img").bounding_box()
    assert square is not None and square["width"] >= 200
    secret = page.locator(".code").inner_text()
    page.get_by_label("验证码").fill(code_of(secret))
    page.get_by_role("button", name="绑定").click()
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="已经保存，继续").click()
    assert page.get_by_role("heading", level=1).inner_text() == "工作台"
    page.get_by_role("link", name="李某").click()
    assert "还有 10 个没有用过。" in page.inner_text("main")
    page.get_by_role("button", name="退出").click()
    assert "已经退出。" in page.inner_text("main")


def test_four_eyes_in_the_browser(visitor: Visitor, make_staff: Make, signed_in: Make) -> None:
    user = make_staff(name="新某")
    guard = as_member(visitor, signed_in(make_staff(Role.SECURITY_ADMIN, name="安某")), 1280)
    guard.goto(f"/staff/people/{user.pk}/")
    guard.locator("#id_role").select_option("审计管理员")
    guard.get_by_role("button", name="授予").click()
    assert "等待另一名管理员复核" in guard.inner_text("main")
    system = as_member(visitor, signed_in(make_staff(Role.SYSTEM_ADMIN)), 1280)
    system.goto("/staff/")
    system.get_by_role("link", name="去复核").click()
    system.get_by_role("button", name="通过：新某审计管理员", exact=True).click()
    assert "已复核通过。" in system.inner_text("main")
    assert user.memberships.get().role == Role.AUDIT_ADMIN


@pytest.fixture
def house(history_may_go: None, make_agency: Make, make_staff: Make, actor: Make) -> dict[str, Any]:
    """A city, its bureau with offices and people, a proposal, an audit log: something on each page."""
    city = make_agency("云山市人民政府办公室", level="city")
    bureau = make_agency("云山县商务和投资促进局", parent=city, level="county")
    for name in ("办公室", "法规科", "对外贸易管理和服务科"):
        bureau.offices.create(name=name, valid_from=date(2020, 1, 1))
    admins = {role: make_staff(role, agency=city, name=role.label) for role in list(Role)[-3:]}
    both = make_staff(Role.LEGAL, agency=bureau, name="欧阳某某")
    both.memberships.create(agency=city, role=Role.SUPERVISOR, valid_from=date(2020, 1, 1))
    newcomer = make_staff(agency=bureau, name="新某")
    guard = actor(admins[Role.SECURITY_ADMIN])
    service.grant_role(guard, newcomer, city, Role.AUDIT_ADMIN, valid_from=date(2026, 1, 1))
    return {"bureau": bureau, "both": both, "newcomer": newcomer} | admins


def pages_of(house: dict[str, Any]) -> dict[Any, list[str]]:
    person, organ = f"/staff/people/{house['both'].pk}/", f"/staff/organs/{house['bureau'].pk}/"
    return {
        Role.SYSTEM_ADMIN: [
            *("/staff/", "/staff/account/", "/staff/account/password/", "/staff/people/"),
            *("/staff/people/add", person, "/staff/organs/?ended", "/staff/organs/add", organ),
            *("/staff/account/authenticator/remove/", "/staff/account/recovery-codes/new/"),
            *("/staff/proposals/", "/staff/sign-out/", "/staff/confirm/"),
        ],
        Role.SECURITY_ADMIN: [person, f"/staff/people/{house['newcomer'].pk}/", "/staff/locks/"],
        Role.AUDIT_ADMIN: ["/staff/audit/"],
        "both": ["/staff/"],
    }


@pytest.mark.parametrize("width", [1440, 320])
def test_every_page_is_without_fault(
    visitor: Visitor, house: dict[str, Any], signed_in: Make, width: int
) -> None:
    found: dict[str, object] = {}
    for who, addresses in pages_of(house).items():
        page = as_member(visitor, signed_in(house[who]), width)
        for address in addresses:
            assert page.goto(address).status == 200, address
            if faults := axe_faults(page):
                found[f"{who} {address}"] = faults
            if elements := too_wide(page, width):
                found[f"{who} {address} is too wide"] = elements
    assert found == {}


@pytest.mark.parametrize("width", [1440, 320])
def test_every_page_before_signing_in_is_without_fault(
    visitor: Visitor, make_staff: Make, enrol: Make, settings: Any, rf: Any, width: int
) -> None:
    settings.DEMO = True
    for role in Role:
        make_staff(role, name=f"演示{role.label}", is_demo=True)
    user = make_staff(Role.LEGAL, name="法某")
    enrol(user)
    from gongkai_site.agencies.signing import activation_link

    link = activation_link(rf.get("/"), user).removeprefix("http://testserver")
    page = visitor.page(width)
    found: dict[str, object] = {}

    def look(name: str) -> None:
        faults, elements = axe_faults(page), too_wide(page, width)
        if faults or elements:
            found[name] = (faults, elements)

    for address in (
        "/staff/sign-in/",
        link,
        link[:-3] + "/",
        "/staff/oidc/error/",
        "/staff/closed/",
    ):
        page.goto(address)
        look(address)
    page.goto("/staff/sign-in/")
    page.get_by_role("textbox", name="用户名").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    for attempt in range(5):
        look(f"code {attempt}")
        page.get_by_label("验证码").fill("000000")
        page.get_by_role("button", name="登录", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "账号已锁定"
    look("locked")
    assert found == {}


@pytest.mark.parametrize("width", [1440, 320])
def test_enrolment_and_forms_with_faults_are_without_fault(
    visitor: Visitor, make_staff: Make, signed_in: Make, width: int
) -> None:
    page = as_member(visitor, signed_in(make_staff(Role.SYSTEM_ADMIN)), width)
    found: dict[str, object] = {}
    page.goto("/staff/people/add")
    page.get_by_role("textbox", name="用户名").fill("赵")
    page.get_by_label("姓名").fill("赵六")
    page.get_by_role("button", name="开通").click()
    assert "用户名只能用小写字母" in page.inner_text("main")
    found["form"] = (axe_faults(page), too_wide(page, width))
    page.goto("/staff/account/authenticator/remove/")
    page.get_by_role("button", name=re.compile("解除")).click()
    assert page.get_by_role("heading", level=1).inner_text() == "绑定验证器"
    found["enrol"] = (axe_faults(page), too_wide(page, width))
    page.get_by_label("验证码").fill(code_of(page.locator(".code").inner_text()))
    page.get_by_role("button", name="绑定").click()
    found["codes"] = (axe_faults(page), too_wide(page, width))
    assert found == dict.fromkeys(("form", "enrol", "codes"), ("", []))


def test_one_click_in_the_demonstration(visitor: Visitor, make_staff: Make, settings: Any) -> None:
    settings.DEMO = True
    make_staff(Role.DISCLOSURE_HEAD, name="负责某", is_demo=True)
    page = visitor.page()
    page.goto("/staff/sign-in/")
    page.get_by_role("button", name="公开机构负责人 负责某").click()
    assert "负责某 · 云山县商务局 · 公开机构负责人" in page.inner_text("main")
