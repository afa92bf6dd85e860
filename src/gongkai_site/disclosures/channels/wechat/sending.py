"""One delivery to WeChat, step by step: pictures, cover, draft, publication, result.

After each step what WeChat gave us is kept, so that a delivery cut off goes on where it was. Before a
step that must not happen twice we note that we begin it. Found begun and not ended, it is looked for
at WeChat first, by the source address of the article with the mark of this edition at its end.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongkai_site.agencies import crypto
from gongkai_site.disclosures.channels.house import house
from gongkai_site.disclosures.channels.links import source_of
from gongkai_site.disclosures.channels.models import Delivery, Mode, WeChatAccount
from gongkai_site.disclosures.channels.wechat.article import Article, article_of
from gongkai_site.disclosures.channels.wechat.client import Account, Client
from gongkai_site.disclosures.channels.wechat.contract import WeChatFailed, contract
from gongkai_site.disclosures.channels.wechat.cover import plain_cover
from gongkai_site.disclosures.pictures import public as pictures

__all__ = ["PURPOSE", "Done", "Later", "account_of", "deliver"]

PURPOSE = "wechat"
"""What the secret is sealed for."""

_GONE = 40007


@dataclass(frozen=True, slots=True)
class Done:
    """It is done: what WeChat calls it, and its address where there is one.

    `draft`: as far as we go; people publish it themselves.
    """

    remote_id: str
    url: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """It is under way; look again after a while."""

    why: str = "微信正在处理"


Keep = Callable[[Delivery], None]


def account_of(held: WeChatAccount, base: str) -> Account:
    """How to reach an official account. Raises CannotOpen where the key is missing."""
    return Account(base, held.app_id, crypto.decrypt(held.secret or b"", purpose=PURPOSE))


def deliver(
    delivery: Delivery, held: WeChatAccount, client: Client, keep: Keep, now: datetime
) -> Done | Later:
    """Take a delivery as far as it goes now.

    Args:
        delivery: the delivery; its `progress` is read and written.
        held: the account's settings.
        client: its interface.
        keep: saves the delivery, at once.
        now: the moment.

    Raises WeChatFailed.
    """
    progress = delivery.progress
    mark = f"#v{delivery.edition}"
    source = source_of(delivery.disclosure_id)
    article = article_of(source, delivery.title) if source is not None else None
    if article is None or article.problems:
        why = article.problems[0] if article else "文件已经不在公开之列。"
        raise WeChatFailed(why, "stop")
    address = f"{article.source_url}{mark}"
    if "publish" in progress:
        return _result(delivery, client, keep)
    if "submitting" in progress:
        found = client.find_published(address)
        if found[0]:
            return Done(*found)
        begun = datetime.fromisoformat(progress["submitting"])
        if now < begun + timedelta(minutes=house()["unsure_minutes"]):
            return Later("提交后没有收到微信的答复，正在核对")
        if not client.has_draft(progress["draft"]):
            return Later("草稿已经提交，等待微信列出")
    if "draft" not in progress:
        _make_draft(delivery, held, client, keep, article, mark)
    if held.mode == Mode.DRAFT:
        return Done(progress["draft"], draft=True)
    progress["submitting"] = now.isoformat()
    keep(delivery)
    try:
        progress["publish"] = client.submit(progress["draft"])
    except WeChatFailed as failed:
        if not failed.unsure:
            del progress["submitting"]
            if failed.code == _GONE:
                # Somebody deleted the draft by hand: the next try makes another.
                del progress["draft"]
            keep(delivery)
        raise
    keep(delivery)
    return Later("已提交微信发布，等待结果")


def _make_draft(
    delivery: Delivery,
    held: WeChatAccount,
    client: Client,
    keep: Keep,
    article: Article,
    mark: str,
) -> None:
    progress = delivery.progress
    if "drafting" in progress:
        found = client.find_draft(f"{article.source_url}{mark}")
        if found:
            progress["draft"] = found
            keep(delivery)
            return
    urls: dict[str, str] = progress.setdefault("pictures", {})
    for address in article.pictures:
        if address not in urls:
            urls[address] = client.upload_picture(*_picture(address))
            keep(delivery)
    cover = _cover(held, client)
    progress["drafting"] = True
    keep(delivery)
    try:
        progress["draft"] = client.add_draft(article.fields(cover=cover, urls=urls, mark=mark))
    except WeChatFailed as failed:
        if failed.code == _GONE:
            WeChatAccount.objects.filter(pk=held.pk).update(cover_media_id="", cover_of="")
            raise WeChatFailed("封面素材已被删除，将重新上传。", "retry", code=_GONE) from None
        raise
    keep(delivery)


def _cover(held: WeChatAccount, client: Client) -> str:
    """The media id of the account's cover, which is kept at WeChat once."""
    data = bytes(held.cover) if held.cover else plain_cover()
    of = hashlib.sha256(held.app_id.encode() + data).hexdigest()
    if held.cover_of != of or not held.cover_media_id:
        held.cover_media_id, held.cover_of = client.add_cover(data), of
        held.save(update_fields=["cover_media_id", "cover_of"])
    return held.cover_media_id


def _picture(address: str) -> tuple[bytes, str]:
    """The bytes of a picture of ours, small enough, and its media type."""
    start = address.removeprefix("/files/").partition("/")[0]
    found = pictures.by_digest(start) if address.startswith("/files/") else None
    if found is None:
        raise WeChatFailed("正文里有一张图片找不到，请打开文件检查图片。", "stop")
    data = found.path.read_bytes()
    if len(data) < contract()["limits"]["picture_bytes"]:
        return data, found.media_type
    return _smaller(data), "image/jpeg"


def _smaller(data: bytes) -> bytes:
    """A picture as JPEG below WeChat's limit."""
    from PIL import Image

    picture = Image.open(io.BytesIO(data)).convert("RGB")
    for width in (1600, 1080, 720, 480):
        out = io.BytesIO()
        copy = picture.copy()
        copy.thumbnail((width, width * 4))
        copy.save(out, "JPEG", quality=80, optimize=True)
        if out.tell() < contract()["limits"]["picture_bytes"]:
            return out.getvalue()
    raise WeChatFailed("正文里有一张图片太大，微信不接受。请换小一些的图片。", "stop")


def _result(delivery: Delivery, client: Client, keep: Keep) -> Done | Later:
    publish_id: str = delivery.progress["publish"]
    status = client.status(publish_id)
    if status.code == 0:
        return Done(status.article_id or publish_id, status.url)
    if status.code == 1:
        return Later("微信正在发布")
    # That draft is used up: whoever has it sent again once the fault is mended needs another.
    for name in ("publish", "submitting", "draft", "drafting"):
        delivery.progress.pop(name, None)
    keep(delivery)
    what = contract()["statuses"].get(status.code, f"未知状态 {status.code}")
    raise WeChatFailed(f"{what}。请登录微信公众平台查看原因。", "stop")
