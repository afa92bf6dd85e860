"""Every change to a request: one function a verb, each in one transaction.

A verb asks whether its actor may, locks the case, sees that it is as the actor saw it, asks the law,
appends one event, replays, writes the list columns and the audit entry. Every verb takes `now`, the
moment it happens, and most take `expected`, the version of the case that the actor's page showed.
"""

from gongkai_site.info_requests.service.disputes import (
    archive,
    record_dispute_decided,
    record_dispute_opened,
    reopen,
    void,
)
from gongkai_site.info_requests.service.files import attach, mark_scanned
from gongkai_site.info_requests.service.handling import (
    consult_organ,
    examine,
    judge_reasons,
    lapse,
    record_corrected,
    record_opinion,
    record_organ_answer,
    record_payment,
    record_sent,
    record_withdrawal,
    transfer,
)
from gongkai_site.info_requests.service.history import Told, adopt
from gongkai_site.info_requests.service.issue import (
    deliver,
    extend,
    issue_letter,
    propose_extension,
    serve,
)
from gongkai_site.info_requests.service.letters import (
    approve_letter,
    discard_letter,
    draft_letter,
    edit_letter,
    legal_review,
    paper_of,
    problems_of,
)
from gongkai_site.info_requests.service.links import merge, split
from gongkai_site.info_requests.service.public import (
    Access,
    correct,
    look_up,
    new_key,
    offer_payment,
    rate,
    read_letter,
    withdraw,
)
from gongkai_site.info_requests.service.receive import (
    NotKept,
    Receipt,
    confirm,
    new_query_code,
    register,
    submit,
)
from gongkai_site.info_requests.service.recount import Changed, rebuild, recalculate
from gongkai_site.info_requests.service.templates import (
    approve_template,
    retire_template,
    save_template,
)
from gongkai_site.info_requests.service.work import (
    answer_assistance,
    ask_assistance,
    assign,
    cancel_assistance,
    note,
)

__all__ = [
    "Access",
    "Changed",
    "NotKept",
    "Receipt",
    "Told",
    "adopt",
    "answer_assistance",
    "approve_letter",
    "approve_template",
    "archive",
    "ask_assistance",
    "assign",
    "attach",
    "cancel_assistance",
    "confirm",
    "consult_organ",
    "correct",
    "deliver",
    "discard_letter",
    "draft_letter",
    "edit_letter",
    "examine",
    "extend",
    "issue_letter",
    "judge_reasons",
    "lapse",
    "legal_review",
    "look_up",
    "mark_scanned",
    "merge",
    "new_key",
    "new_query_code",
    "note",
    "offer_payment",
    "paper_of",
    "problems_of",
    "propose_extension",
    "rate",
    "read_letter",
    "rebuild",
    "recalculate",
    "record_corrected",
    "record_dispute_decided",
    "record_dispute_opened",
    "record_opinion",
    "record_organ_answer",
    "record_payment",
    "record_sent",
    "record_withdrawal",
    "register",
    "reopen",
    "retire_template",
    "save_template",
    "serve",
    "split",
    "submit",
    "transfer",
    "void",
    "withdraw",
]
