"""A mail server for the tests: it speaks as much SMTP as a mail needs, and keeps what it is given."""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class Post:
    """What the server was given. `refused` holds the addresses it will not take."""

    port: int = 0
    refused: set[str] = field(default_factory=set)
    signed_in: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)


class _Clerk(socketserver.StreamRequestHandler):
    post: Post

    def handle(self) -> None:
        self._say("220 stand-in")
        while line := self.rfile.readline().decode("utf-8").strip():
            verb, _, rest = line.partition(" ")
            if not self._answer(verb.upper(), rest):
                return

    def _answer(self, verb: str, rest: str) -> bool:
        if verb == "EHLO":
            self._say("250-stand-in\r\n250 AUTH PLAIN")
        elif verb == "AUTH":
            told = base64.b64decode(rest.split()[1]).decode()
            self.post.signed_in.append(told.strip("\0").replace("\0", " "))
            self._say("235 welcome")
        elif verb == "RCPT":
            self._recipient(rest.partition("<")[2].partition(">")[0])
        elif verb == "DATA":
            self._data()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 well")
        return True

    def _recipient(self, address: str) -> None:
        if address in self.post.refused:
            self._say("550 nobody of that name")
        else:
            self.post.recipients.append(address)
            self._say("250 well")

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        got = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(got, EmailMessage)
        self.post.mails.append(got)
        self._say("250 kept")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def post_office() -> Iterator[Post]:
    """A mail server on a free port of this machine, gone at the end."""
    post = Post()
    clerk = type("Clerk", (_Clerk,), {"post": post})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), clerk) as server:
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
