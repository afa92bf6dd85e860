"""What a machine can see before a human does: personal data, secrecy marks, links, injected text,
missing particulars.

    findings = run(content, context)

Each check is a small function that claims its codes; what a code says, how grave it is and on what
ground stands in `data/checks.yaml`. A finding never holds a number or an address in clear.
"""

from gongkai_site.disclosures.checks.model import (
    AttachedText,
    Content,
    Context,
    Finding,
    Place,
)
from gongkai_site.disclosures.checks.registry import run

__all__ = ["AttachedText", "Content", "Context", "Finding", "Place", "run"]
