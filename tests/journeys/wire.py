"""A network that can be cut for a whole browser.

A browser's own switch for working offline misses a service worker that ran before the switch was turned, such
as one that Background Sync started with the browser.
"""

import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit


class Wire:
    """Passes on what arrives at ``root`` to a server, unless it is cut."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = (parts.hostname or "localhost", parts.port or 80)
        self._listener = socket.create_server(("localhost", 0))
        self._open: set[socket.socket] = set()
        self._is_cut = False
        self.root = f"http://localhost:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End what is under way; whoever comes is hung up on."""
        self._is_cut = True
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everything through again."""
        self._is_cut = False

    def _accept(self) -> None:
        with suppress(OSError):  # until the listener is closed
            while True:
                caller, _address = self._listener.accept()
                if self._is_cut:
                    caller.close()
                    continue
                server = socket.create_connection(self._server)
                self._open |= {caller, server}
                for one, other in ((caller, server), (server, caller)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while content := one.recv(65536):
                other.sendall(content)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open -= {one}
        one.close()
