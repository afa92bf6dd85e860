"""Polluted text into clean text, as inspectable spans.

    restoration = restore("廣州市商務(wù)局2020年政府信息公開(kāi)工作年度報(bào)告")
    restoration.clean        # 广州市商务局2020年政府信息公开工作年度报告
    restoration.changes      # every span that reads differently, with its reason
    restoration.warnings     # what no rule may mend, and what to do about it
    restoration.quarantined  # what is not the document's: kept and shown, never dropped

The steps: invisible characters and entities (`remains`), conversion scars (`scars`), pinyin
glosses (`glosses`), Traditional script (`script`), spam and page chrome (`pages`), and the doubts
that are only pointed at (`unsafe`, `inserted`). `pipeline` puts them in order.
"""

from gongkai.reading.restore.model import (
    Change,
    ChangeKind,
    Quarantined,
    Restoration,
    RestoreWarning,
    count_kinds,
)
from gongkai.reading.restore.pipeline import restore

__all__ = [
    "Change",
    "ChangeKind",
    "Quarantined",
    "Restoration",
    "RestoreWarning",
    "count_kinds",
    "restore",
]
