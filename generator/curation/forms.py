"""Issue forms: what somebody wrote into one → what is to be added or corrected, or what is missing.

GitHub gives a form that was filled in as Markdown: for each question a heading with its label, a
blank line, the answer, a blank line. An empty answer is ``_No response_``; some come inside a code fence.

    ### Title

    Attention Is All You Need

All of it is a stranger's text. Only a line that is the heading of a question parts the answers, and none
may stand there twice, so that nobody can slip an answer into another's place. What can't be seen on the
issue (comments of HTML, control characters) is not taken.

The forms themselves are the files in ``.github/ISSUE_TEMPLATE/``; a test compares them with this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator import addresses, curated, fields, introduction, merge, text
from generator.curated import Field
from generator.curation import adding
from generator.curation.adding import Proposal
from generator.errors import ContentError, ContentErrors, did_you_mean
from generator.model import Catalog

LONGEST = 70_000  # characters; GitHub takes some 65,000
_QUOTED = 20_000  # bytes, of what a pull request's text quotes
_NO_RESPONSE = "_No response_"
_UNKNOWN = "unknown"


# --- the forms ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What a form asks under one heading."""

    name: str  # its id in the template; of a field, the field's
    label: str  # its heading
    field: Field | None = None  # None if the answer is no field of a file
    required: bool = False
    is_markdown: bool = False  # may the answer have headings of its own?


@dataclass(frozen=True, slots=True)
class Form:
    name: str  # of its template's file, without ".yml"
    label: str  # of its issues
    questions: tuple[Question, ...]


def _of_table(kind: str, names: str, required: tuple[str, ...] = ()) -> tuple[Question, ...]:
    table = {field.name: field for field in curated.KINDS[kind]}
    return tuple(
        Question(name, table[name].label, table[name], name in required) for name in names.split()
    )


_PAPER = "title arxiv_id doi links authors organization published summary topics note"
_PAGE = Question("page", "Page", required=True)
_WRONG = Question("wrong", "What is wrong", is_markdown=True)
_INTRODUCTION = Question("introduction", "Introduction", is_markdown=True)

PAPER = Form("suggest-a-paper", "paper", _of_table("overlay", _PAPER, ("title",)))
CORRECTION = Form("correct-a-paper", "correction", (_PAGE, *_of_table("overlay", _PAPER), _WRONG))
TOPIC = Form(
    "propose-a-topic",
    "topic",
    (*_of_table("topic", "title match query exclude", ("title",)), _INTRODUCTION),
)
FORMS = (PAPER, CORRECTION, TOPIC)


# --- from text to answers -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    line: int  # of its heading, counted from 1
    text: str  # "" if nothing was answered


@dataclass(frozen=True, slots=True)
class Answers:
    """A form that was filled in."""

    form: Form
    file: str  # as people see it
    given: Mapping[Question, Answer]

    def text(self, name: str) -> str:
        """What was answered, or "" if nothing was."""
        return next((one.text for of, one in self.given.items() if of.name == name), "")

    def wrong(self, name: str | None, message: str) -> ContentError:
        """The error of an answer, or of the whole form."""
        question = next((one for one in self.form.questions if one.name == name), None)
        answer = self.given.get(question)
        return ContentError(
            message,
            file=self.file,
            line=answer.line if answer else 1,
            field=question.label if question else name,
        )


def proposal(source: bytes, file: str, catalog: Catalog) -> tuple[Proposal, Answers]:
    """What a form that was filled in proposes, and its answers.

    Raises ContentErrors with everything that is wrong or missing.
    """
    answers, errors = _answers(_decoded(source, file), file)
    said: dict[str, object] = {}
    for question, answer in answers.given.items():
        if question.field and answer.text:
            try:
                said[question.name] = _said(answers.form, question.field, answer.text, catalog)
            except ValueError as error:
                errors.append(answers.wrong(question.name, str(error)))
    if body := answers.text(_INTRODUCTION.name):
        said[_INTRODUCTION.name] = body
        for _, message in introduction.problems(body):
            errors.append(answers.wrong(_INTRODUCTION.name, message))
    for question in answers.form.questions:
        if question.required and not answers.text(question.name):
            errors.append(answers.wrong(question.name, "missing; write it below this heading"))
    made = None
    try:
        made = _MAKERS[answers.form](answers, said, catalog)
    except ContentErrors as found:
        errors += located(found, answers).errors
    if errors or not made:
        raise ContentErrors(errors)
    return made, answers


def located(errors: ContentErrors, answers: Answers) -> ContentErrors:
    """The same errors, those of fields at their answers."""
    return ContentErrors(
        error if error.file else answers.wrong(error.field, error.message)
        for error in errors.errors
    )


def _decoded(source: bytes, file: str) -> str:
    too_long = f"more than {LONGEST:,} characters; shorten it"
    if len(source) > 4 * LONGEST:
        raise _whole(too_long, file)
    try:
        decoded = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise _whole(
            f"not UTF-8: byte 0x{source[error.start]:02x}; save it as UTF-8", file, line
        ) from error
    if len(decoded) > LONGEST:
        raise _whole(too_long, file)
    return _visible(re.sub(r"\r\n?", "\n", decoded))


def _whole(message: str, file: str, line: int = 1) -> ContentErrors:
    return ContentErrors([ContentError(message, file=file, line=line)])


def _visible(source: str) -> str:
    """The text without what ``text.plain`` drops, and with no white space but spaces, tabs, line ends."""

    def seen(character: str) -> str:
        if character.isprintable() or character in "\n\t":
            return character
        return text.plain(f"a{character}a").removeprefix("a").removesuffix("a")

    return source if source.isprintable() else "".join(map(seen, source))


def _answers(source: str, file: str) -> tuple[Answers, list[ContentError]]:
    """The answers of a form that was filled in, and what is wrong with its headings."""
    lines = source.split("\n")
    form = _which([label for line in lines if (label := _label(line))])
    if not form:
        raise _whole(
            'holds no answers; fill in a form, or write a line "### Title" and the title below it',
            file,
        )
    questions = {question.label: question for question in form.questions}
    given: dict[Question, Answer] = {}
    errors: list[ContentError] = []
    for at, label, answer in _sections(lines, questions):
        question, problem = questions.get(label), None
        if not question:
            known = did_you_mean(label, questions)
            problem = f"no such question, as which a line that begins with ### is taken; {known}"
        elif question in given:
            first = given[question].line
            problem = (
                f"given twice, first on line {first}; keep one, and begin no other line with ###"
            )
        else:
            given[question] = Answer(at, "")
            try:
                given[question] = Answer(at, _answer(answer, question))
            except ValueError as error:
                problem = str(error)
        if problem:
            errors.append(ContentError(problem, file=file, line=at, field=label))
    return Answers(form, file, given), errors


def _label(line: str) -> str:
    """What a heading says; "" if the line isn't one."""
    return line.removeprefix("### ").strip() if line.startswith("### ") else ""


def _sections(
    lines: list[str], questions: Mapping[str, Question]
) -> Iterator[tuple[int, str, str]]:
    """Each heading's line and label, and what stands below it.

    Any heading ends an answer, but for those of its own that an answer in Markdown may have.
    """
    starts: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if label := _label(line):
            here = questions.get(starts[-1][1]) if starts else None
            if label in questions or not (here and here.is_markdown):
                starts.append((at, label))
    ends = [*(at for at, _ in starts[1:]), len(lines)]
    for (at, label), end in zip(starts, ends, strict=True):
        yield at + 1, label, "\n".join(lines[at + 1 : end])


def _which(labels: list[str]) -> Form | None:
    """The form whose headings these are. Its first two come before any answer of several lines, and so
    nobody but GitHub can have written them."""
    for some in (labels[:2], labels):

        def known(form: Form, some: list[str] = some) -> int:
            return sum(question.label in some for question in form.questions)

        if known(best := max(FORMS, key=known)):
            return best
    return None


def _answer(source: str, question: Question) -> str:
    """What was answered; raises ValueError."""
    answer = source.strip("\n")
    if answer.strip() == _NO_RESPONSE:
        return ""
    if question.is_markdown:
        return _without_comments(answer).strip("\n").rstrip()
    inner = _within_fence(answer.strip())
    return (_without_comments(answer) if inner is None else inner).strip()


def _within_fence(answer: str) -> str | None:
    """What stands in the code fence that the answer is, if it is one."""
    first, _, rest = answer.partition("\n")
    inner, _, last = rest.rpartition("\n")
    is_fence = first.startswith(("```", "~~~")) and last.startswith(first[:3])
    return inner if is_fence and not last.strip(first[0]) else None


def _without_comments(answer: str) -> str:
    """What GitHub shows of it."""
    shown, end = [], 0
    while (start := answer.find("<!--", end)) >= 0:
        shown.append(answer[end:start])
        end = answer.find("-->", start) + len("-->")
        if end < len("<!--"):
            raise ValueError('a comment that never ends ("<!--"); take it out')
    return "".join([*shown, answer[end:]])


# --- from answers to fields ---------------------------------------------------------------


def _said(form: Form, field: Field, answer: str, catalog: Catalog) -> object:
    """What an answer says, as ``adding`` takes it; raises ValueError."""
    is_unknown = form is not TOPIC and answer.casefold() == _UNKNOWN
    if is_unknown and field.nullable:
        return None
    if is_unknown and form is CORRECTION:
        raise ValueError("can't be unknown, as a page needs one; write what it should be")
    said = value(field, answer, catalog)
    if form is PAPER and field.name == "links":  # nothing is there yet that could be taken away
        return {name: part for name, part in said.items() if part} or None
    return said


def value(field: Field, answer: str, catalog: Catalog) -> object:
    """A field's value as somebody typed it into a form or a terminal; raises ValueError."""
    if field.name == "topics":
        found = field.parse(_topics(answer, catalog))
    else:
        found = field.parse(_READ.get(field.kind, str)(answer))
    if found in (None, (), {}):
        raise ValueError("says nothing; write it, or leave it empty")
    return found


def _lines(answer: str) -> list[str]:
    """The lines in which something stands, without the signs of a list."""
    lines = (re.sub(r"^[-*+•] ", "", text.plain(line)) for line in answer.split("\n"))
    return [line for line in lines if line]


_SURNAME_FIRST = re.compile(r"[^,]+,[^,]+")


def _names(answer: str) -> list[str]:
    """One a line, or parted by semicolons or commas; on lines of their own also "Lovelace, Ada"."""
    if ";" in answer:
        names = [name for line in _lines(answer) for name in line.split(";")]
    else:
        names = _lines(answer)
        is_list = all(map(_SURNAME_FIRST.fullmatch, names)) and any(
            " " not in name.partition(",")[0] for name in names
        )
        if len(names) < 2 or not is_list:
            names = [name for line in names for name in line.split(",")]
    found = (re.sub(r"^and ", "", name.strip(" ,")) for name in names)
    return [name for name in found if name]


_LINK = re.compile(r"(?:([A-Za-z][\w -]*?)(?: ?[:=] ?| ))?<?([A-Za-z]+:[^ <>]+|unknown)>?")


def _links(answer: str) -> dict[str, str | None]:
    """An address a line, behind what it leads to; without that, it is seen from the address."""
    found: dict[str, str | None] = {}
    for line in _lines(answer):
        match = _LINK.fullmatch(line)
        if not match:
            raise ValueError(
                f'{fields.shown(line)} is no link; write a line for each: "code: https://…"'
            )
        name, address = match.groups()
        name = name.lower().replace(" ", "-") if name else addresses.leads_to(address)
        if name in found:
            raise ValueError(
                f'two links that lead to {name}; say to what each leads: "project: https://…"'
            )
        found[name] = None if address == _UNKNOWN else address
    return found


def _topics(answer: str, catalog: Catalog) -> list[str]:
    """Topics by name or title, a line each or parted by commas, of which titles may hold some."""
    titles = [topic.title for topic in catalog.topics]
    known = {merge.title_key(topic.title): topic.slug for topic in catalog.topics}
    known |= {topic.slug: topic.slug for topic in catalog.topics}
    longest = 1 + max((title.count(",") for title in titles), default=0)
    found = []
    for line in _lines(answer):
        parts = [part.strip() for part in re.split("[,;]", line) if part.strip()]
        while parts:
            said = [", ".join(parts[:end]) for end in range(1, min(longest, len(parts)) + 1)]
            slugs = [known.get(one.lower()) or known.get(merge.title_key(one)) for one in said]
            if not any(slugs):
                near = did_you_mean(parts[0], titles)
                if not near.startswith("did"):
                    near = did_you_mean(parts[0], catalog.topic)
                raise ValueError(f"no topic {fields.shown(parts[0])}; {near}")
            end = max(at for at, slug in enumerate(slugs) if slug)
            found.append(slugs[end])
            parts = parts[end + 1 :]
    return found


_READ: Mapping[str, Callable[[str], object]] = {
    "count": lambda answer: int(answer) if re.fullmatch("[0-9]{1,18}", answer) else answer,
    "lines": _lines,
    "names": _names,
    "links": _links,
}


# --- from fields to proposals -------------------------------------------------------------


def _paper(answers: Answers, said: dict[str, object], catalog: Catalog) -> Proposal | None:
    errors = adding.listed_already(catalog, said)
    # What is there but wrong has been said.
    if not any(said.get(name, answers.text(name)) for name in ("arxiv_id", "doi", "links")):
        errors.append(
            ContentError(
                "no arXiv id, no DOI and no link; give one, so that the paper can be found",
                field="arxiv_id",
            )
        )
    if errors:
        raise ContentErrors(errors)
    return adding.paper(catalog, said) if "title" in said else None


def _correction(answers: Answers, said: dict[str, object], catalog: Catalog) -> Proposal | None:
    page = answers.text("page")
    slug = _slug(page, catalog)
    answered = {one.name for one, answer in answers.given.items() if one.field and answer.text}
    errors = []
    if page and not slug:
        errors.append(ContentError(_no_page(page, catalog), field="page"))
    if not answered:
        errors.append(
            ContentError(
                "no answer says what is right; write it below its heading, or leave this to those who "
                "look after the publication",
                field="wrong",
            )
        )
    if errors:
        raise ContentErrors(errors)
    return adding.correction(catalog, slug, said) if slug and answered == said.keys() else None


def _slug(page: str, catalog: Catalog) -> str | None:
    """The paper whose page this is, by the last part of its address; None if there is none."""
    path = re.split("[?#]", page, maxsplit=1)[0]
    name = path.strip().rstrip("/").rpartition("/")[2].removesuffix(".yml")
    name = catalog.aliases.get(name, name)
    return name if name in catalog.by_slug else None


def _no_page(page: str, catalog: Catalog) -> str:
    name = page.rstrip("/").rpartition("/")[2]
    near = did_you_mean(name, catalog.by_slug) if len(catalog.by_slug) < 5_000 else ""
    near = near if near.startswith("did") else "copy its address from your browser"
    return f"{fields.shown(page)} is not the page of a paper here; {near}"


def _topic(answers: Answers, said: dict[str, object], catalog: Catalog) -> Proposal | None:
    if not (answers.text("match") or answers.text("query")):
        raise ContentErrors(
            [
                ContentError(
                    "no phrases and no query; write one of the two, so that the topic finds its papers",
                    field="match",
                )
            ]
        )
    return adding.topic(catalog, said) if "title" in said else None


_MAKERS: Mapping[Form, Callable[..., Proposal | None]] = {
    PAPER: _paper,
    CORRECTION: _correction,
    TOPIC: _topic,
}


# --- for the pull request -----------------------------------------------------------------

_TITLE = 150  # characters
_ACTIVE = re.compile(r"[@#](?=\w)|(?<=\w):(?=//)|\b(?<=GH)-(?=\d)", re.IGNORECASE)
_INERT = str.maketrans("@#:-", "＠＃：‑")


def pull_request(
    proposal: Proposal, file: str, consequences: Iterable[str], answers: Answers | None
) -> str:
    """The pull request's title, an empty line, and its text, as Markdown for GitHub.

    ``file`` is the proposed file as people see it.
    """
    title = f"{_verb(proposal)}: {_inert(proposal.title)}"
    parts = [title, f"`{file}`: {' '.join(consequences)}"]
    if answers:
        parts += ["What was written in the form:", _quoted(answers)]
    return "\n\n".join(parts) + "\n"


def _verb(proposal: Proposal) -> str:
    if proposal.kind == "topic":
        return "Topic"
    return "Add" if proposal.is_new else "Correct"


def _inert(title: str) -> str:
    """A title in which GitHub sees nobody's name, no issue, no address and no sign of Markdown.

    It becomes a commit's message as well, where "Fixes #1" would close an issue.
    """
    title = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    return _ACTIVE.sub(lambda match: match[0].translate(_INERT), title)


def _quoted(answers: Answers) -> str:
    """All that was answered, in a code fence: there, nothing is more than text to GitHub."""
    lines = [
        f"{question.label}: {answer.text}".replace("\n", "\n  ")
        for question, answer in answers.given.items()
        if answer.text
    ]
    said = re.sub("`{9,}", "`````````", "\n".join(lines)).encode()
    if len(said) > _QUOTED:
        said = said[:_QUOTED] + "… (the issue has all of it)".encode()
    quoted = said.decode(errors="ignore")
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", quoted))])
    return f"{fence}text\n{quoted}\n{fence}"
