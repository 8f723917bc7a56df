"""The language model of the search on this machine: its weights, its tokens, its graph and the runtime that runs it."""
