"""What was uploaded, laid out in a folder of our own under numbers, never under a name it came with.

A ZIP is looked at from outside first: how many entries, how much they unpack to, where their names
lead. Nothing is unpacked before all of it is found in order.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from gongkai_site.agencies.uploads import Unsafe, check_entries, entry_name, tidy
from gongkai_site.disclosures.imports.bounds import ImportRefused, bound

__all__ = ["Package", "Upload"]

_CHUNK = 1 << 20
_INDEX = "index.json"
_LOOKED = "looked.json"
_IGNORED = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_REFUSED = "整个压缩包都没有收下。请检查后重新打包。"

Upload = tuple[str, IO[bytes]]
"""A file as it came: what it is called, and its open bytes."""


@dataclass(frozen=True, slots=True)
class Package:
    """The files of one import. `names` gives the number of each by its path, `/` between folders.

    `looked` holds what was found of a file, by its path: it is looked at once, since it never changes.
    """

    folder: Path
    names: Mapping[str, int]
    looked: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def lay(folder: Path, uploads: Iterable[Upload]) -> Package:
        """Lay uploads out; a ZIP that is no office file is unpacked.

        Raises:
            ImportRefused: too much, a path out of its folder, a link, a password, two of one name.
            OSError: the disk is full; nothing is left behind.
        """
        folder.mkdir(parents=True, exist_ok=False)
        try:
            names = _Laying(folder).all(uploads)
            (folder / _INDEX).write_text(json.dumps(names, ensure_ascii=False), "utf-8")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return Package(folder, names)

    @staticmethod
    def open(folder: Path) -> Package:
        """The package laid out earlier. Raises ImportRefused where it is gone."""
        try:
            names = json.loads((folder / _INDEX).read_text("utf-8"))
        except FileNotFoundError:
            raise ImportRefused("上传的文件已经不在了。请重新上传。") from None
        try:
            looked = json.loads((folder / _LOOKED).read_text("utf-8"))
        except (OSError, ValueError):
            looked = {}
        return Package(folder, names, looked)

    def keep_looked(self) -> None:
        """Keep what was found of the files, for the next look at the import."""
        scratch = self.folder / f"{_LOOKED}.{os.getpid()}"
        scratch.write_text(json.dumps(self.looked, ensure_ascii=False), "utf-8")
        scratch.replace(self.folder / _LOOKED)

    def remove(self) -> None:
        """Delete everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Where a file lies."""
        return self.folder / str(self.names[name])

    def data(self, name: str, most: int) -> bytes:
        """The bytes of a file of no more than `most`. Raises ImportRefused for a larger one."""
        path = self.path(name)
        if path.stat().st_size > most:
            raise ImportRefused(f"“{name}”超过 {most >> 20} MB。请缩小后重新上传。")
        return path.read_bytes()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, piece by piece."""
        with self.path(name).open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def find(self, wanted: str) -> list[str]:
        """The files a name may mean: its whole path, else every file that is called so."""
        path = tidy(wanted)
        if path in self.names:
            return [path]
        last = path.rsplit("/", 1)[-1].casefold()
        return [name for name in self.names if name.rsplit("/", 1)[-1].casefold() == last]


class _Laying:
    """The work of laying out, with what was seen so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, int] = {}
        self._size = 0

    def all(self, uploads: Iterable[Upload]) -> dict[str, int]:
        for name, stream in uploads:
            stream.seek(0)
            head = stream.read(4)
            stream.seek(0)
            archive = _archive(name, stream) if head == b"PK\x03\x04" else None
            if archive is None:
                stream.seek(0)
                self._put(tidy(name.replace("\\", "/").rsplit("/", 1)[-1]), stream)
            else:
                self._unpack(name, archive)
        if not self._names:
            raise ImportRefused("没有收到文件。请选择文件后再上传。")
        return self._names

    def _unpack(self, shown: str, archive: zipfile.ZipFile) -> None:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        named = [(entry_name(entry), entry) for entry in entries]
        named = [one for one in named if not one[0].casefold().endswith(_IGNORED[1:])]
        named = [one for one in named if not one[0].casefold().startswith(_IGNORED[0])]
        bounds = {key: bound(key) for key in ("entries", "unpacked", "ratio", "ratio_from")}
        try:
            names = check_entries(named, bounds)
        except Unsafe as unsafe:
            raise _refused(shown, unsafe) from unsafe
        try:
            for name, (_, entry) in zip(names, named, strict=True):
                with archive.open(entry) as part:
                    self._put(name, part)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise ImportRefused(f"压缩包“{shown}”已经损坏。{_REFUSED}") from error

    def _put(self, name: str, stream: IO[bytes]) -> None:
        if not name:
            raise ImportRefused("有的文件没有名称。请改名后重新上传。")
        if name in self._names:
            raise ImportRefused(f"有两个文件都叫“{name}”。请改名后重新上传。")
        if len(self._names) >= bound("entries"):
            raise ImportRefused(f"文件太多，一次最多 {bound('entries')} 个。请分几次导入。")
        number = len(self._names)
        with (self._folder / str(number)).open("wb") as file:
            while chunk := stream.read(_CHUNK):
                self._size += len(chunk)
                # What a ZIP says of itself may be a lie: what comes out is counted.
                if self._size > bound("unpacked"):
                    raise ImportRefused(_too_large())
                file.write(chunk)
        self._names[name] = number


def _archive(name: str, stream: IO[bytes]) -> zipfile.ZipFile | None:
    """The ZIP, None for an office file, which is one too. An OFD is one as well."""
    try:
        archive = zipfile.ZipFile(stream)
        held = {entry.filename for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise ImportRefused(f"“{name}”已经损坏，打不开。请重新打包后上传。") from error
    office = "[Content_Types].xml" in held or "OFD.xml" in held or "mimetype" in held
    return None if office else archive


def _refused(shown: str, unsafe: Unsafe) -> ImportRefused:
    """What to say of an archive that is not taken."""
    entry = unsafe.entry[:60]
    says = {
        "many": f"压缩包“{shown}”里的文件太多，一次最多 {bound('entries')} 个。",
        "large": _too_large(),
        "outside": f"压缩包里有一个文件名“{entry}”指向别处。{_REFUSED}",
        "link": f"压缩包里的“{entry}”是链接，不是文件。{_REFUSED}",
        "locked": f"压缩包“{shown}”设有密码。请去掉密码后重新打包。",
        "double": f"压缩包里有两个“{entry}”。{_REFUSED}",
        "bomb": f"压缩包里的“{entry}”{unsafe.why}。{_REFUSED}",
    }
    return ImportRefused(says[unsafe.code])


def _too_large() -> str:
    return f"文件解开后超过 {bound('unpacked') >> 20} MB。请分几次导入。"
