"""From the office's verbs to the files: the real catalogue, the site's page, who may do what."""

from __future__ import annotations

import errno
import io
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from tests.gongkai_site.disclosures.factories import Desk, make_column, make_desk, make_person
from tests.gongkai_site.portal.build.fakes import tree

from gongkai_site.agencies.actors import Refused
from gongkai_site.agencies.models import AuditEntry, User
from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures import hooks, published, service
from gongkai_site.portal.build import files, following, run, tasks, work
from gongkai_site.portal.build.opening import Opened
from gongkai_site.portal.build.pages import Pages
from gongkai_site.portal.build.place import Place
from gongkai_site.portal.build.run import rebuild
from gongkai_site.portal.build.state import State
from gongkai_site.portal.models import Site
from gongkai_site.portal.site import change_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR = tmp_path / "var"
    return tmp_path / "var"


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def particulars(desk: Desk, **more: Any) -> dict[str, Any]:
    told = dict.fromkeys(("name_en", "icp", "police", "address", "postcode", "phone", "email"), "")
    told |= {"agency": desk.agency, "name": "云山商务", "domain": "swj.yunshan.example"}
    return told | {"https": True, "code": "4401110001", "sponsor": "云山县商务局"} | more


def same_as_anew(var: Path, tmp_path: Path) -> None:
    rebuild(tmp_path / "anew", Opened(), workers=1)
    assert tree(var) == tree(tmp_path / "anew")


def test_what_the_office_publishes_amends_and_withdraws_stands_on_the_site(
    desk: Desk, var: Path, tmp_path: Path
) -> None:
    first = desk.published(title="关于促进夜间消费的通知")
    assert work.build_waiting() is not None
    page = tree(var)[f"content/{first.year}/{first.pk}.html"].decode()
    assert "关于促进夜间消费的通知" in page
    assert "活动定于三月举行。" in page
    assert first.index_number in page
    second = desk.published(title="《关于促进夜间消费的通知》解读", interprets=[first.pk])
    outcome = work.build_waiting()
    assert outcome is not None and not outcome.full
    assert "解读" in tree(var)[f"content/{first.year}/{first.pk}.html"].decode()
    service.withdraw(desk.issuer, second.pk, "内容有误，已另行发布。", now=desk.now)
    work.build_waiting()
    assert "内容有误，已另行发布。" in tree(var)[f"content/{second.year}/{second.pk}.html"].decode()
    assert published.pending_changes() == []
    same_as_anew(var, tmp_path)


def test_a_new_column_is_on_the_site_and_a_closed_one_keeps_its_documents(
    desk: Desk, var: Path, tmp_path: Path
) -> None:
    row = desk.published()
    work.build_waiting()
    make_column(desk.agency, "topics", name="专题")
    desk.column.refresh_from_db()
    desk.column.open = False
    desk.column.save()
    outcome = work.build_waiting()
    assert outcome is not None and outcome.full
    built = tree(var)
    assert "column/topics/index.html" in built
    assert f"column/{desk.column.slug}/index.html" not in built
    assert f"content/{row.year}/{row.pk}.html" in built
    desk.published(column=make_column(desk.agency, "news", name="动态"))
    work.build_waiting()
    same_as_anew(var, tmp_path)


def test_the_builder_is_called_after_a_publication(desk: Desk) -> None:
    assert following.when_published in hooks._CHANGES
    assert following.each_minute in hooks._MINUTES


def test_a_full_disk_is_told_in_the_office_and_made_good_later(
    desk: Desk, var: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.published()
    with monkeypatch.context() as patch:

        def full(handle: int, data: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(files, "_write", full)
        assert work.build_waiting() is None
    assert "磁盘满了" in work.status().error
    assert [one.levelname for one in caplog.records if one.name == work.__name__] == ["ERROR"]
    following.each_minute(desk.now)
    assert work.status().error == ""
    assert (var / "public" / "index.html").exists()


def test_a_second_worker_leaves_the_first_build_to_the_one_that_is_at_it(
    desk: Desk, var: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    row = desk.published()
    with Place(var).locked("lock-full"):
        outcome = work.build_waiting()
        assert outcome is not None and outcome.busy and not outcome.full
        following.each_minute(desk.now)
        tasks.build_all.call()
        said = io.StringIO()
        call_command("build_site", stdout=said)
        assert "另一个进程正在重建公开网站" in said.getvalue()
        with pytest.raises(CommandError, match="另一个进程正在重建公开网站"):
            call_command("build_site", "--full", "--workers", "1")
    heard = [one.levelno for one in caplog.records if one.name.startswith("gongkai_site")]
    assert max(heard) < logging.INFO
    assert work.status().error == ""
    assert published.pending_changes() != []
    following.each_minute(desk.now)
    assert f"content/{row.year}/{row.pk}.html" in tree(var)
    assert published.pending_changes() == []


@pytest.mark.parametrize("build", [work.build_waiting, lambda: work.build_all(workers=1)])
def test_a_builder_does_what_others_met_it_with_and_left(
    build: Any, desk: Desk, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site is renamed while it is first built, and the worker called for that goes off."""
    admin = make_person(desk.agency, Role.SYSTEM_ADMIN)
    fill, left = run.fill, []

    def renamed(*given: Any, **more: Any) -> None:
        if not left:
            change_site(admin, particulars(desk, name="云山商务网"))
            left.append(work.build_waiting())
        fill(*given, **more)

    monkeypatch.setattr(run, "fill", renamed)
    desk.published()
    assert build().full
    assert [outcome.busy for outcome in left] == [True]
    assert "云山商务网" in tree(var)["index.html"].decode()
    state = State(var.joinpath("public").resolve().parent / "state.sqlite3")
    assert state.note("frame") == run._frame(Pages(*Opened()()))
    state.close()


def test_only_the_system_administrator_says_whose_site_it_is(desk: Desk, var: Path) -> None:
    with pytest.raises(Refused):
        change_site(desk.issuer, particulars(desk))
    admin = make_person(desk.agency, Role.SYSTEM_ADMIN)
    change_site(admin, particulars(desk))
    assert AuditEntry.objects.filter(action="site.changed").count() == 1
    desk.published()
    work.build_waiting()
    assert 'content="4401110001"' in tree(var)["index.html"].decode()
    change_site(admin, particulars(desk, name="云山商务网"))
    outcome = work.build_waiting()
    assert outcome is not None and outcome.full
    assert "云山商务网" in tree(var)["index.html"].decode()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("code", "123"), ("code", "bm1234567"), ("domain", "http://a.cn/"), ("domain", "a b")],
)
def test_what_cannot_be_is_refused_where_it_was_said(desk: Desk, field: str, wrong: str) -> None:
    admin = make_person(desk.agency, Role.SYSTEM_ADMIN)
    with pytest.raises(Refused) as refused:
        change_site(admin, particulars(desk, **{field: wrong}))
    assert refused.value.field == field
    assert not Site.objects.exists()


def test_the_page_of_the_site_is_for_its_keeper(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai_site.agencies import signing

    monkeypatch.setattr(signing, "has_second_factor", lambda user: True)
    admin = make_person(desk.agency, Role.SYSTEM_ADMIN)
    client = Client()
    client.force_login(User.objects.get(pk=admin.user_id))
    assert "还没有填写" in client.get("/staff/site/").content.decode()
    told = {key: value for key, value in particulars(desk).items() if key != "agency"}
    answer = client.post("/staff/site/", told | {"agency": desk.agency.pk, "https": "on"})
    assert answer.status_code == 302, answer.content.decode()
    assert Site.objects.get().code == "4401110001"
    answer = client.post("/staff/site/", told | {"agency": desk.agency.pk, "code": "x"})
    assert answer.status_code == 422
    assert "网站标识码是10位数字" in answer.content.decode()
    assert client.post("/staff/site/rebuild").status_code == 302
    other = Client()
    other.force_login(User.objects.get(pk=desk.editor.user_id))
    assert other.get("/staff/site/").status_code == 403
