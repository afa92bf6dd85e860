"""What can go wrong while the site is written; the messages are for the office."""

from __future__ import annotations

import errno

from gongkai.errors import GongkaiError

__all__ = ["BuildBusy", "BuildFailed", "told"]


class BuildFailed(GongkaiError):
    """The site could not be brought up to date; what is published stands as it was."""


class BuildBusy(BuildFailed):
    """Another process is building the whole site; it will do what waits as well."""


def told(error: OSError) -> str:
    """Say what an error of the disk means, and what to do."""
    where = f"（{error.filename}）" if error.filename else ""
    stands = "公开网站保持原样，没有损坏；处理好以后会自动接着更新。"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"磁盘满了，公开网站没有更新成{where}。{stands}请清理磁盘或者扩容。"
    if error.errno == errno.EROFS:
        return f"磁盘只能读不能写，公开网站没有更新成{where}。{stands}请检查磁盘是否出错。"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"没有写入公开网站文件夹的权限{where}。{stands}请检查文件夹的属主和权限。"
    return f"公开网站没有更新成：{error.strerror or error}{where}。{stands}"
