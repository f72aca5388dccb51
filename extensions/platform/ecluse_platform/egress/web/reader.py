"""What one reader sees: words, dates, numbers and sizes in their language."""

from __future__ import annotations

from datetime import UTC, date, datetime

from markupsafe import Markup, escape

from ecluse_platform.core.text import Language, Text
from ecluse_platform.egress.web.words import WORDS

_MONTHS = {
    Language.FR: (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    Language.EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_THIN = {Language.FR: "\u202f", Language.EN: ","}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_KIB = 1024


class Reader:
    """Words for one reader at one moment; every value put into a sentence is escaped."""

    def __init__(self, language: Language, now: datetime) -> None:
        self.language = language
        self._now = now

    @property
    def colon(self) -> str:
        """The colon as the language sets it: French puts a space before, which must not break."""
        return "\u00a0:" if self.language is Language.FR else ":"

    def words(self, key: str, **values: object) -> Markup:
        """Return the sentence of a key with its values filled in."""
        sentence = escape(WORDS[key].in_language(self.language))
        return sentence.format(**values) if values else sentence

    def counted(self, key: str, n: int) -> Markup:
        """Return the sentence that a count calls for; French says zero in the singular, English does not."""
        one = n in {0, 1} if self.language is Language.FR else n == 1
        return self.words(f"{key}.{'one' if one else 'many'}", n=self.number(n))

    def text(self, text: Text) -> str:
        """Return the wording of a text of the core or of a policy."""
        return text.in_language(self.language)

    def number(self, n: int) -> str:
        """Write a whole number with its thousands apart."""
        return f"{n:,}".replace(",", _THIN[self.language])

    def figure(self, value: int | str) -> str:
        """Write a whole number or an exact decimal, as the language sets it."""
        if isinstance(value, int):
            return self.number(value)
        whole, point, rest = value.partition(".")
        sign = "\u2212" if whole.startswith("-") else ""
        mark = "," if self.language is Language.FR else "."
        return f"{sign}{self.number(int(whole.removeprefix('-')))}{mark + rest if point else ''}"

    def day(self, on: date) -> str:
        """Write a day out, month by name."""
        number = "1er" if self.language is Language.FR and on.day == 1 else str(on.day)
        return f"{number} {_MONTHS[self.language][on.month - 1]} {on.year}"

    def moment(self, at: datetime) -> Markup:
        """Write a moment to the minute, zone named, with its exact form for machines."""
        utc = at.astimezone(UTC)
        clock = (
            f"{utc.hour}\u00a0h\u00a0{utc.minute:02}" if self.language is Language.FR else f"{utc.hour}:{utc.minute:02}"
        )
        return Markup('<time datetime="{exact}">{day}, {clock}\u00a0UTC</time>').format(
            exact=utc.isoformat(timespec="seconds"), day=self.day(utc.date()), clock=clock
        )

    def ago(self, at: datetime) -> Markup:
        """Say how long ago something happened, in the one unit that matters."""
        seconds = max(0, int((self._now - at).total_seconds()))
        for unit, length in (("days", _DAY), ("hours", _HOUR), ("minutes", _MINUTE)):
            if seconds >= length:
                return self.counted(f"time.{unit}", seconds // length)
        return self.words("time.now")

    def size(self, count: int) -> Markup:
        """Write the size of a file."""
        if count < _KIB:
            return self.counted("size.bytes", count)
        return self.words("size.kib", n=self.number(round(count / _KIB)))
