"""Checks what third parties bring: lists, and what their sources say."""
