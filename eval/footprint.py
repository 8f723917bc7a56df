"""The start and the memory of the local embedder, alone in a process: run as a module with the threads, texts on standard input."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from knowledge.embed import LocalEmbedder


def _main(threads: str) -> None:
    texts = json.loads(sys.stdin.read())
    began = time.perf_counter()
    embedder = LocalEmbedder(threads=int(threads))
    started = time.perf_counter() - began
    embedder.embed_documents(texts)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    print(json.dumps([round(started, 2), pages * 4096 // 1_000_000]))


if __name__ == "__main__":
    _main(*sys.argv[1:])
