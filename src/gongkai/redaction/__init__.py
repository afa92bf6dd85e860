"""Irreversible redaction for partial disclosure (区分处理, 条例37): bytes in, bytes out.

`pages` shows a file to an editor, `suggest` proposes boxes, `redact` blacks them out for good and
`prove` takes the result apart to show that nothing beneath survives.
"""

from __future__ import annotations

from gongkai.redaction.box import Box
from gongkai.redaction.grounds import Ground, grounds
from gongkai.redaction.preview import PageInfo, pages
from gongkai.redaction.proof import Elsewhere, Leak, Proof, prove
from gongkai.redaction.redact import BoxLog, PageLog, Redacted, UnsafeResult, redact
from gongkai.redaction.sheet import Word
from gongkai.redaction.suggest import Suggestion, suggest

__all__ = [
    "Box",
    "BoxLog",
    "Elsewhere",
    "Ground",
    "Leak",
    "PageInfo",
    "PageLog",
    "Proof",
    "Redacted",
    "Suggestion",
    "UnsafeResult",
    "Word",
    "grounds",
    "pages",
    "prove",
    "redact",
    "suggest",
]
