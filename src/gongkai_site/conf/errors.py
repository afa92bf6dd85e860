"""Error pages: what happened, and what to do next."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from gongkai_site.portal.views.common import given_back

__all__ = ["bad_request", "csrf_failure", "forbidden", "not_found", "server_error"]


_PUBLIC = "/request/"


def _page(
    request: HttpRequest, status: int, title: str, what: str, then: str, *, public: str = ""
) -> HttpResponse:
    """An error page without session or messages, which may be what failed.

    `public` is the advice to somebody among the public's pages, where it is another.
    """
    outside = request.path.startswith(_PUBLIC)
    context = {
        "title": title,
        "what": what,
        "then": (public or then) if outside else then,
        "version": settings.VERSION,
    }
    template = "portal/error.html" if outside else "error.html"
    return HttpResponse(render_to_string(template, context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the request is too large."""
    if isinstance(exception, TooManyFilesSent):
        return _page(
            request,
            413,
            "一次上传的文件太多",
            f"一次最多上传 {settings.UPLOAD_FILES} 个文件，这次超过了，一个也没有收下。",
            "请分几次上传，或者打成 ZIP 压缩包再传。",
            public="请返回上一页，少选几个再传；材料多的，请合并成一个 PDF。",
        )
    if isinstance(exception, RequestDataTooBig):
        return _page(
            request,
            413,
            "提交的内容太大",
            "这次提交的内容超过了上限，没有收下。",
            "请返回上一页，减少内容后重新提交。",
        )
    if isinstance(exception, DisallowedHost):
        return _page(
            request,
            400,
            "地址不对",
            "这个站点不接受从这个网址访问。",
            "请用 http://127.0.0.1 开头的地址打开；需要换网址的，请管理员在 GONGKAI_HOSTS 中登记。",
        )
    return _page(
        request, 400, "请求有误", "浏览器发来的内容无法识别。", "请返回上一页，刷新后再试。"
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(
        request,
        403,
        "不能打开",
        "你没有打开这个页面的权限。",
        "请回到首页。",
        public="请从依申请公开首页重新进入。",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where a form was sent without the token its page carried."""
    what = "页面打开太久，或者浏览器没有保存本站的 Cookie，这次提交没有被接受。"
    if request.path.startswith(_PUBLIC):
        return given_back(request, "表单已经过期", what)
    return _page(
        request,
        403,
        "表单已经过期",
        what,
        "请允许本站使用 Cookie，返回上一页刷新，再提交一次。",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; a message given with Http404 in Chinese is passed on."""
    what = str(exception.args[0]) if exception.args else ""
    if not what or what.isascii() or isinstance(exception.args[0], dict):
        what = "这个地址没有内容，可能是输错了，也可能是已经移走。"
    return _page(
        request,
        404,
        "找不到这个页面",
        what,
        "请回到首页或者工作台，从那里找。",
        public="请从依申请公开首页重新进入，或者用申请编号和查询码查询。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(
        request,
        500,
        "系统出错了",
        "不是你的操作有问题。已经上传的文件和已经保存的更正都还在。",
        "请稍后再试；仍然出错的，请把出错的时间告诉管理员，由管理员查看运行日志。",
        public="不是您的操作有问题。已经提交的申请、已经保存的内容都还在。请点浏览器的“后退”再试；"
        "仍然出错的，请打电话、当面或者邮寄办理。",
    )
