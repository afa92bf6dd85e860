"""Somebody without an account who fills in the form, as their browser would."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.gongkai_site.info_requests.factories import RESIDENT_ID

__all__ = ["ANSWERS", "Citizen", "SECRETS"]

ANSWERS: dict[str, dict[str, Any]] = {
    "what": {
        "what": "2025年夜间经济扶持资金分配方案",
        "document_number": "示商务〔2025〕12号",
        "description": "各区的分配金额\n以及评审的打分表",
    },
    "how": {"form_wanted": "electronic", "way": "online", "form_words": ""},
    "who": {
        "applicant_kind": "natural_person",
        "name": "王小明",
        "identity_type": "resident_id",
        "identity": RESIDENT_ID,
        "contact_person": "",
    },
    "contact": {
        "phone": "010-12345678",
        "email": "xiaoming@example.cn",
        "address": "示例市示例路1号",
        "postcode": "100000",
        "help": ["large_print"],
        "help_words": "请把字印大一些",
    },
}
"""What one person answers to each step."""

SECRETS = (RESIDENT_ID, "王小明", "010-12345678", "xiaoming@example.cn", "示例路1号", "分配方案")
"""What must stand in no address, header, title or log line."""


class Citizen:
    """A browser at the public's pages."""

    def __init__(self, agency_id: int, **client: Any) -> None:
        self.client = Client(**client)
        self.agency_id = agency_id

    def begin(self, kind: str = "new", **changes: Any) -> Any:
        """Send the first step of a new form."""
        page = self.client.get(reverse(f"portal:{kind}", args=[self.agency_id]))
        data = ANSWERS["what"] | {"carried": carried(page), "go": "next"} | changes
        return self.client.post(reverse(f"portal:{kind}", args=[self.agency_id]), data)

    def send(self, draft: str, step: str, **changes: Any) -> Any:
        """Send a later step."""
        data = ANSWERS.get(step, {}) | {"go": "next"} | changes
        return self.client.post(self.address(draft, step), data)

    def filled(self, **changes: Any) -> str:
        """Fill in the whole form; return its id. `changes` go to the step that asks for them."""
        draft = draft_of(self.begin(**_only("what", changes)))
        for step in ("how", "who", "contact"):
            answer = self.send(draft, step, **_only(step, changes))
            assert answer.status_code == 302, errors_in(answer)
        return draft

    def page(self, draft: str, step: str) -> Any:
        """Open a step."""
        return self.client.get(self.address(draft, step))

    def receipt(self, **changes: Any) -> tuple[str, str]:
        """Fill in the form and send it; return number and query code."""
        draft = self.filled(**changes)
        return receipt_in(self.client.post(self.address(draft, "check"), follow=True))

    def track(self, number: str, code: str, **more: str) -> Any:
        """Give number and code."""
        return self.client.post(
            reverse("portal:track"), {"number": number, "code": code} | more, follow=True
        )

    @staticmethod
    def address(draft: str, step: str) -> str:
        return reverse("portal:step", args=[draft, step])


def _only(step: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name in ANSWERS[step]}


def draft_of(answer: Any) -> str:
    """The form's id, from where its first step led."""
    assert answer.status_code == 302, errors_in(answer)
    found = re.fullmatch(r"/request/forms/([0-9a-f]{16})/(\w+)/", answer["Location"])
    assert found is not None
    return found.group(1)


def carried(answer: Any) -> str:
    """What a page carries sealed."""
    found = re.search(r'name="carried" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found.group(1)


def text_of(answer: Any) -> str:
    """A page without its tags."""
    body = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", body)


def errors_in(answer: Any) -> list[str]:
    """What a page calls wrong, field by field."""
    body = answer.content.decode()
    return re.findall(r'<p class="error" id="f-\w+-error">([^<]+)</p>', body)


def trouble_in(answer: Any) -> str:
    """What a page says went wrong as a whole."""
    return " ".join(re.findall(r'<div class="alert".*?</div>', answer.content.decode(), re.DOTALL))


def receipt_in(answer: Any) -> tuple[str, str]:
    """Number and query code of a receipt."""
    found = re.findall(r'<dd class="big">([^<]+)</dd>', answer.content.decode())
    assert len(found) == 2, answer.status_code
    return found[0], found[1]
