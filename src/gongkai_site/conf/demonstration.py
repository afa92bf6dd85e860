"""The demonstration at the start of the office: where it may be, loaded once, opened at one click.

It lives on this machine alone, and never beside real data: see docs/how-to/demonstration.md.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from gongkai_site.conf import environment

__all__ = ["load", "open_the_door"]

_FOLDER = Path("demo")


def load(port: int) -> None:
    """Give an empty office the demonstration, where it may be.

    A database named by DATABASE_URL gets it only where GONGKAI_DEMO=1 asks for it.

    Args:
        port: where this machine shows the site; its pages name it as their address.
    """
    from django.db import connections
    from django.utils import timezone

    from gongkai_site.info_requests import demo

    asked = os.environ.get("GONGKAI_DEMO") == "1" or "DATABASE_URL" not in os.environ
    if asked and _allowed():
        now = timezone.now()
        office = demo.load(_FOLDER / "requests", now=now)
        if office is not None:
            print(f"已经载入演示办公室：{office.agency}，{office.cases} 件申请。", flush=True)
        _load_documents(port, now)
        connections.close_all()


def open_the_door() -> None:
    """Let whoever sits at this machine sign in at a click, where everybody in the data is made up."""
    from django.db import connections

    from gongkai_site.agencies.signing import is_demonstration

    if _allowed() and is_demonstration():
        os.environ["GONGKAI_DEMO"] = "1"
        print(
            "演示模式：不用密码就能登录，只限本机。"
            "要建立自己的办公室，见 docs/how-to/demonstration.md。",
            flush=True,
        )
    connections.close_all()


def _allowed() -> bool:
    """Whether a demonstration may be here: GONGKAI_DEMO=0 says no, as does any other address."""
    if os.environ.get("GONGKAI_DEMO", "1") != "1":
        return False
    try:
        return environment.demo(os.environ | {"GONGKAI_DEMO": "1"})
    except environment.SettingsError:
        return False


def _load_documents(port: int, now: datetime) -> None:
    """Load the catalogue of the demonstration's organ, and say whose site it is."""
    from gongkai_site.agencies.service import SYSTEM
    from gongkai_site.disclosures.demo import load as documents
    from gongkai_site.portal.models import Site
    from gongkai_site.portal.site import SITE_FIELDS, change_site

    held = documents.load(_FOLDER / "disclosures", now=now)
    if held is None:
        return
    agency = held.agency
    if not Site.objects.exists():
        told = {
            "agency": agency,
            "name": f"{agency.name}（演示网站）",
            "name_en": "Demonstration site: all documents are made up",
            "domain": f"127.0.0.1:{port}",
            "https": False,
            "sponsor": agency.name,
            "address": agency.address,
            "postcode": agency.postcode,
            "phone": agency.phone,
            "email": agency.email,
        }
        change_site(SYSTEM, dict.fromkeys(SITE_FIELDS, "") | told)
    print(
        f"已经载入演示目录：2020年 {held.year} 条，近期 {held.present} 条，其余 {held.standing} 条。"
        "公开网站由后台生成，要等几秒。",
        flush=True,
    )
