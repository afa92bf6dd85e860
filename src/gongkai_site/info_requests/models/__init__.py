"""What this room keeps. Written only by `service`."""

from gongkai_site.info_requests.models.applicant import IDENTITY_TYPES, Applicant, Details, Seal
from gongkai_site.info_requests.models.case import (
    NEVER,
    Case,
    CaseDispute,
    CaseEvent,
    CaseKind,
    RequestText,
)
from gongkai_site.info_requests.models.files import (
    Attachment,
    AttachmentPurpose,
    LookupWindow,
    ScanState,
    Submission,
)
from gongkai_site.info_requests.models.ledger import LedgerEntry, LedgerImport, LedgerState
from gongkai_site.info_requests.models.letters import (
    UNSIGNED_KINDS,
    Letter,
    LetterState,
    LetterVersion,
    NumberSeries,
    TemplateVersion,
)
from gongkai_site.info_requests.models.redaction import (
    BoxState,
    Redaction,
    RedactionBox,
    RedactionState,
)
from gongkai_site.info_requests.models.work import (
    Assignment,
    AssignmentKind,
    Consultation,
    Note,
    Outbox,
    OutboxState,
    Satisfaction,
)

__all__ = [
    "UNSIGNED_KINDS",
    "IDENTITY_TYPES",
    "NEVER",
    "Applicant",
    "Assignment",
    "AssignmentKind",
    "Attachment",
    "AttachmentPurpose",
    "BoxState",
    "Case",
    "CaseDispute",
    "CaseEvent",
    "CaseKind",
    "Consultation",
    "Details",
    "LedgerEntry",
    "LedgerImport",
    "LedgerState",
    "Letter",
    "LetterState",
    "LetterVersion",
    "LookupWindow",
    "Note",
    "NumberSeries",
    "Outbox",
    "OutboxState",
    "Redaction",
    "RedactionBox",
    "RedactionState",
    "RequestText",
    "Satisfaction",
    "ScanState",
    "Seal",
    "Submission",
    "TemplateVersion",
]
