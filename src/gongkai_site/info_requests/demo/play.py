"""Playing a story: each step is the verb an office would use, on the day it was used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gongkai.casework import Kind, voidable
from gongkai.typesetting import compile_pdf
from gongkai_site.agencies.service import PUBLIC, Actor
from gongkai_site.info_requests import attachments, service
from gongkai_site.info_requests.demo.office import Staff
from gongkai_site.info_requests.demo.stories import Step, Story
from gongkai_site.info_requests.intake import Asked, tidy
from gongkai_site.info_requests.letter_kinds import letter_kind
from gongkai_site.info_requests.models import Case
from gongkai_site.info_requests.permissions import Permission
from gongkai_site.info_requests.queries.casefile import folded_of
from gongkai_site.info_requests.redacting import making
from gongkai_site.info_requests.redacting import service as redacting
from gongkai_site.info_requests.service.public import Access
from gongkai_site.info_requests.service.receive import open_case

__all__ = ["CODE", "Playing", "VERBS", "play"]

CODE = "DEMO-DEMO-DEMO"
"""The query code of every case of the demonstration."""


_SHEETS = """
#set document(title: "示例")
#set text(font: "Noto Sans CJK SC", size: 12pt)
#let data = json(bytes(sys.inputs.data))
#for (number, sheet) in data.sheets.enumerate() {
  if number > 0 { pagebreak() }
  for line in sheet { block(text(line)) }
}
""".encode()


@dataclass
class Playing:
    """A story as far as it has been played; `others` are all of them by key."""

    story: Story
    staff: Staff
    others: Mapping[str, Playing]
    case_id: int = 0
    letter_id: int = 0
    assistance_id: int = 0

    @property
    def case(self) -> Case:
        """Its case as it now stands."""
        return Case.objects.select_related("agency", "applicant").get(pk=self.case_id)

    @property
    def officer(self) -> Actor:
        """Who handles it."""
        return self.staff.actors[self.story.officer]

    def of(self, role: str) -> Actor:
        """The person under a key of the office's people."""
        return self.staff.actors[role]

    @property
    def access(self) -> Access:
        """The applicant's, with number and code."""
        case = self.case
        return Access(case.pk, case.number)


Verb = Callable[[Playing, Step, datetime], object]


def play(one: Playing, step: Step, moment: datetime) -> None:
    """Do one step at a moment."""
    VERBS[step.do](one, step, moment)


def _arrived(one: Playing, step: Step, now: datetime) -> None:
    story = one.story
    online = story.channel == "online"
    permission = Permission.SUBMIT if online else Permission.RECEIVE
    working, _ = open_case(
        PUBLIC if online else one.of("window"),
        one.staff.agency.pk,
        tidy(story.application, step.on, strict=False),
        channel=story.channel,
        now=now,
        code=lambda number: CODE,
        permission=permission,
        arrived_on=step.on,
    )
    working.close()
    one.case_id = working.case.pk


def _confirm(one: Playing, step: Step, now: datetime) -> None:
    service.confirm(one.officer, one.case_id, now=now, **step.given)


def _assign(one: Playing, step: Step, now: datetime) -> None:
    person = one.staff.people[one.story.officer]
    service.assign(one.of("head"), one.case_id, assignee_id=person.pk, now=now)


def _help(one: Playing, step: Step, now: datetime) -> None:
    given = service.ask_assistance(
        one.officer,
        one.case_id,
        office_id=one.staff.offices[step.given["office"]].pk,
        assignee_id=one.staff.people[step.given["by"]].pk,
        what=step.given["what"],
        due_on=step.given["due"],
        now=now,
    )
    one.assistance_id = given.pk


def _helped(one: Playing, step: Step, now: datetime) -> None:
    helper = one.of(step.given["by"])
    service.answer_assistance(helper, one.assistance_id, answer=step.given["answer"], now=now)


def _examine(one: Playing, step: Step, now: datetime) -> None:
    service.examine(one.officer, one.case_id, now=now)


def _split(one: Playing, step: Step, now: datetime) -> None:
    first, *others = [
        replace(one.story.application.asked, name=name, description="")
        for name in (step.given["first"], *step.given["others"])
    ]
    service.split(one.officer, one.case_id, first=first, others=others, now=now)


def _merge(one: Playing, step: Step, now: datetime) -> None:
    service.merge(one.officer, one.case_id, one.others[step.given["into"]].case_id, now=now)


def _draft(one: Playing, step: Step, now: datetime) -> None:
    kind, facts = step.given["kind"], dict(step.given.get("facts", {}))
    if kind == "fee_notice":
        facts.setdefault("fee_month", f"{step.on.year}年{step.on.month}月")
    letter = service.draft_letter(
        one.officer, one.case_id, kind, facts, given=step.given.get("given"), now=now
    )
    one.letter_id = letter.pk


def _review(one: Playing, step: Step, now: datetime) -> None:
    service.legal_review(
        one.of("legal"),
        one.letter_id,
        agreed=step.given.get("agreed", True),
        words=step.given.get("words", ""),
        now=now,
    )


def _sign(one: Playing, step: Step, now: datetime) -> None:
    service.approve_letter(one.of("head"), one.letter_id, now=now)


def _letter(one: Playing, step: Step, now: datetime) -> None:
    """Drafted, reviewed where it must be, signed and sent out on one day."""
    _draft(one, step, now)
    if letter_kind(step.given["kind"]).review_first:
        service.legal_review(one.of("legal"), one.letter_id, agreed=True, now=now)
    _sign(one, step, now)
    service.issue_letter(one.officer, one.letter_id, now=now)


def _propose(one: Playing, step: Step, now: datetime) -> None:
    letter = service.propose_extension(one.officer, one.case_id, now=now, **step.given)
    one.letter_id = letter.pk


def _consent(one: Playing, step: Step, now: datetime) -> None:
    service.extend(one.of("head"), one.letter_id, now=now)


def _deliver(one: Playing, step: Step, now: datetime) -> None:
    sent = folded_of(one.case).undelivered[-1]
    service.deliver(one.of("window"), one.case_id, of=sent, on=step.on, now=now)


def _correct(one: Playing, step: Step, now: datetime) -> None:
    service.correct(one.access, replace(_asked(one), name=step.given["asks"]), now=now)


def _asked(one: Playing) -> Asked:
    return one.story.application.asked


def _opinion(one: Playing, step: Step, now: datetime) -> None:
    asked = folded_of(one.case).unanswered(Kind.OPINION_RECEIVED)[0]
    service.record_opinion(one.officer, one.case_id, of=asked, on=step.on, now=now, **step.given)


def _organ(one: Playing, step: Step, now: datetime) -> None:
    service.consult_organ(one.officer, one.case_id, now=now, **step.given)


def _payment(one: Playing, step: Step, now: datetime) -> None:
    service.record_payment(one.of("window"), one.case_id, on=step.on, now=now)


def _reasons(one: Playing, step: Step, now: datetime) -> None:
    service.judge_reasons(one.officer, one.case_id, on=step.on, now=now, **step.given)


def _serve(one: Playing, step: Step, now: datetime) -> None:
    service.serve(one.of("window"), one.case_id, now=now, **step.given)


def _withdraw(one: Playing, step: Step, now: datetime) -> None:
    service.withdraw(one.access, now=now)


def _transfer(one: Playing, step: Step, now: datetime) -> None:
    service.transfer(one.officer, one.case_id, now=now, **step.given)


def _dispute(one: Playing, step: Step, now: datetime) -> None:
    service.record_dispute_opened(one.of("legal"), one.case_id, on=step.on, now=now, **step.given)


def _decided(one: Playing, step: Step, now: datetime) -> None:
    service.record_dispute_decided(one.of("legal"), one.case_id, on=step.on, now=now, **step.given)


def _reopen(one: Playing, step: Step, now: datetime) -> None:
    by = step.given["by"]
    service.reopen(one.of("head"), one.case_id, ordered_by=by, on=step.on, now=now)


def _archive(one: Playing, step: Step, now: datetime) -> None:
    service.archive(one.officer, one.case_id, now=now)


def _note(one: Playing, step: Step, now: datetime) -> None:
    service.note(one.officer, one.case_id, now=now, **step.given)


def _rate(one: Playing, step: Step, now: datetime) -> None:
    service.rate(one.access, now=now, **step.given)


def _void(one: Playing, step: Step, now: datetime) -> None:
    """Undo the last event of a kind."""
    folded = folded_of(one.case)
    kind = Kind(step.given["of"])
    event = next(
        found.id
        for found in reversed(folded.standing)
        if found.kind is kind and voidable(folded, found.id).recordable
    )
    service.void(one.officer, one.case_id, event=event, reason=step.given["reason"], now=now)


def _attach(one: Playing, step: Step, now: datetime) -> None:
    """A short text file that goes to the applicant with the reply."""
    kept = attachments.keep(step.given["name"], [step.given["text"].encode()])
    service.attach(one.officer, one.case_id, [kept], "reply", for_applicant=True, now=now)


def _redact(one: Playing, step: Step, now: datetime) -> None:
    """A file of the office opened to be redacted; what the program would box is not yet decided."""
    sheets = [sheet.splitlines() for sheet in step.given["sheets"]]
    kept = attachments.keep(step.given["name"], [compile_pdf(_SHEETS, {"sheets": sheets})])
    [added] = service.attach(one.officer, one.case_id, [kept], "office", now=now)
    held, _ = redacting.begin(one.officer, added.pk, now=now)
    making.run_open(held.pk, now=now)


VERBS: Mapping[str, Verb] = {
    "arrived": _arrived,
    "confirm": _confirm,
    "assign": _assign,
    "help": _help,
    "helped": _helped,
    "examine": _examine,
    "split": _split,
    "merge": _merge,
    "draft": _draft,
    "review": _review,
    "sign": _sign,
    "letter": _letter,
    "propose": _propose,
    "consent": _consent,
    "deliver": _deliver,
    "correct": _correct,
    "opinion": _opinion,
    "organ": _organ,
    "payment": _payment,
    "reasons": _reasons,
    "serve": _serve,
    "withdraw": _withdraw,
    "transfer": _transfer,
    "dispute": _dispute,
    "decided": _decided,
    "reopen": _reopen,
    "archive": _archive,
    "note": _note,
    "rate": _rate,
    "void": _void,
    "attach": _attach,
    "redact": _redact,
}
"""Every step a story may hold."""
