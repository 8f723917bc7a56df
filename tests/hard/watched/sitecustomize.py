"""Python imports this by itself from its path: every address that a process or a child of it turns to is written down."""

import os
import sys

_WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_FILE = os.environ["HARD_ADDRESSES"]


def _note(event: str, args: tuple[object, ...]) -> None:
    if event in _WATCHED:
        address = args[0] if event.startswith("socket.get") else args[1]
        with open(_FILE, "a", encoding="utf-8") as file:
            file.write(f"{address[0] if isinstance(address, tuple) else address}\n")


sys.addaudithook(_note)
