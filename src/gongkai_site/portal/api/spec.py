"""The interface as it is documented: `data/api.yaml`, and what is derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

__all__ = ["Operation", "operation", "operations", "resolve", "schema", "spec"]


@lru_cache(maxsize=1)
def spec() -> Mapping[str, Any]:
    """The whole document, as plain values."""
    file = resources.files("gongkai_site.portal") / "data" / "api.yaml"
    return MappingProxyType(yaml.safe_load(file.read_text("utf-8")))


def resolve(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference points to; anything else as it is."""
    while "$ref" in part:
        found: Any = spec()
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def schema(name: str) -> Mapping[str, Any]:
    """One of the shapes, by its name."""
    found: Mapping[str, Any] = spec()["components"]["schemas"][name]
    return found


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask for. `parameters` are resolved, in their order."""

    id: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: tuple[Mapping[str, Any], ...]
    responses: Mapping[str, Mapping[str, Any]]

    @property
    def parameters_in_query(self) -> dict[str, Mapping[str, Any]]:
        """Name → parameter, of those after the question mark."""
        return {one["name"]: one for one in self.parameters if one["in"] == "query"}


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """Everything there is to ask for, in the order of the document."""
    return tuple(
        Operation(
            told["get"]["operationId"],
            path,
            told["get"]["tags"][0],
            told["get"]["summary"],
            told["get"].get("description", ""),
            tuple(resolve(one) for one in told["get"].get("parameters", ())),
            {str(code): resolve(one) for code, one in told["get"]["responses"].items()},
        )
        for path, told in spec()["paths"].items()
    )


def operation(identifier: str) -> Operation:
    """One of them, by its `operationId`."""
    return next(one for one in operations() if one.id == identifier)
