"""What a person reads of a page: its text and the attributes that are shown or spoken, without what is marked as foreign."""

import re
from html.parser import HTMLParser

SPOKEN = ("title", "alt", "placeholder", "aria-label", "data-key-label", "label")
SILENT = {"script", "style", "template", "code", "svg", "bdi", "kbd"}
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "path",
}
# Words that are written in Latin letters in Persian too.
ALLOWED = {"deskops", "English", "QR", "PDF", "CSV", "XLSX", "xlsx", "API", "PBX", "SMS", "HTTPS", "Enter"}
LATIN = re.compile(r"[A-Za-z]{2,}")
# Web addresses are written in Latin letters in every language.
ADDRESS = re.compile(r"https?://\S+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        foreign = tag in SILENT or given.get("lang") == "en" or given.get("dir") == "ltr"
        if not foreign and not self._silent:
            self.words += [given[name] or "" for name in SPOKEN if name in given]
        if tag not in VOID:
            self._open.append((tag, foreign))
            if foreign:
                self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, foreign = self._open.pop()
            if foreign:
                self._silent.pop()
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def latin_words(html: str) -> set[str]:
    """Latin words outside what is marked as foreign and outside the short list of those that Persian borrows."""
    reader = _Reader()
    reader.feed(html)
    return {word for text in reader.words for word in LATIN.findall(ADDRESS.sub("", text))} - ALLOWED
