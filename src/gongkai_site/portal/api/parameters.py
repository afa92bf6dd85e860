"""What an address asks for, checked by what is documented of it."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict

from gongkai_site.portal.api.answers import Problem
from gongkai_site.portal.api.spec import Operation, resolve

__all__ = ["read"]


def read(told: QueryDict, operation: Operation) -> dict[str, Any]:
    """Every parameter of an operation by name: as given, else its default, else None.

    Raises:
        Problem: one is unknown, given twice, or not what it must be.
    """
    known = operation.parameters_in_query
    for name in told:
        shown = name[:40]
        if name not in known:
            there = "、".join(known) or "（没有）"
            raise _wrong(shown, f"没有参数“{shown}”。可以用的参数：{there}。")
        if len(told.getlist(name)) > 1:
            raise _wrong(shown, f"参数“{shown}”写了几次，请只写一次。")
    return {
        name: _value(name, str(told[name]), resolve(one["schema"]))
        if name in told
        else one["schema"].get("default")
        for name, one in known.items()
    }


def _value(name: str, text: str, shape: Any) -> Any:
    if shape["type"] == "integer":
        return _integer(name, text, shape)
    if "enum" in shape and text not in shape["enum"]:
        raise _wrong(name, f"参数“{name}”只能是 {'、'.join(shape['enum'])} 中的一个。")
    if len(text) > shape.get("maxLength", len(text)) or not re.fullmatch(
        shape.get("pattern", r"[\s\S]*"), text
    ):
        raise _wrong(name, f"参数“{name}”写得不对，请照说明里的例子写。")
    return text


def _integer(name: str, text: str, shape: Any) -> int:
    least, most = shape["minimum"], shape["maximum"]
    number = int(text) if re.fullmatch(r"-?[0-9]{1,20}", text, re.ASCII) else None
    if number is None or not least <= number <= most:
        raise _wrong(name, f"参数“{name}”应当是 {least} 到 {most} 的整数。")
    return number


def _wrong(name: str, detail: str) -> Problem:
    return Problem(400, "参数不对", detail, {"parameter": name})
