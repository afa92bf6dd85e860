"""A small site with a page of every type, and long, hostile and odd content on it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from tests.gongkai_site.portal.build.fakes import FakeCatalogue, FileLink

__all__ = ["HOSTILE", "PAGES", "sample"]

LONG = (
    "云山县商务局 云山县发展和改革局 云山县财政局关于印发《云山县进一步促进夜间经济高质量发展、"
    "培育新型消费业态若干措施（2020—2022年）实施细则（试行）》的通知"
)
BODY = (
    "<h2>一、总体要求</h2><p>各镇人民政府、街道办事处，县直有关单位：为促进夜间消费，现将有关事项"
    "通知如下。请认真贯彻执行！</p><p>联系人见 <a href='https://www.gov.cn/'>国务院网站</a>。</p>"
    '<div class="table" tabindex="0" role="region" aria-label="补助标准"><table><caption>补助标准</caption>'
    '<thead><tr><th scope="col">项目</th><th scope="col">金额（万元）</th></tr></thead>'
    "<tbody><tr><td>夜市改造</td><td>50</td></tr></tbody></table></div>"
    "<h3>（一）申报条件</h3><ul><li>依法登记</li><li>守法经营</li></ul>"
    '<p class="closing">云山县商务局<br>2020年3月1日</p>'
)
HOSTILE = (
    "<p onclick=\"alert(1)\">甲<script>alert(2)</script></p><iframe src='//evil.example'></iframe>"
    '<svg onload="alert(3)"><circle/></svg><a href="javascript:alert(4)">乙</a>'
    '<img src="https://evil.example/a.png" onerror="alert(5)" alt="丙">'
    '<p style="position:fixed;inset:0">丁</p><form action="//evil.example"><input></form>'
    "<style>body{display:none}</style><a href='//evil.example/'>戊</a><base href='//evil.example'>"
    "</div></main><meta http-equiv='refresh' content='0;url=//evil.example'>"
)
PAGES = {
    "home": "/",
    "article": "/content/2020/2.html",
    "interpretation": "/content/2020/3.html",
    "repealed": "/content/2020/4.html",
    "tombstone": "/content/2020/5.html",
    "hostile": "/content/2020/6.html",
    "column": "/column/news/",
    "older page": "/column/news/1.html",
    "single page": "/column/guide/",
    "policies": "/column/documents/",
    "topic": "/column/night-market/",
    "empty column": "/column/rules/",
    "items": "/statutory/",
    "institution": "/institution/",
    "topics": "/topics/",
    "map": "/map/",
    "404": "/404.html",
}


def sample(folder: Path) -> FakeCatalogue:
    """Publish one of everything; attachments lie in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    data = b"PK\x03\x04 an attachment"
    digest = hashlib.sha256(data).hexdigest()
    (folder / digest).write_bytes(data)
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    files = (
        FileLink("附件1：夜间经济示范街区申报表.docx", word, len(data), digest),
        FileLink("../../../etc/cron.d/x\u202ecod.exe\0.pdf", "application/pdf", 2_500_000, digest),
    )
    office = FakeCatalogue(store=folder)
    office.publish("云山县商务局政府信息公开指南", "guide", body_html=BODY, attachments=files[:1])
    policy = office.publish(
        LONG,
        "documents",
        kind="normative",
        doc_number="云商规〔2020〕2号",
        validity="valid",
        body_html=BODY,
        text="各镇人民政府",
        keywords=("夜间经济", "消费"),
        written_on=date(2020, 3, 1),
        topic="商贸、海关、旅游",
        genre="通知",
        audience=("企业", "公民"),
        summary="对夜市改造等给予补助。",
        attachments=files,
        more_columns=("night-market",),
    )
    office.publish(f"《{LONG[30:60]}》政策解读", "explain", explains=[policy], body_html=BODY)
    old = office.publish(
        "关于夜间经济的旧办法", "documents", kind="normative", validity="valid", body_html=BODY
    )
    office.repeal(old, policy)
    office.withdraw(office.publish("张三的行政处罚决定", "news"), "涉及个人隐私")
    office.publish("<script>alert('标题')</script>\"&'", "news", body_html=HOSTILE, text="甲")
    for number in range(45):
        office.publish(f"云山县商务局召开促消费会议（{number}）", "news", body_html=BODY)
    return office
