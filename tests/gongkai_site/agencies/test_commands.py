"""What is done at the server's console."""

from __future__ import annotations

import getpass
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from gongkai_site.agencies import crypto
from gongkai_site.agencies.audit import audit
from gongkai_site.agencies.models import Agency, AuditEntry, User
from gongkai_site.agencies.roles import ADMIN_ROLES, Role
from gongkai_site.agencies.service import SYSTEM, staff_actor
from gongkai_site.conf import environment

ROOT = Path(__file__).resolve().parents[3]
GOOD = ["Yunshan-2026-Xi", "Yunshan-2026-An", "Yunshan-2026-Sh"]
Answers = Callable[[list[str], list[str]], None]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answer what the command asks: lines typed, and passwords typed unseen."""

    def give(lines: list[str], passwords: list[str]) -> None:
        typed: Iterator[str] = iter(lines)
        unseen: Iterator[str] = iter(passwords)
        monkeypatch.setattr("builtins.input", lambda _: next(typed))
        monkeypatch.setattr(getpass, "getpass", lambda _: next(unseen))

    return give


def people(*names: str) -> list[str]:
    return [line for name in names for line in (name, f"{name}的姓名")]


def said(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out, stderr=out)
    return out.getvalue()


def test_three_people_become_the_first_administrators(db: None, answers: Answers) -> None:
    answers(
        ["云山县商务局", "云商务", *people("xitong", "anquan", "shenji")],
        [word for password in GOOD for word in (password, password)],
    )
    assert "三名管理员已经建立。请各自登录 /staff/" in said("create_first_admins")
    agency = Agency.objects.get()
    assert (agency.name, agency.code) == ("云山县商务局", "云商务")
    held = {user.username: staff_actor(user).roles for user in User.objects.all()}
    assert held == {
        "xitong": {Role.SYSTEM_ADMIN},
        "anquan": {Role.SECURITY_ADMIN},
        "shenji": {Role.AUDIT_ADMIN},
    }
    assert User.objects.get(username="anquan").check_password(GOOD[1])
    assert AuditEntry.objects.last().action == "admins.first"  # type: ignore[union-attr]


def test_weak_and_mistyped_passwords_are_asked_for_again(db: None, answers: Answers) -> None:
    answers(
        ["云山县商务局", "", "云商务", *people("xitong", "anquan", "shenji")],
        ["weak", GOOD[0], "mistyped", GOOD[0], GOOD[0], *(p for g in GOOD[1:] for p in (g, g))],
    )
    text = said("create_first_admins")
    assert "密码要包含小写字母、大写字母、数字、符号中的至少三种。请换一个。" in text
    assert "两次输入的密码不同，请重新输入。" in text
    assert User.objects.count() == 3


def test_two_of_the_three_may_not_be_one_person(db: None, answers: Answers) -> None:
    answers(
        ["云山县商务局", "云商务", *people("xitong", "xitong", "shenji")],
        [word for password in GOOD for word in (password, password)],
    )
    with pytest.raises(CommandError, match="要由三个人担任"):
        said("create_first_admins")
    assert not User.objects.exists() and not Agency.objects.exists()


def test_an_organ_with_administrators_gets_no_others(
    make_agency: Any, make_staff: Any, answers: Answers, db: None
) -> None:
    make_staff(Role.SYSTEM_ADMIN)
    answers(["云山县商务局"], [])
    with pytest.raises(CommandError, match="云山县商务局已经有管理员。"):
        said("create_first_admins")


def test_giving_up_saves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", stop)
    with pytest.raises(CommandError, match="什么也没有保存"):
        said("create_first_admins")


def test_the_chain_is_verified(db: None) -> None:
    audit(SYSTEM, "staff.added", target="a")
    assert "审计日志完好：共1条" in said("verify_audit")
    AuditEntry(number=5, at=AuditEntry.objects.get().at, actor_name="x", previous="y").save()
    with pytest.raises(CommandError, match="审计日志有问题：第2条缺失，下一条是第5条"):
        said("verify_audit")


def test_a_lost_phone_is_forgotten(make_staff: Any, enrol: Any, db: None) -> None:
    from gongkai_site.agencies.signing import has_second_factor

    user = make_staff(Role.SECURITY_ADMIN)
    enrol(user)
    assert user.username in said("reset_second_factor", user.username)
    assert not has_second_factor(user)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name) == ("second_factor.removed", "系统")
    with pytest.raises(CommandError, match="没有这个用户名"):
        said("reset_second_factor", "niemand")


def test_keys_are_rotated() -> None:
    sealed = crypto.encrypt("x", purpose="p")
    assert "请马上备份密钥文件" in said("rotate_keys")
    assert not crypto.is_current(sealed)
    assert crypto.decrypt(sealed, purpose="p") == "x"


# --- the environment ----------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{"GONGKAI_HOSTS": "gongkai.example"}, {"GONGKAI_HTTPS": "1"}])
def test_the_demonstration_is_refused_where_others_may_come(more: dict[str, str]) -> None:
    assert environment.demo({"GONGKAI_DEMO": "1"})
    assert not environment.demo(more)
    with pytest.raises(environment.SettingsError, match="只能在本机使用"):
        environment.demo({"GONGKAI_DEMO": "1"} | more)


def test_the_demonstration_does_not_listen_to_the_network(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "gongkai_site", "run", "--host", "192.0.2.1", "--no-browser"),
            *("--port", "18765"),
        ],
        env=os.environ
        | {
            "GONGKAI_VAR": str(tmp_path / "var"),
            "GONGKAI_DEMO": "1",
            "PYTHONPATH": str(ROOT / "src"),
        },
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "只能在本机使用，不能监听 192.0.2.1。" in done.stderr.decode()
    assert not (tmp_path / "var").exists()


def test_the_door_opens_by_itself_only_where_everybody_is_made_up(
    make_staff: Any, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    from gongkai_site.conf import demonstration

    # The door is told to the processes started next; here, only whether it would be.
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)

    def opened(**environ: str) -> bool:
        monkeypatch.setattr(os, "environ", environ)
        demonstration.open_the_door()
        return os.environ.get("GONGKAI_DEMO") == "1"

    assert not opened()
    make_staff(Role.LEGAL, is_demo=True)
    assert opened()
    assert not opened(GONGKAI_DEMO="0")
    assert not opened(GONGKAI_HOSTS="gongkai.example")
    make_staff(Role.LEGAL)
    assert not opened()


OIDC = {
    "GONGKAI_OIDC_SERVER": "https://sso.example/realms/gov",
    "GONGKAI_OIDC_CLIENT_ID": "gongkai",
    "GONGKAI_OIDC_SECRET": "s3cret",
}


def test_a_sign_on_service_is_named_by_the_environment() -> None:
    assert environment.sign_on({}) == []
    (service,) = environment.sign_on(OIDC | {"GONGKAI_OIDC_NAME": "粤政易"})
    assert (service["name"], service["client_id"]) == ("粤政易", "gongkai")
    assert service["settings"] == {"server_url": "https://sso.example/realms/gov"}


@pytest.mark.parametrize("missing", ["GONGKAI_OIDC_CLIENT_ID", "GONGKAI_OIDC_SECRET"])
def test_one_named_by_halves_is_refused(missing: str) -> None:
    given = {key: value for key, value in OIDC.items() if key != missing}
    with pytest.raises(environment.SettingsError, match="还要设置"):
        environment.sign_on(given)


def test_one_in_the_clear_is_refused() -> None:
    with pytest.raises(environment.SettingsError, match="https://"):
        environment.sign_on(OIDC | {"GONGKAI_OIDC_SERVER": "http://sso.example"})


def test_the_three_are_three() -> None:
    assert len(ADMIN_ROLES) == 3
