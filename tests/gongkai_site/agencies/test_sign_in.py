"""Signing in: password, code, enrolment, locks, idleness, and the demonstration's door."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from tests.gongkai_site.agencies.helpers import PASSWORD, code_of, words

from gongkai_site.agencies.audit import verify
from gongkai_site.agencies.models import AuditEntry, User
from gongkai_site.agencies.roles import Role

Make = Callable[..., Any]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def give_password(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/staff/sign-in/", {"login": user.username, "password": password} | extra)


@pytest.fixture
def officer(db: None, make_staff: Make) -> User:
    user: User = make_staff(Role.CASE_OFFICER, name="李某")
    user.set_password(PASSWORD)
    user.save()
    return user


# --- the way in ---------------------------------------------------------------------------------


def test_the_first_time_one_enrols_an_authenticator(
    history_may_go: None, client: Client, officer: User
) -> None:
    response = give_password(client, officer)
    assert response.url == "/staff/"
    for address in ("/staff/", "/staff/account/", "/staff/people/", "/reports/"):
        assert client.get(address).url == "/staff/account/authenticator/"
    page = client.get("/staff/account/authenticator/")
    text = page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in text
    assert "<svg" not in text
    secret = re.search(r'class="code">([A-Z2-7]+)<', text)[1]  # type: ignore[index]
    wrong = client.post("/staff/account/authenticator/", {"code": "000000"})
    assert "验证码不对。请核对手机时间是否准确，换下一个验证码再试。" in words(wrong)
    response = client.post("/staff/account/authenticator/", {"code": code_of(secret)}, follow=True)
    page_words = words(response)
    assert "这些恢复码只显示这一次" in page_words
    assert len(re.findall(r"<li>\d{8}</li>", response.content.decode())) == 10
    assert client.get("/staff/").status_code == 200
    again = words(client.get("/staff/account/recovery-codes/"))
    assert "还有 10 个恢复码没有用过。恢复码只在生成时显示一次" in again
    assert actions() == ["sign_in", "second_factor.added", "recovery_codes.made"]


def test_the_authenticators_secret_is_sealed(officer: User, enrol: Make) -> None:
    secret = enrol(officer)
    kept = str(Authenticator.objects.get(user=officer).data)
    assert secret not in kept


def test_later_one_gives_password_and_code(client: Client, officer: User, enrol: Make) -> None:
    secret = enrol(officer)
    response = give_password(client, officer, next="/staff/account/")
    assert response.url.startswith("/staff/sign-in/code/")
    assert client.get("/staff/").url == "/staff/sign-in/?next=/staff/"
    response = client.post(response.url, {"code": code_of(secret)})
    assert response.url == "/staff/account/"
    page = words(client.get("/staff/"))
    assert "李某 · 云山县商务局 · 承办人" in page
    assert actions() == ["sign_in"]


def test_a_name_in_capitals_is_the_same_name(client: Client, officer: User) -> None:
    response = client.post(
        "/staff/sign-in/", {"login": officer.username.upper(), "password": PASSWORD}
    )
    assert response.status_code == 302


def test_a_code_counts_once(officer: User, enrol: Make) -> None:
    code = code_of(enrol(officer))
    for answer in (302, 200):
        client = Client()
        give_password(client, officer)
        assert client.post("/staff/sign-in/code/", {"code": code}).status_code == answer


def test_a_recovery_code_does_once_without_the_phone(
    client: Client, officer: User, enrol: Make
) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    enrol(officer)
    code = RecoveryCodes.activate(officer).get_unused_codes()[0]
    give_password(client, officer)
    assert client.post("/staff/sign-in/code/", {"code": code}).status_code == 302
    other = Client()
    give_password(other, officer)
    assert other.post("/staff/sign-in/code/", {"code": code}).status_code == 200


def test_a_wrong_password_says_no_more_than_that(client: Client, officer: User) -> None:
    known = words(give_password(client, officer, "falsch"))
    unknown = words(client.post("/staff/sign-in/", {"login": "niemand", "password": "falsch"}))
    sentence = "用户名或者密码不对。请重新输入；忘记密码的，请找系统管理员重置。"
    assert sentence in known and sentence in unknown
    assert actions() == ["sign_in.failed", "sign_in.failed"]
    targets = set(AuditEntry.objects.values_list("target", flat=True))
    assert targets == {officer.username, "（没有这个账号）"}


def test_a_closed_account_stays_out(client: Client, officer: User) -> None:
    officer.is_active = False
    officer.save()
    response = give_password(client, officer)
    assert "这个账号不能登录。需要恢复的，请联系系统管理员。" in words(client.get(response.url))
    assert client.get("/staff/").status_code == 302


def test_signing_out_ends_it(signed_in: Make, officer: User) -> None:
    client = signed_in(officer)
    assert client.get("/staff/sign-out/").status_code == 200
    response = client.post("/staff/sign-out/", follow=True)
    assert "已经退出。" in words(response)
    assert client.get("/staff/").url == "/staff/sign-in/?next=/staff/"
    assert actions() == ["sign_in", "sign_out"]


def test_nobody_signs_up(client: Client, db: None) -> None:
    for address in ("/staff/signup/", "/accounts/signup/", "/staff/password/reset/"):
        assert client.get(address).status_code == 404


def test_sign_in_goes_on_only_within_the_site(client: Client, officer: User) -> None:
    assert give_password(client, officer, next="https://evil.example/").url == "/staff/"


def test_pages_of_staff_are_not_kept_by_the_browser(signed_in: Make, officer: User) -> None:
    assert "no-store" in signed_in(officer).get("/staff/")["Cache-Control"]


# --- locks --------------------------------------------------------------------------------------


def test_five_failures_lock_for_a_quarter_of_an_hour(officer: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(4):
            assert give_password(Client(), officer, "falsch").status_code == 200
        fifth = give_password(Client(), officer, "falsch")
        assert fifth.status_code == 429
        assert "连续 5 次输错密码或者验证码，这个账号暂停登录 15 分钟。" in words(fifth)
        assert give_password(Client(), officer).status_code == 429
        clock.shift(timedelta(minutes=14))
        assert give_password(Client(), officer).status_code == 429
        clock.shift(timedelta(minutes=2))
        assert give_password(Client(), officer).status_code == 302
    assert actions() == ["sign_in.failed"] * 4 + ["sign_in.locked", "sign_in.failed", "sign_in"]
    assert verify().sound


def test_wrong_codes_lock_too_and_a_right_one_does_not_open(
    client: Client, officer: User, enrol: Make
) -> None:
    secret = enrol(officer)
    give_password(client, officer)
    for _ in range(4):
        assert client.post("/staff/sign-in/code/", {"code": "000000"}).status_code == 200
    assert client.post("/staff/sign-in/code/", {"code": "000000"}).status_code == 429
    assert client.post("/staff/sign-in/code/", {"code": code_of(secret)}).status_code == 429
    assert client.get("/staff/").status_code == 302


def test_the_security_administrator_opens_the_lock(
    officer: User, make_staff: Make, signed_in: Make
) -> None:
    guard = signed_in(make_staff(Role.SECURITY_ADMIN))
    for _ in range(5):
        give_password(Client(), officer, "falsch")
    assert "有 1 个账号被锁定。" in words(guard.get("/staff/"))
    assert officer.username in words(guard.get("/staff/locks/"))
    response = guard.post("/staff/locks/open", {"username": officer.username}, follow=True)
    assert f"已解除 {officer.username} 的锁定。" in words(response)
    assert give_password(Client(), officer).status_code == 302
    response = guard.post("/staff/locks/open", {"username": officer.username}, follow=True)
    assert "这个账号现在没有被锁定。" in words(response)


def test_others_may_not_open_locks(make_staff: Make, signed_in: Make) -> None:
    client = signed_in(make_staff(Role.SYSTEM_ADMIN))
    assert client.get("/staff/locks/").status_code == 403
    response = client.post("/staff/locks/open", {"username": "x"}, follow=True)
    assert "不能办理“解除登录锁定”，这件事由安全管理员办理" in words(response)


# --- idleness and proving oneself again ---------------------------------------------------------


def test_half_an_hour_of_idleness_ends_the_session(signed_in: Make, officer: User) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = signed_in(officer)
        client.get("/staff/")
        for _ in range(3):
            clock.shift(timedelta(minutes=29))
            assert client.get("/staff/").status_code == 200
        clock.shift(timedelta(minutes=31))
        response = client.get("/staff/account/")
        assert response.url == "/staff/sign-in/?next=/staff/account/"
        assert "超过 30 分钟没有操作，已经自动退出。" in words(client.get(response.url))


def test_something_grave_asks_for_a_code_again_and_goes_on(
    officer: User, make_staff: Make, enrol: Make
) -> None:
    guard = make_staff(Role.SECURITY_ADMIN)
    secret = enrol(guard)
    start = timezone.now()
    form = {"role": "legal", "agency": officer.agency_id, "valid_from": "2026-01-05"}
    with time_machine.travel(start, tick=False) as clock:
        client = Client()
        give_password(client, guard)
        client.post("/staff/sign-in/code/", {"code": code_of(secret)})
        clock.shift(timedelta(minutes=6))
        response = client.post(f"/staff/people/{officer.pk}/roles", form)
        assert response.url.startswith("/staff/confirm/?next=")
        assert not officer.memberships.filter(role=Role.LEGAL).exists()
        assert "已经填写的内容不会丢" in words(client.get(response.url))
        wrong = client.post(response.url, {"code": "000000"})
        assert "验证码不对" in words(wrong)
        done = client.post(response.url, {"code": code_of(secret)})
        assert done.url == f"/staff/people/{officer.pk}/"
    assert officer.memberships.filter(role=Role.LEGAL).exists()


def test_just_after_signing_in_no_code_is_asked_again(
    officer: User, make_staff: Make, signed_in: Make
) -> None:
    client = signed_in(make_staff(Role.SECURITY_ADMIN))
    form = {"role": "legal", "agency": officer.agency_id, "valid_from": "2026-01-05"}
    response = client.post(f"/staff/people/{officer.pk}/roles", form)
    assert response.url == f"/staff/people/{officer.pk}/"


def test_changing_the_password_follows_the_rules(signed_in: Make, officer: User) -> None:
    client = signed_in(officer)
    for new, says in {
        "short1A": "密码太短，至少要包含 10 个字符",
        "alllowercaseletters": "密码要包含小写字母、大写字母、数字、符号中的至少三种。",
        f"{officer.username.title()}-A1x": "相似",
    }.items():
        response = client.post(
            "/staff/account/password/",
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
        assert says in words(response), words(response)
    new = "Xinmima-2027-Shan"
    response = client.post(
        "/staff/account/password/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
        follow=True,
    )
    assert "密码已经修改。" in words(response)
    assert "password.changed" in actions()
    assert give_password(Client(), officer, new).status_code == 302


def test_changing_the_phone_takes_a_new_authenticator(signed_in: Make, officer: User) -> None:
    client = signed_in(officer)
    assert "原来的恢复码同时作废" in words(client.get("/staff/account/authenticator/remove/"))
    response = client.post("/staff/account/authenticator/remove/", follow=True)
    assert "验证器已经解除，请马上绑定新的。" in words(response)
    assert response.redirect_chain[-1][0] == "/staff/account/authenticator/"
    assert client.get("/staff/").status_code == 302


# --- setting the first password -----------------------------------------------------------------


def test_a_new_account_sets_its_password_by_a_link_that_works_once(
    make_staff: Make, signed_in: Make, client: Client
) -> None:
    admin = make_staff(Role.SYSTEM_ADMIN)
    page = signed_in(admin).post(
        "/staff/people/add",
        {"username": "zhaoliu", "display_name": "赵六", "agency": admin.agency_id},
        follow=True,
    )
    link = re.search(r"http://testserver(/staff/activate/\S+/)<", page.content.decode())[1]  # type: ignore[index]
    assert "只能用一次" in words(page)
    form_address = client.get(link).url
    assert "赵六" in words(client.get(form_address))
    weak = client.post(form_address, {"new_password1": "a", "new_password2": "a"})
    assert "密码太短，至少要包含 10 个字符" in words(weak)
    done = client.post(
        form_address, {"new_password1": PASSWORD, "new_password2": PASSWORD}, follow=True
    )
    assert "密码已经设好。请登录" in words(done)
    assert "链接已经失效" in words(Client().get(link, follow=True))
    assert give_password(client, User.objects.get(username="zhaoliu")).status_code == 302


# --- the demonstration --------------------------------------------------------------------------


@pytest.fixture
def made_up(db: None, make_staff: Make) -> User:
    user: User = make_staff(Role.LEGAL, name="法某", is_demo=True)
    return user


@pytest.fixture
def demo(settings: Any, made_up: User) -> User:
    settings.DEMO = True
    return made_up


HERE = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


def test_one_click_signs_in_as_a_made_up_person(client: Client, demo: User) -> None:
    page = words(client.get("/staff/sign-in/", **HERE))
    assert "演示：选一个角色直接登录" in page and "法规处 法某" in page
    response = client.post("/staff/demo", {"person": demo.username}, **HERE)
    assert response.url == "/staff/"
    assert "法某 · 云山县商务局 · 法规处" in words(client.get("/staff/", **HERE))
    assert actions() == ["sign_in.demo"]


@pytest.mark.parametrize(
    "from_where",
    [
        HERE | {"REMOTE_ADDR": "192.168.1.9"},
        HERE | {"HTTP_X_FORWARDED_FOR": "10.0.0.1"},
        HERE | {"HTTP_FORWARDED": "for=10.0.0.1"},
        HERE | {"HTTP_HOST": "gongkai.example"},
    ],
)
def test_the_door_is_shut_to_everybody_but_this_machine(
    client: Client, demo: User, settings: Any, from_where: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert "演示" not in words(client.get("/staff/sign-in/", **from_where))
    assert client.post("/staff/demo", {"person": demo.username}, **from_where).status_code == 403
    assert actions() == []


def test_a_session_from_the_door_ends_when_it_shuts(
    client: Client, demo: User, settings: Any
) -> None:
    client.post("/staff/demo", {"person": demo.username}, **HERE)
    settings.DEMO = False
    assert client.get("/staff/", **HERE).url == "/staff/sign-in/?next=/staff/"


def test_without_the_demonstration_there_is_no_door(client: Client, made_up: User) -> None:
    assert client.post("/staff/demo", {"person": made_up.username}, **HERE).status_code == 403


def test_nobody_real_is_let_in_by_the_door(client: Client, demo: User, officer: User) -> None:
    assert client.post("/staff/demo", {"person": officer.username}, **HERE).status_code == 404


# --- the report desk ----------------------------------------------------------------------------


def test_the_report_desk_is_open_unless_told_otherwise(
    client: Client, db: None, settings: Any
) -> None:
    assert client.get("/reports/").status_code == 200
    settings.STAFF_ONLY_ROOMS = ["reporting"]
    assert client.get("/reports/").url == "/staff/sign-in/?next=/reports/"


def test_the_report_desk_is_open_to_staff(signed_in: Make, officer: User, settings: Any) -> None:
    settings.STAFF_ONLY_ROOMS = ["reporting"]
    page = words(signed_in(officer).get("/reports/"))
    assert "李某" in page and "退出" in page
