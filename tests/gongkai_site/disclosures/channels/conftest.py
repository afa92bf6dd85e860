"""A body with a published document and a WeChat account that is a stand-in."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.gongkai_site.agencies.conftest import enrol, quick_and_forgetful, signed_in
from tests.gongkai_site.disclosures.channels.wechat_stand_in import APP_ID, SECRET, StandIn

from gongkai.casework import CHINA

__all__ = ["enrol", "quick_and_forgetful", "signed_in"]

NOW = datetime(2020, 3, 2, 9, 30, tzinfo=CHINA)


@pytest.fixture
def wechat() -> Iterator[StandIn]:
    held = StandIn()
    yield held
    held.close()


@pytest.fixture
def picture(db: None, settings: Any, tmp_path: Path) -> Callable[..., Any]:
    """Return the maker of pictures in the store: `picture(agency)` → its public address."""
    from django.core.files.base import ContentFile
    from PIL import Image

    from gongkai_site.disclosures.pictures.models import Picture

    settings.MEDIA_ROOT = tmp_path / "pictures"

    def make(agency: Any, size: tuple[int, int] = (60, 40)) -> str:
        out = io.BytesIO()
        Image.new("RGB", size, (10, 90, 10)).save(out, "JPEG")
        digest = hashlib.sha256(out.getvalue()).hexdigest()
        made = Picture(agency=agency, title="现场", digest=digest)
        made.file.save("p.jpg", ContentFile(out.getvalue()), save=False)
        made.file_size = len(out.getvalue())
        made.width, made.height = size
        made.save()
        return f"/files/{digest[:16]}/picture.jpg"

    return make


@pytest.fixture
def publish(db: None) -> Callable[..., Any]:
    """Return the maker of published documents: `publish(agency, title=…, **fields)`."""
    from gongkai_site.disclosures.guard import serving
    from gongkai_site.disclosures.models import (
        Change,
        ChangeKind,
        Disclosure,
        DisclosureEvent,
        EventKind,
        Nature,
        State,
    )

    def make(agency: Any, title: str = "关于公布试点企业名单的通告", **fields: Any) -> Any:
        number = Disclosure.objects.count() + 1
        told = {
            "index_number": f"云山2020-{number:05}",
            "publisher": agency.name,
            "summary": "公布名单。",
            "body_html": "<p>经审核，现公布名单。</p>",
            "text": "经审核，现公布名单。",
            "written_on": date(2020, 2, 28),
            "published_at": NOW,
            "year": 2020,
            "kind": "news",
            "nature": Nature.PROACTIVE,
            "state": State.PUBLISHED,
            "stage": "",
        } | fields
        with serving():
            row = Disclosure(agency=agency, title=title, **told)
            row.save()
            row.version = 1
            row.save(update_fields=["version"])
        DisclosureEvent(disclosure=row, sequence=1, kind=EventKind.PUBLISHED, at=NOW).save()
        Change.objects.create(agency=agency, disclosure=row, kind=ChangeKind.PUBLISHED, at=NOW)
        return row

    return make


@pytest.fixture
def amend() -> Callable[[Any], None]:
    """Return what publishes a new version of a document."""
    from gongkai_site.disclosures.guard import serving
    from gongkai_site.disclosures.models import Change, ChangeKind, DisclosureEvent, EventKind

    def change(row: Any) -> None:
        row.refresh_from_db()
        with serving():
            row.version += 1
            row.changed_at = NOW
            row.save(update_fields=["version", "changed_at"])
        sequence = row.version
        DisclosureEvent(disclosure=row, sequence=sequence, kind=EventKind.AMENDED, at=NOW).save()
        Change.objects.create(agency=row.agency, disclosure=row, kind=ChangeKind.AMENDED, at=NOW)

    return change


@pytest.fixture
def office(
    settings: Any, wechat: StandIn, make_agency: Any, make_staff: Any, actor: Any, publish: Any
) -> SimpleNamespace:
    """A body whose WeChat account is on, with an editor and a published document."""
    from gongkai_site.agencies import crypto
    from gongkai_site.agencies.roles import Role
    from gongkai_site.disclosures.channels import service
    from gongkai_site.disclosures.channels.models import Mode, WeChatAccount

    settings.WECHAT_STAND_IN = wechat.base
    agency = make_agency(website="www.yunshan.example")
    editor = make_staff(Role.EDITOR, agency=agency)
    channels = service.standing_channels(agency.pk)
    account = WeChatAccount.objects.get(channel=channels["wechat"])
    account.on, account.app_id, account.mode = True, APP_ID, Mode.PUBLISH
    account.secret = crypto.encrypt(SECRET, purpose="wechat")
    account.save()
    return SimpleNamespace(
        agency=agency,
        editor=editor,
        actor=actor(editor),
        channels=channels,
        account=account,
        wechat=wechat,
        document=publish(agency),
    )
