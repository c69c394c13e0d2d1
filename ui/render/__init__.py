"""Answers and sources as HTML, Markdown, Word, plain text and JSON. Escaping is in `escape`."""

from ui.render.escape import printable
from ui.render.terminal import answer_json, answer_text, hits_json, hits_text

__all__ = ["answer_json", "answer_text", "hits_json", "hits_text", "printable"]
