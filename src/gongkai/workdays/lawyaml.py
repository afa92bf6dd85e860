"""YAML as law data needs it: the C loader where there is one, and no key twice.

A key given twice would silently lose one of two rules, so it is an error here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gongkai.errors import LawDataInvalid

if TYPE_CHECKING:
    from yaml.nodes import MappingNode

__all__ = ["parse_yaml"]


def parse_yaml(text: str, name: str) -> Any:
    """Parse a data file into plain values.

    Args:
        text: the YAML text.
        name: what to call the file in messages.

    Raises:
        LawDataInvalid: not YAML, or a key stands twice in one mapping.
    """
    import yaml

    try:
        return yaml.load(text, Loader=_loader())  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise LawDataInvalid(f"{name} 不是有效的 YAML：{error}。请改正后再载入。") from error


@lru_cache(maxsize=1)
def _loader() -> type[Any]:
    import yaml

    base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class StrictLoader(base):  # type: ignore[misc]
        def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
            pairs = [self.construct_object(key, deep=True) for key, _ in node.value]
            for index, key in enumerate(pairs):
                if key in pairs[:index]:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"“{key}”写了两次", node.start_mark
                    )
            mapping: dict[Any, Any] = super().construct_mapping(node, deep)
            return mapping

    return StrictLoader
