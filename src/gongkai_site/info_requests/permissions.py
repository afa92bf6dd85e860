"""The permissions the verbs of this room ask for; which roles hold them, `agencies` says."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Permission"]


class Permission(StrEnum):
    """The codes of `agencies/data/permissions.yaml`; several verbs may share one."""

    SUBMIT = "request.submit"
    TRACK = "request.track"
    CLARIFY = "request.clarify"
    WITHDRAW = "request.withdraw"
    PAY = "request.pay"
    RATE = "request.rate"
    VIEW = "request.view"
    VIEW_IDENTITY = "request.view_identity"
    RECEIVE = "request.receive"
    ASSIGN = "request.assign"
    CO_HANDLE = "request.co_handle"
    ANSWER_OFFICE = "request.answer_office"
    SPLIT = "request.split"
    MERGE = "request.merge"
    NOTE = "request.note"
    ATTACH = "request.attach"
    CORRECT = "request.correct"
    EXPLAIN = "request.explain"
    CONSULT = "request.consult"
    RECORD_OPINION = "request.record_opinion"
    PROPOSE_EXTENSION = "request.propose_extension"
    EXTEND = "request.extend"
    DELAY = "request.delay"
    FEE = "request.fee"
    RECORD_PAYMENT = "request.record_payment"
    REDACT = "request.redact"
    CHECK_REDACTION = "request.check_redaction"
    DRAFT = "request.draft"
    LEGAL_REVIEW = "request.legal_review"
    SIGN = "request.sign"
    REPLY = "request.reply"
    SERVE = "request.serve"
    CLOSE = "request.close"
    UNDO = "request.undo"
    REOPEN = "request.reopen"
    RECORD_REVIEW = "request.record_review"
    ARCHIVE = "request.archive"
    LEDGER_IMPORT = "request.ledger_import"
    RECOUNT = "request.recount"
    EDIT_TEMPLATES = "request.edit_templates"
    APPROVE_TEMPLATES = "request.approve_templates"
