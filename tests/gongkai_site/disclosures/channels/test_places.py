"""Reading places: what was published is listed, handed over, and on record."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from tests.gongkai_site.disclosures.channels.conftest import NOW

from gongkai.casework import CHINA
from gongkai_site.agencies.actors import Refused
from gongkai_site.agencies.roles import Role
from gongkai_site.disclosures.channels import places
from gongkai_site.disclosures.channels.models import Delivery, ReadingPlace, Transfer
from gongkai_site.disclosures.errors import Impossible, NotAllowedNow

pytestmark = pytest.mark.django_db

FACTS = {
    "name": "云山县档案馆",
    "kind": "archive",
    "address": "人民路2号",
    "hours": "",
    "phone": "",
}
FEBRUARY, MARCH = date(2020, 2, 1), date(2020, 3, 31)


@pytest.fixture
def archive(office: SimpleNamespace) -> ReadingPlace:
    return places.save_place(office.actor, office.agency.pk, FACTS)


@pytest.fixture
def listed(office: SimpleNamespace, archive: ReadingPlace, publish: Any) -> Transfer:
    publish(
        office.agency,
        "=早些的通知",
        published_at=NOW - timedelta(days=20),
        doc_number="云商〔2020〕3号",
    )
    publish(office.agency, "去年的", published_at=datetime(2019, 12, 31, 23, 59, tzinfo=CHINA))
    publish(office.agency, "已撤回的", state="withdrawn")
    return places.make_transfer(office.actor, archive, FEBRUARY, MARCH)


def test_a_list_holds_what_was_published_in_those_days_oldest_first(listed: Transfer) -> None:
    assert [item["title"] for item in listed.items] == ["=早些的通知", "关于公布试点企业名单的通告"]
    assert listed.items[0]["published_on"] == "2020-02-11"
    assert listed.items[0]["number"] == "云商〔2020〕3号" and listed.items[0]["kind"] == "动态"


def test_first_and_last_day_count(office: SimpleNamespace, archive: Any, publish: Any) -> None:
    publish(office.agency, "末日", published_at=datetime(2020, 4, 30, 23, 59, tzinfo=CHINA))
    publish(office.agency, "次日", published_at=datetime(2020, 5, 1, 0, 0, tzinfo=CHINA))
    made = places.make_transfer(office.actor, archive, date(2020, 4, 30), date(2020, 4, 30))
    assert [item["title"] for item in made.items] == ["末日"]


def test_handing_over_is_on_record_for_each_document(
    office: SimpleNamespace, listed: Transfer
) -> None:
    done = places.hand_over(office.actor, listed.pk, date(2020, 4, 1), "接收征集科", "纸质一份")
    assert done.received_by == "接收征集科" and done.handed_by_id == office.editor.pk
    told = Delivery.objects.filter(channel__kind="reading_place")
    assert told.count() == 2 and "云山县档案馆" in told[0].note
    with pytest.raises(NotAllowedNow, match="不能再改"):
        places.hand_over(office.actor, listed.pk, date(2020, 4, 2), "别人")
    assert places.suggested_days(listed.place, date(2020, 6, 1)) == (
        date(2020, 4, 1),
        date(2020, 6, 1),
    )


@pytest.mark.parametrize(
    ("on", "who", "says"),
    [(date(2999, 1, 1), "甲", "晚于今天"), (date(2020, 3, 30), "甲", "早于清单的结束日期")]
    + [(date(2020, 4, 1), "  ", "由谁接收")],
)
def test_a_hand_over_that_cannot_be_is_refused(
    office: SimpleNamespace, listed: Transfer, on: date, who: str, says: str
) -> None:
    with pytest.raises(Impossible, match=says):
        places.hand_over(office.actor, listed.pk, on, who)


def test_days_without_anything_make_no_list(office: SimpleNamespace, archive: Any) -> None:
    with pytest.raises(Impossible, match="没有公开的文件"):
        places.make_transfer(office.actor, archive, date(2018, 1, 1), date(2018, 2, 1))
    with pytest.raises(Impossible, match="不能早于开始日期"):
        places.make_transfer(office.actor, archive, MARCH, FEBRUARY)


def test_a_list_made_anew_takes_the_place_of_one_not_handed_over(
    office: SimpleNamespace, listed: Transfer
) -> None:
    places.make_transfer(office.actor, listed.place, FEBRUARY, MARCH)
    assert Transfer.objects.count() == 1


def test_the_workbook_holds_the_list_and_no_formula(listed: Transfer) -> None:
    sheet = load_workbook(io.BytesIO(places.as_workbook(listed))).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0][:4] == ("序号", "索引号", "名称", "文号")
    assert rows[1][2] == "=早些的通知" and sheet.cell(4, 3).data_type == "s"
    assert rows[1][5:] == ("2020-02-28", "2020-02-11")


def test_the_pdf_can_be_read_and_signed(listed: Transfer) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(places.as_pdf(listed))
    text = document[0].get_textpage().get_text_bounded()
    assert "移送清单" in text and "关于公布试点企业名单的通告" in text and "接收人" in text


def test_others_may_not(office: SimpleNamespace, archive: Any, make_staff: Any, actor: Any) -> None:
    other = actor(make_staff(Role.REVIEWER, agency=office.agency))
    with pytest.raises(Refused):
        places.make_transfer(other, archive, FEBRUARY, MARCH)


def test_the_pages_lead_from_a_place_to_a_hand_over(
    office: SimpleNamespace, signed_in: Any
) -> None:
    client = signed_in(office.editor)
    page = client.post(reverse("channels:places"), FACTS, follow=True).content.decode()
    assert "已登记“云山县档案馆”。" in page
    again = client.post(reverse("channels:places"), FACTS)
    assert again.status_code == 422 and "已经有“云山县档案馆”了" in again.content.decode()
    place = ReadingPlace.objects.get()
    days = {"first_day": "2020-02-01", "last_day": "2020-03-31"}
    page = client.post(reverse("channels:transfer-make", args=[place.pk]), days, follow=True)
    assert "清单已制作，共1件。" in page.content.decode()
    made = Transfer.objects.get()
    for suffix, start in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        file = client.get(reverse("channels:download", args=[made.pk, suffix]))
        assert file.content.startswith(start)
    facts = {"on": "2020-04-01", "received_by": "接收征集科", "note": ""}
    page = client.post(reverse("channels:hand-over", args=[made.pk]), facts, follow=True)
    assert "2020-04-01 移送，接收人：接收征集科" in page.content.decode()
    page = client.post(reverse("channels:place-close", args=[place.pk]), follow=True)
    assert "已停用" in page.content.decode()
    assert client.get(reverse("channels:place", args=[place.pk + 1])).status_code == 404
