"""Text: cleaning what comes in, escaping what goes out.

Inside the catalog a text is plain Unicode on one line. ``plain`` and ``from_latex`` make it
so, once, where it is read; ``markdown``, ``prose`` and ``quoted`` write it, each for its format.
(XML is escaped by lxml, through feedgen; HTML by the theme.)
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote

from pylatexenc.latex2text import LatexNodes2Text
from slugify import slugify

# --- cleaning -----------------------------------------------------------------------------

# What no text has a use for and some format forbids: C0 and C1 controls (XML 1.0 §2.2, YAML 1.2
# §5.1, and STX and ETX, which Python-Markdown uses itself), lone surrogates (no UTF-8),
# noncharacters, the byte order mark, and the bidirectional overrides that let a title rewrite the
# line it stands in (Unicode TR 36 §2.10).
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]+"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """The text on one line, without the characters that no format can carry.

    White space is folded, controls are dropped, a lone surrogate becomes U+FFFD.
    ``plain(plain(x)) == plain(x)``.
    """
    if text.isprintable() and "  " not in text:  # a blank is the only white space that is printable
        return text.strip()
    text = " ".join(text.split())
    if text.isprintable():  # as nearly every text is; what follows is slow
        return text
    text = _SURROGATE.sub("\ufffd", _FORBIDDEN.sub("", text))
    return " ".join(text.split())


# Elements of HTML that a text holds by mistake; "<EOS>" or "<image>" is what it may be about.
MARKUP = re.compile(
    r"<(/?(?:a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|font|h[1-6]|hr|i|iframe|img|ins|kbd"
    r"|li|mark|math|ol|p|pre|q|s|script|small|span|strike|strong|style|su[bp]|svg|t[dhrt]|table|title|u"
    r"|ul|var)(?=[\s/>])[^<>]*)>",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"&(#\d+|#x[\da-f]+|[a-z]{2,8}\d?);", re.IGNORECASE)


def unmistakable(text: str) -> str:
    """The text, such that nobody takes any of it for HTML: readers of feeds guess which it is.

    >>> unmistakable("<EOS>, <b>bold</b> and &copy;")
    '<EOS>, ‹b›bold‹/b› and ＆copy;'
    """
    if "<" not in text and "&" not in text and "\ufffd" not in text:
        return text  # as nearly every one
    return REFERENCE.sub(r"＆\1;", MARKUP.sub(r"‹\1›", text)).replace("\ufffd", "")


# --- LaTeX --------------------------------------------------------------------------------

logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)  # it warns of what strangers write
_to_text = LatexNodes2Text(
    math_mode="text", keep_comments=True, strict_latex_spaces="based-on-source"
)
_SUPERSCRIPT = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")

_ADDRESS = re.compile(r"(https?://[^\s<>\"{}]+)")
_URL_MACRO = re.compile(r"\\url\s*\{([^{}]*)\}")
# These begin with what is rare, as far as can be, and look back from there: text is passed over quickly.
#
# As pandoc tells mathematics from money: nothing white inside the dollars, no digit behind. What
# begins with a macro or an index ("4$\times$", "CO$_2$") isn't money, wherever it stands, nor is
# a lone sign ("p$<$0.05").
_MATH = re.compile(
    r"\$\$([^$]+)\$\$|\$(?<![\\$\w]\$)(?=[^\s$])([^$\n]{0,400}?[^\s$\\])\$(?!\d)"
    r"|\$(?<![\\$]\$)(\\[A-Za-z](?:[^$\n]{0,400}?[^\s$\\])??|[_^][^\s$]{0,40}[^\s$\\]|[<>=+-])\$"
    r"|\\\((.{1,400}?)\\\)|\\\[(.{1,400}?)\\\]"
)
_LOST_DOLLAR = re.compile(r"\\(?=\d)")
_ACCENT = re.compile(
    r"""\\(?:["'`^~=.]\s*(?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|[uvHtcdbkr]\{\\?[A-Za-z]{1,2}\})"""
)
_MACRO = re.compile(r"\\([A-Za-z]++)\*?((?:\{[^{}]*\})*+)(?!\{)")
_UNCLOSED_MACRO = re.compile(r"\\([A-Za-z]+)\*?((?:\{[^{}]*\})*)")
_FONT = re.compile(r"\{\\(?:bf|em|it|rm|sc|sf|sl|tt)\s+([^{}]*)\}")
_LONE_GROUP = re.compile(r"\{([^\s{}])\}")
_SPACE = re.compile(r"\\[,;: ]")
_NO_SPACE = re.compile(r"\\[!/-]")
_ESCAPED = re.compile(r"\\([%&_#${}])")
_RAISED = re.compile(r"\^(?:\{([0-9+\-=()ni]+)\}|([0-9]+))")
_LOWERED = re.compile(r"_(?:\{([0-9+\-=()]+)\}|([0-9]))(?![\w.])")
_BRACED_INDEX = re.compile(r"([_^])\{([^{}]*)\}")
_SINGLE_QUOTED = re.compile(r"`(?<![\w`]`)([^`']{1,80})'(?!\w)")
_PRIMES_QUOTED = re.compile(r"''(?<![\w']'')(?=[^\W_])([^'“”]{1,80})(?<!\s)''(?![\w'])")
# Markdown's, as some abstracts have it; "2**n" and "**kwargs" are code.
_BOLD = re.compile(r"\*\*(?<![\w*]\*\*)(?=[^\W_])([^*]{1,200})(?<![\s(\[])\*\*(?![\w*])")
_TIE = re.compile(r"~(?<=[\w.,;:)\]%°”]~)(?=[\w(“])")
_TIMES_BETWEEN = re.compile(r"(?<=\d) ?(?:times|×) ?(?=\d)")
_TIMES_AFTER = re.compile(r"times(?<=\dtimes)(?![a-z])")
_SIM = re.compile(r"sim(?<![A-Za-z\\]sim)(?=\d)")
_DASH = re.compile(r"--(?:(?<=[^\s-]--)-?(?=[^\s-])|(?<=\s--)-?(?=\s))")
_RELATION = {"geq": "≥", "leq": "≤"}
_RELATIONS = re.compile(r"([gl]eq)(?<![A-Za-z\\][gl]eq)(?= ?\d)")


def from_latex(text: str, mathematics: Callable[[str, str], str] | None = None) -> str:
    """Text as a listing gives it, with what is left of its LaTeX turned into Unicode.

    Listings of papers hold LaTeX in every state: whole (``$\\nabla^2$``), stripped of its dollars
    (``80times``, ``3%sim20%``), of its dollar sign alone (``\\22K``), or as escapes and macros
    that only the paper defines (``\\ours``; its name is all that can be shown). ``$20`` is money and
    ``~2%`` is "about" and stay. Addresses are left alone but for escapes. Markdown's ``**bold**``, which
    stands beside it in some, goes as well.

    ``mathematics``, if given, is asked for each formula, given its LaTeX and what that has become,
    what is to stand in its place.
    """
    text = plain(text)
    if not _has_latex(text):
        return text
    text = _URL_MACRO.sub(r"\1", text)
    parts = _ADDRESS.split(text)
    parts[0::2] = (_without_latex(part, mathematics) for part in parts[0::2])
    parts[1::2] = (_ESCAPED.sub(r"\1", part) for part in parts[1::2])
    return plain("".join(parts))


_SIGNS = ("\\", "$", "~", "^", "_", "`", "''", "**", "--", "leq", "geq")
_WITH_NUMBERS = {"times": re.compile(r"\dtimes|\d times \d"), "sim": re.compile(r"sim\d")}


def _has_latex(text: str) -> bool:
    """May it have any? Most texts don't: one pattern for all of this would take ten times as long."""
    return any(sign in text for sign in _SIGNS) or any(
        word in text and pattern.search(text) for word, pattern in _WITH_NUMBERS.items()
    )


def _without_latex(text: str, mathematics: Callable[[str, str], str] | None) -> str:
    def formula(match: re.Match) -> str:
        source = next(filter(None, match.groups()))
        return mathematics(source, _math(source)) if mathematics else _math(source)

    text = _MATH.sub(formula, text)
    text = _LOST_DOLLAR.sub("$", text)
    text = _ACCENT.sub(lambda match: _fragment(match[0]), text)
    text = _SPACE.sub(" ", _NO_SPACE.sub("", text))
    text = _FONT.sub(r"\1", text)
    for _ in range(8):  # macros within macros, from the inside out
        changed = _MACRO.sub(_macro, text)
        if changed == text:  # not before, or an argument of one character would lose its braces
            changed = _LONE_GROUP.sub(r"\1", text)
        if changed == text:
            break
        text = changed
    text = _UNCLOSED_MACRO.sub(_macro, text)
    text = _RAISED.sub(lambda match: (match[1] or match[2]).translate(_SUPERSCRIPT), text)
    text = _BRACED_INDEX.sub(r"\1\2", text).replace("^∘", "°")
    text = _ESCAPED.sub(r"\1", text)
    text = text.replace("``", "“")
    text = _PRIMES_QUOTED.sub(r"“\1”", text)
    if "“" in text:
        text = text.replace("''", "”")
    text = _BOLD.sub(r"\1", text)
    text = _SINGLE_QUOTED.sub(r"‘\1’", text)
    text = _TIE.sub(_tie, text)
    if "times" in text or "×" in text:
        text = _TIMES_BETWEEN.sub("×", text)
        text = _TIMES_AFTER.sub("×", text)
    text = _SIM.sub("∼", text)
    text = _RELATIONS.sub(lambda match: _RELATION[match[1]], text)
    return _DASH.sub(lambda match: "—" if "---" in match[0] else "–", text)


# What TeX prints as it stands, by the macro or the escape that prints it; "" is a formula.
_TEX_SIGNS = {
    "backslash": "\\",
    "asciicircum": "^",
    "asciitilde": "~",
    "braceleft": "{",
    "braceright": "}",
    "underscore": "_",
    "dollar": "$",
    "less": "<",
    "greater": ">",
    "bar": "|",
    "quotedbl": '"',
}
_TEX_HELD = re.compile(
    rf"\\text(?P<sign>{'|'.join(_TEX_SIGNS)})(?:\{{\}}|\s+|(?![A-Za-z]))"
    r"|\\(?P<escaped>[%&_#${}])|\\(?P<accent>[~^])\{\}|(?P<break>\\\\)|(?P<formula>"
    + _MATH.pattern
    + ")"
)
_HELD_HERE = "\ufdd0"  # a noncharacter, which no plain text has
_TEX_LETTER = re.compile(r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)(?:\{\}|\s+|(?![A-Za-z]))")
_SPACED_ACCENT = re.compile(r"\\([uvHtcdbkr])\s+([A-Za-z])")
_GROUP = re.compile(r"(\\[A-Za-z]+\*?\s*|\}\s*)?\{([^{}\\]*)\}")
_LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "?`": "¿", "!`": "¡", "~": " "}
_LIGATURE = re.compile("|".join(map(re.escape, _LIGATURES)))
_HAS_TEX = re.compile(r"[\\{}$~`]|--|''")


def from_tex(source: str, mathematics: Callable[[str, str], str] | None = None) -> str:
    """Text that is TeX throughout, as in BibTeX, as plain text: braces group, "~" is a space, "--" a dash.

    Unlike ``from_latex``, it never guesses: what has lost its LaTeX stays as it is. Signs that TeX
    would take for its own ("%", "&", "_") and that nobody escaped print themselves. ``mathematics``
    is as there.
    """
    source = plain(source)
    if not _HAS_TEX.search(source):
        return source
    held: list[str] = []

    def hold(match: re.Match) -> str:
        if match["formula"]:
            formula = next(part for part in match.groups()[4:] if part and part != match["formula"])
            shown = _math(formula)
            held.append(mathematics(formula, shown) if mathematics else shown)
        elif match["sign"]:
            held.append(_TEX_SIGNS[match["sign"]])
        else:
            held.append(match["escaped"] or match["accent"] or " ")
        return _HELD_HERE

    source = _TEX_HELD.sub(hold, _URL_MACRO.sub(r"\1", source))
    source = _SPACED_ACCENT.sub(r"\\\1{\2}", source)
    source = _ACCENT.sub(lambda match: _fragment(match[0]), source)
    source = _TEX_LETTER.sub(lambda match: _fragment(rf"\{match[1]}{{}}"), source)
    source = _SPACE.sub(" ", _NO_SPACE.sub("", source))
    source = _LIGATURE.sub(lambda match: _LIGATURES[match[0]], source)
    for _ in range(20):  # groups and macros within each other, from the inside out
        changed = _FONT.sub(r"\1", source)
        changed = _GROUP.sub(lambda match: match[0] if match[1] else match[2], changed)
        if changed == source:
            changed = _MACRO.sub(_macro, source)
        if changed == source:
            break
        source = changed
    source = _UNCLOSED_MACRO.sub(_macro, source)
    source = source.replace("{", "").replace("}", "")
    parts = iter(held)
    return plain(re.sub(_HELD_HERE, lambda _: next(parts, ""), source))


def _tie(match: re.Match) -> str:
    between = match.string[match.start() - 1], match.string[match.end() : match.end() + 1]
    return "~" if all(character.isdigit() for character in between) else " "  # "3~5" is a range


def _math(source: str) -> str:
    source = _RAISED.sub(lambda match: (match[1] or match[2]).translate(_SUPERSCRIPT), source)
    source = _LOWERED.sub(lambda match: (match[1] or match[2]).translate(_SUBSCRIPT), source)
    shown = _BRACED_INDEX.sub(r"\1\2", _fragment(source))
    return shown.replace("^*", "*").replace("^∘", "°").strip()


def _macro(match: re.Match) -> str:
    name, arguments = match[1], match[2]
    return _fragment(match[0]) or (arguments[1:-1] if arguments else "") or name


@lru_cache(maxsize=10_000)
def _fragment(source: str) -> str:
    try:
        shown = _to_text.latex_to_text(source, tolerant_parsing=True)
    except Exception:  # whatever a parser of LaTeX trips over in a stranger's text: show the text
        return source.replace("\\", "")
    # A macro that lacks its arguments comes back as a template without its values: "%s/%s".
    return shown if "%s" in source else shown.replace("%s", "")


# --- escaping -----------------------------------------------------------------------------

# In this order: "&" and "\\" come before what is written with them.
_MARKDOWN = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {sign: f"\\{sign}" for sign in r"\`*_{}[]#"}
_LINE_START = re.compile(r"(?:(\d+)([.)])|([-+!])|([=~:|?^]))")
# Python-Markdown takes what stands in ' for a title.
_DESTINATION = {sign: f"%{ord(sign):02X}" for sign in "\\()<>[]*`'"} | {"&": "&amp;"}
# An address with a user before its host ("https://known.example@evil.example") stays text.
_LINKED = re.compile(
    r"https?://(?![^/\s]*@)[A-Za-z0-9](?:[A-Za-z0-9/:.%~_+,=?#@&-]*[A-Za-z0-9/_=-])?"
)


def markdown(text: str) -> str:
    """The text as Markdown that shows exactly it: CommonMark and Python-Markdown alike.

    Good anywhere on a line, and at its start. Takes plain text (on one line, without controls).
    """
    for sign, escaped in _MARKDOWN.items():
        if sign in text:  # which takes a tenth of the time that ``replace`` needs to find nothing
            text = text.replace(sign, escaped)
    if text[:1].isalpha():
        return text
    match = _LINE_START.match(text)
    return _at_line_start(match) + text[match.end() :] if match else text


def _at_line_start(match: re.Match) -> str:
    number, dot, escapable, other = match.groups()
    if number:
        return f"{number}\\{dot}"
    return f"\\{escapable}" if escapable else f"&#{ord(other)};"


def prose(text: str) -> str:
    """As ``markdown``, for a paragraph: http(s) addresses in the text become links."""
    if "://" not in text:
        return markdown(text)
    out, end = [], 0
    for match in _LINKED.finditer(text):
        # Between these brackets an ampersand is itself (CommonMark §6.5).
        out += [markdown(text[end : match.start()]), f"<{match[0]}>"]
        end = match.end()
    return "".join([*out, markdown(text[end:])])


def destination(url: str) -> str:
    """An address as the destination of a Markdown link: ``[text](destination)``."""
    for sign, escaped in _DESTINATION.items():
        if sign in url:
            url = url.replace(sign, escaped)
    return url


_IS_URI = re.compile(
    r"https?://[A-Za-z0-9.:-]+(?:/(?:[A-Za-z0-9_.!#$&'()*+,/:;=?@\[\]~-]|%[0-9A-Fa-f]{2})*)?"
)


def ascii_address(url: str) -> str:
    """An address (IRI) as a URI (RFC 3987 §3.1): what isn't ASCII as percent-encoded UTF-8, its host
    as IDNA; a percent sign that encodes nothing is encoded itself."""
    if _IS_URI.fullmatch(url):  # as nearly every one; what follows is slow
        return url
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode()
    path = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(path, safe="!#$%&'()*+,/:;=?@[]~"))
    return f"{scheme.lower()}://{host}{slash}{path}"


def quoted(value: object) -> str:
    """A text, or a list or mapping of texts, as YAML on one line: as JSON, which YAML 1.2 contains."""
    return as_json(value)


as_json = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes one for each call

# What stands in JSON and PyYAML would read in another way, or not at all; as what is escaped by number.
_NOT_YAML = re.compile("[\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def is_yaml(written: str) -> bool:
    """Does PyYAML read lines of ``quoted`` values as what they were written of?"""
    if "\\u" in written:
        return False
    return "\x7f" not in written if written.isascii() else not _NOT_YAML.search(written)


# --- names and words ----------------------------------------------------------------------

RESERVED = {"index", "readme", "con", "prn", "aux", "nul"}  # to MkDocs, or to Windows


def slug(text: str, *, fallback: str) -> str:
    """A name for a file and an address: ``[a-z0-9]+(-[a-z0-9]+)*``, at most 80 characters.

    ``fallback`` is the word to use where nothing of the text is left.
    """
    name = slugify(text, max_length=80, word_boundary=True, replacements=[("'", ""), ("’", "")])
    name = name or slugify(text, max_length=80) or fallback
    return f"{name}-{fallback}" if name in RESERVED else name


def counted(number: int, word: str) -> str:
    """1 paper, 2,000 papers"""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def teaser(words: str, length: int) -> str:
    """The beginning of a text: whole sentences if they fill two fifths of the length, else whole words."""
    if len(words) <= length:
        return words
    cut = words[: length + 1]
    end = max(cut.rfind(". "), cut.rfind("? "), cut.rfind("! "))
    if end > length * 0.4:
        return cut[: end + 1]
    return cut[:length].rsplit(" ", 1)[0].rstrip(",;:–—- ") + "…"


def distinct_names(taken: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that gives every name it is asked for once: itself, then ``name-2``, ``name-3``, …

    >>> name = distinct_names(["b"])
    >>> [name("a"), name("a"), name("b"), name("a")]
    ['a', 'a-2', 'b-2', 'a-3']
    """
    used = set(taken)
    next_number: dict[str, int] = {}

    def distinct(name: str) -> str:
        candidate, number = name, next_number.get(name, 2)
        while candidate in used:
            candidate = f"{name}-{number}"
            number += 1
        next_number[name] = number
        used.add(candidate)
        return candidate

    return distinct


_ACCENTS = re.compile("[\u0300-\u036f]+")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Vowel signs and the like, which are no letters to Python's \w and no accents to a reader.
MARKS = "".join(
    character
    for character in map(chr, range(0x0483, 0xAC00))
    if unicodedata.category(character) in ("Mn", "Mc")
)
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:[{MARKS}]+[^\W_{_CJK}]*)*[+#]*(?:'[^\W_]+)?")
_POSSESSIVE = re.compile(r"'(?<=\w')[sS](?!\w)")  # begins with what is rare, so it's found quickly
_WITHIN_WORDS = "+#'"
# What is ASCII and in no word becomes a blank: then nearly every piece between blanks is a word.
_PIECES = bytes(
    code if code > 127 or chr(code).isalnum() or chr(code) in _WITHIN_WORDS else ord(" ")
    for code in range(256)
)


def folded(text: str) -> str:
    """The text as comparisons have it: no case, no accents, no 's.

    >>> folded("Gauß’s Pré-training in C++")
    'gauss pre-training in c++'
    """
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", text).replace("’", "'")
    if "'" in text:
        text = _POSSESSIVE.sub("", text)
    return text.casefold()


def words(text: str) -> list[str]:
    """The words of a text, ``folded``; hyphens are spaces.

    ``C++`` and ``C#`` stay whole; every Chinese or Japanese character is a word.

    >>> words("Pré-training of GPT-4o in C++")
    ['pre', 'training', 'of', 'gpt', '4o', 'in', 'c++']
    """
    pieces = folded(text).encode("utf-8", "surrogatepass").translate(_PIECES)
    text = pieces.decode("utf-8", "surrogatepass")
    if text.isascii() and not any(sign in text for sign in _WITHIN_WORDS):
        return text.split()
    found: list[str] = []
    for piece in text.split():  # to search them all takes twice as long
        if piece.isascii() and piece.isalnum():
            found.append(piece)
        else:
            found += _WORD.findall(piece)
    return found
