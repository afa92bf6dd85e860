"""Every change to a document: one function a verb, each in one transaction.

A verb asks whether its actor may, locks the document, sees that it is as the actor saw it and at the
stage the verb needs, changes it, appends one event, tells the built site, and writes the audit entry
last. Every verb takes `now`, the moment it happens, and most take `expected`, the version of the
document that the actor's page showed. No verb lets one person both write and review, or review and
issue, whatever roles they hold.
"""

from gongkai_site.disclosures.service.adopting import Adoptable, adopt, adopt_many
from gongkai_site.disclosures.service.columns import (
    COLUMN_FIELDS,
    add_column,
    change_column,
    set_index_pattern,
)
from gongkai_site.disclosures.service.dropping import drop_draft
from gongkai_site.disclosures.service.publishing import (
    file_address,
    issue,
    publish_due,
    schedule,
)
from gongkai_site.disclosures.service.recount import Moved, recalculate
from gongkai_site.disclosures.service.review import return_to_editor, review_approve, submit
from gongkai_site.disclosures.service.standing import (
    expire_due,
    re_review,
    record_channel,
    repeal,
    set_re_review,
    withdraw,
)
from gongkai_site.disclosures.service.writing import (
    amend,
    attach,
    clarify,
    create,
    decide_nature,
    detach,
    drop_amendment,
    save_draft,
)

__all__ = [
    "COLUMN_FIELDS",
    "Adoptable",
    "Moved",
    "add_column",
    "adopt",
    "adopt_many",
    "amend",
    "attach",
    "change_column",
    "clarify",
    "create",
    "decide_nature",
    "detach",
    "drop_amendment",
    "drop_draft",
    "expire_due",
    "file_address",
    "issue",
    "publish_due",
    "re_review",
    "recalculate",
    "record_channel",
    "repeal",
    "return_to_editor",
    "review_approve",
    "save_draft",
    "schedule",
    "set_index_pattern",
    "set_re_review",
    "submit",
    "withdraw",
]
