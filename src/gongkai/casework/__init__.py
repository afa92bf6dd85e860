"""A request's life, from receipt to archive, as a fold over its events.

>>> from gongkai.workdays import Calendar
>>> case = replay(
...     load_case('''
... - received: 2024-09-20
...   channel: in_person
... - third_party_consulted: 2024-09-26
...   received_on: 2024-09-27
... - opinion_received: 2024-10-16
...   answer: agrees
... '''),
...     Calendar.load(),
... )
>>> case.due.due
datetime.date(2024, 11, 7)

The pieces: `kinds` and `events` (what can happen), `lawbook` and `rules` (what is allowed, and why
not), `effects` and `fold` (what events do), `clockwork` (deadlines), `case` and `status` (what can
be asked), `counting` (the annual report), `amendment` (an amended calendar), `casefile` (YAML).
"""

from gongkai.casework.amendment import Moved, changed_days, moved
from gongkai.casework.case import Case, CaseClock, Verb
from gongkai.casework.casefile import case_text, events_from, load_case
from gongkai.casework.counting import YearCount
from gongkai.casework.events import CHINA, Event, in_effect
from gongkai.casework.fold import attempt, replay, voidable
from gongkai.casework.kinds import Field, Kind, KindSpec, Stage, State, choices, kind_spec
from gongkai.casework.ledger import Dispute, Ending, Irregularity, Receipt, Reply
from gongkai.casework.rules import fee_of
from gongkai.casework.rules_of_reply import ground_codes, ground_reference
from gongkai.casework.status import Mark, Status, Urgency

__all__ = [
    "CHINA",
    "Case",
    "CaseClock",
    "Dispute",
    "Ending",
    "Event",
    "Field",
    "Irregularity",
    "Kind",
    "KindSpec",
    "Mark",
    "Moved",
    "Receipt",
    "Reply",
    "Stage",
    "State",
    "Status",
    "Urgency",
    "Verb",
    "YearCount",
    "attempt",
    "case_text",
    "changed_days",
    "choices",
    "events_from",
    "fee_of",
    "ground_codes",
    "ground_reference",
    "in_effect",
    "kind_spec",
    "load_case",
    "moved",
    "replay",
    "voidable",
]
