"""Prompts and the Swedish texts of answers, as files. Loaded and checked by `assistant.prompts`."""
