"""A published report, in any state, into the value: recognise → restore → locate → read.

`read` takes the bytes of any file and gives the reports in it, each cell with its evidence, or says
why there is none.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gongkai.reading.reader import Reading, ReadingState, as_result, read, read_document

__all__ = ["Reading", "ReadingState", "as_result", "read", "read_document"]


def __getattr__(name: str) -> Any:
    """Load the reader when it is first asked for: whoever only restores text need not wait."""
    if name in __all__:
        from gongkai.reading import reader

        return getattr(reader, name)
    raise AttributeError(name)
