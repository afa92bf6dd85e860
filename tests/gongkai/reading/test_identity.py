"""Agency, year and day of publication, however the page prints them."""

from datetime import date

import pytest

from gongkai.reading.document import Document
from gongkai.reading.identity import identify, looks_like_report


def identity(text: str, *, title: str = "", published: str = "", name: str = ""):
    return identify(text, Document("text", text, (), title=title, published=published), name)


@pytest.mark.parametrize(
    ("text", "agency", "year"),
    [
        ("示例市商务局2020年政府信息公开工作年度报告", "示例市商务局", 2020),
        ("2022年示例市人民政府办公室政府信息公开工作年度报告", "示例市人民政府办公室", 2022),
        ("示例县教育局2023年度政府信息公开年度报告", "示例县教育局", 2023),
        ("示例市人民政府\n2024年政府信息公开工作年度报告", "示例市人民政府", 2024),
        ("示例区  2 0 2 1 年度政府信息公开\n工作年度报告", "示例区", 2021),
        ("示例市水务局二〇二〇年政府信息公开工作年度报告", "示例市水务局", 2020),
        ("关于示例市统计局2021年政府信息公开工作年度报告", "示例市统计局", 2021),
    ],
)
def test_agency_and_year_stand_in_the_title(text: str, agency: str, year: int) -> None:
    found = identity(text)
    assert (found.agency, found.year) == (agency, year)


def test_the_period_gives_the_year_a_title_lacks() -> None:
    text = "政府信息公开工作年度报告\n本报告统计期限自2021年1月1日起至2021年12月31日止。"
    assert identity(text).year == 2021


def test_the_page_title_is_asked_where_the_text_is_silent() -> None:
    found = identity("一、总体情况", title="示例市民政局2022年政府信息公开工作年度报告-示例网")
    assert (found.agency, found.year) == ("示例市民政局", 2022)


def test_the_signature_names_the_agency_where_nothing_else_does() -> None:
    text = "2023年政府信息公开工作年度报告\n正文。\n示例县发展和改革局\n2024年1月17日\n"
    assert identity(text).agency == "示例县发展和改革局"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("发布时间：2022-02-08 16:34", date(2022, 2, 8)),
        ("公开日期\n2024-01-17", date(2024, 1, 17)),
        ("2021-01-30", date(2021, 1, 30)),
        ("• 2021年1月30日", date(2021, 1, 30)),
    ],
)
def test_the_day_of_publication_is_read_from_the_page(line: str, day: date) -> None:
    assert (
        identity(f"示例市商务局2020年政府信息公开工作年度报告\n{line}\n一、总体情况").published
        == day
    )


def test_a_date_in_the_prose_is_no_day_of_publication() -> None:
    text = "示例市商务局2020年政府信息公开工作年度报告\n本报告统计期限自2020年1月1日起。"
    assert identity(text).published is None


def test_what_is_no_report_does_not_look_like_one() -> None:
    assert not looks_like_report("Freedom of Information Annual Report 2023")
    assert looks_like_report("某局2018年政府信息公开工作年度报告")
