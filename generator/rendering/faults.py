"""What is wrong where a page is made, and in which template or file, as an error of ours."""

from __future__ import annotations

import re
import traceback

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from generator.errors import BroadsheetError, ConfigurationError

_LANGUAGE = re.compile(r"partials/languages/(.+)\.html")


def fault(error: BaseException) -> BroadsheetError | None:
    """The same as an error of ours; none if it comes from no template or file, and so is for us to mend."""
    if isinstance(error, (OSError, UnicodeError)) and not isinstance(error, TemplateError):
        # A folder that can't be written, a page not in UTF-8; or a full disk, of which no file is named.
        is_of_disk = isinstance(error, OSError) and error.filename is None
        return ConfigurationError(f"{error}; see to {'the disk' if is_of_disk else 'that file'}")
    if isinstance(error, TemplateSyntaxError):
        where = error.filename or error.name
        return ConfigurationError(f"{error.message}; mend it", file=where, line=error.lineno)
    if isinstance(error, TemplateNotFound) and (language := _LANGUAGE.fullmatch(error.name)):
        return ConfigurationError(
            f'Material has no words of "{language[1]}"; write a language that it has, as en or de',
            field="theme.language",
        )
    said = f'no template "{error.name}"' if isinstance(error, TemplateNotFound) else str(error)
    if place := _place(error):
        advice = "mend it" if isinstance(error, TemplateError) else "mend it, or the page"
        return ConfigurationError(f"{said}; {advice}", file=place[0], line=place[1])
    if isinstance(error, TemplateError):
        return ConfigurationError(f"a template of the theme: {said}; mend it")
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, BroadsheetError):
        cause = cause.__cause__ or cause.__context__
    return cause


def _place(error: BaseException) -> tuple[str, int] | None:
    """The innermost template that was being rendered, and the line there: Jinja marks them."""
    places = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if "__jinja_exception__" in frame.f_globals
    ]
    return places[-1] if places else None
