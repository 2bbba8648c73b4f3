"""The guide as a document: one HTML file that needs no network, and the same on paper (PDF, A5).

Always made of what is listed at the moment. WeasyPrint sets the PDF; it needs Pango from the system (Debian:
``libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0``) and reaches nothing but the fonts beside it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kernel.errors import Unavailable
from services.visitor.printed.contents import Guide
from services.visitor.printed.words import word

FOLDER = Path(__file__).parent
_FACES = (
    ("Source Serif Pro", "font_source_serif_pro", "SourceSerifPro-Semibold.ttf", 600, "normal"),
    ("Source Sans Pro", "font_source_sans_pro", "SourceSansPro-Regular.ttf", 400, "normal"),
    ("Source Sans Pro", "font_source_sans_pro", "SourceSansPro-Semibold.ttf", 600, "normal"),
    ("Source Sans Pro", "font_source_sans_pro", "SourceSansPro-Bold.ttf", 700, "normal"),
)
_press = Lock()
KEPT = 8
"""Documents whose PDF is kept: setting one takes a second or two, and all readers of a day get the same."""


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> Markup:
    return Markup((FOLDER / "guide.css").read_text(encoding="utf-8"))  # noqa: S704  our own file


def html(guide: Guide) -> str:
    """The guide as one HTML file: nothing in it is fetched, so it can be read anywhere."""

    def w(key: str, **values: object) -> str:
        return word(guide.lang, key, **values)

    return _templates().get_template("guide.html").render(**vars(guide), w=w, style=_style())


def pdf(document: str) -> bytes:
    """The document on A5 pages; one is set at a time, and who waited for the same one gets that.

    Raises ``Unavailable`` where the system has no Pango.
    """
    with _press:
        return _set(document)


@lru_cache(maxsize=KEPT)
def _set(document: str) -> bytes:
    try:
        import weasyprint
    except OSError as error:
        raise Unavailable(
            "The guide cannot be printed here: Pango is missing. The file to read has all of it."
        ) from error
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("file",), fail_on_errors=True)
    fonts = weasyprint.text.fonts.FontConfiguration()
    faces = weasyprint.CSS(string=_faces(), url_fetcher=fetcher, font_config=fonts)
    page = weasyprint.HTML(string=document, url_fetcher=fetcher)
    made: bytes = page.write_pdf(stylesheets=[faces], font_config=fonts)
    return made


@cache
def _faces() -> str:
    rules = []
    for family, package, file, weight, style in _FACES:
        found = find_spec(package)
        if found is None or found.origin is None:
            raise Unavailable(f"The guide cannot be printed here: the package {package} is missing.")
        source = (Path(found.origin).parent / "files" / file).as_uri()
        face = f'font-family: "{family}"; font-weight: {weight}; font-style: {style}'
        rules.append(f'@font-face {{ {face}; src: url("{source}"); }}')
    return "\n".join(rules)
