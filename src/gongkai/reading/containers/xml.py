"""XML parts of office packages, parsed without entities, document types, network or giants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gongkai.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["parse_xml"]


def parse_xml(content: bytes) -> _Element:
    """Parse a part and return its root.

    Raises:
        Unreadable: `damaged` where it is not well-formed, `unsafe_xml` where it declares a
            document type (no office program writes one; attackers do).
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(
            "damaged",
            "文件内部的内容已损坏，无法读取。请用 Office/WPS 打开后另存一份再试，或重新下载。",
        ) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Unreadable(
            "unsafe_xml",
            "文件内部含有不应出现的文档类型声明（DTD），可能不安全，已拒绝读取。"
            "请用 Office/WPS 打开后另存一份再试。",
        )
    return root
