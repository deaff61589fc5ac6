"""Live pre-labels: the ML backend that Label Studio asks for a task without candidates.

A WSGI application for the protocol of Label Studio 1.23: GET /health and /versions, POST
/setup, /predict, /train and /webhook. Every request needs the shared secret (basic auth).

The server sends secrets of its own: the token of the project's owner (`access_token` of
/setup, before every /predict), logins (`params` of /predict) and whatever a curator entered
(`extra_params`). Only the tasks of /predict are read; all else is dropped undecoded, and a
log line holds nothing of a request but its path, if that is one of ours.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import Any

import msgspec

from curation.labelstudio.interface import TEXT
from curation.labelstudio.push import faults
from curation.labelstudio.tasks import ABSENT, BLIND, prediction
from curation.ontology import Ontology
from curation.prelabel import Prelabeller
from curation.records import Article, Source, article_id, sha256_text

USER = "curation"  # what the server gives as the user's name beside the secret

Say = Callable[[str], None]
Language = Callable[[str], str]
Environ = Mapping[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

_PROBE = "Hanoi, 5 May 2024"
_NO_TRAINING = "this backend does not learn from answers; run `curation pull` to bring them back"


class BadTaskError(Exception):
    """A task that cannot be pre-labelled; the message names it and says why."""


class _Request(msgspec.Struct):
    """What is read of /predict; each task on its own, so that one bad task spoils no other."""

    tasks: list[msgspec.Raw]


class _Task(msgspec.Struct):
    id: int | str | None = None
    data: dict[str, Any] = {}


class Answer(msgspec.Struct, frozen=True):
    """What goes back: the status, an object for JSON, and what is noted in the log."""

    status: HTTPStatus
    body: dict[str, Any]
    note: str = ""


class Backend:
    """The application; `version` is the name under which its candidates are known.

    `language` tells the language of a text whose task does not say it. Models need not be
    safe in threads: one article is labelled at a time.
    """

    def __init__(
        self, model: Prelabeller, ontology: Ontology, language: Language, secret: str, say: Say
    ) -> None:
        self.version = model(article_of({TEXT: _PROBE}, language)).author.name
        self._model = model
        self._ontology = ontology
        self._language = language
        self._secret = secret
        self._say = say
        self._one_at_a_time = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        started = monotonic()
        route = (str(environ["REQUEST_METHOD"]), str(environ["PATH_INFO"]))
        answer = self._answer(route, environ)
        known = " ".join(route) if route in _ROUTES else "another path"
        seconds = f"{monotonic() - started:.2f} s"
        self._say("  ".join(filter(None, (known, str(answer.status.value), seconds, answer.note))))
        body = msgspec.json.encode(answer.body)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if answer.status is HTTPStatus.UNAUTHORIZED:
            headers.append(("WWW-Authenticate", 'Basic realm="curation"'))
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [body]

    def _answer(self, route: tuple[str, str], environ: Environ) -> Answer:
        if not authorized(environ.get("HTTP_AUTHORIZATION", ""), self._secret):
            error = f"give the user {USER} and the shared secret of `curation backend`"
            return Answer(HTTPStatus.UNAUTHORIZED, {"error": error})
        if route not in _ROUTES:
            return Answer(HTTPStatus.NOT_FOUND, {"error": "there is no such page"})
        return _ROUTES[route](self, environ)

    def _health(self, _: Environ) -> Answer:
        return Answer(HTTPStatus.OK, {"status": "UP", "model_version": self.version})

    def _setup(self, _: Environ) -> Answer:
        return Answer(HTTPStatus.OK, {"model_version": self.version})

    def _versions(self, _: Environ) -> Answer:
        return Answer(HTTPStatus.OK, {"versions": [self.version]})

    def _train(self, _: Environ) -> Answer:
        return Answer(HTTPStatus.NOT_IMPLEMENTED, {"error": _NO_TRAINING})

    def _predict(self, environ: Environ) -> Answer:
        try:
            tasks = msgspec.json.decode(environ["wsgi.input"].read(), type=_Request).tasks
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            said = f"the request is not what Label Studio sends to /predict: {error}"
            return Answer(HTTPStatus.BAD_REQUEST, {"error": said}, said)
        gone = environ.get("waitress.client_disconnected", lambda: False)
        results: list[Any] = []
        errors: list[str] = []
        for number, raw in enumerate(tasks, 1):
            if gone():
                return Answer(HTTPStatus.OK, {}, f"{len(tasks)} tasks; nobody waits any more")
            try:
                results.append(self._of_task(raw, number))
            except BadTaskError as error:
                errors.append(str(error))
                results.append([])
        return _predicted(results, errors)

    def _of_task(self, raw: msgspec.Raw, number: int) -> Any:
        """Return the prediction of a task; an empty list, which makes none, where it is blind."""
        try:
            task = msgspec.json.decode(raw, type=_Task)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadTaskError(f"task {number} of the request: is no task ({error})") from error
        if task.data.get(BLIND):
            return []
        name = f"task {task.id}" if task.id is not None else f"task {number} of the request"
        return self._labelled(name, task.data)

    def _labelled(self, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        try:
            article = article_of(data, self._language)
        except ValueError as error:
            raise BadTaskError(f"{name}: {error}") from error
        try:
            with self._one_at_a_time:
                made = self._model(article)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise BadTaskError(f"{name}: the pre-labeller failed ({reason})") from error
        problem = next(faults(article, made, self._ontology), None)
        if problem is not None:
            raise BadTaskError(f"{name}: {problem}")
        return prediction(made)


def _predicted(results: list[Any], errors: list[str]) -> Answer:
    """Return one result a task; the tasks that could not be labelled are named beside them."""
    note = f"{len(results)} tasks" + "".join(f"; {error}" for error in errors)
    if errors and len(errors) == len(results):
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "; ".join(errors)}, note)
    return Answer(
        HTTPStatus.OK, {"results": results} | ({"errors": errors} if errors else {}), note
    )


_ROUTES: dict[tuple[str, str], Callable[[Backend, Environ], Answer]] = {
    ("GET", "/health"): Backend._health,
    ("GET", "/versions"): Backend._versions,
    ("POST", "/setup"): Backend._setup,
    ("POST", "/predict"): Backend._predict,
    ("POST", "/train"): Backend._train,
    ("POST", "/webhook"): Backend._train,
}


def authorized(header: str, secret: str) -> bool:
    """Tell whether an Authorization header gives the user and the secret, in constant time."""
    scheme, _, given = header.partition(" ")
    try:
        words = base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        words = b""
    same = hmac.compare_digest(words, f"{USER}:{secret}".encode())
    return same and scheme.lower() == "basic"


def article_of(data: Mapping[str, Any], language: Language) -> Article:
    """Return the article that a task's data hold: as `push` made them, or with a text alone.

    Offsets are those of the text as it stands. Raises `ValueError` where there is none.
    """
    text = data.get(TEXT)
    if not isinstance(text, str) or not text.strip():
        kind = "empty" if isinstance(text, str) else f"{type(text).__name__}, not a string"
        raise ValueError(f"its data need the article's words under {TEXT!r}, which is {kind}")
    said = dict(_said(data))
    title = said.get("title", "")
    digest = sha256_text(text)
    return Article(
        id=said.get("article_id") or article_id(digest),
        sha256=digest,
        text=text,
        title=(0, len(title)) if title and text.startswith(title) else None,
        lang=said.get("lang") or language(text),
        published=_day(said.get("published", "")),
        published_from=None,
        outlet=said.get("outlet"),
        byline=None,
        url=None,
        license=None,
        source=Source(path="task", sha256=digest, media_type="application/json"),
        kept=((0, 0, len(text)),),
    )


def _said(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("article_id", "title", "lang", "published", "outlet"):
        value = data.get(name)
        if isinstance(value, str) and value not in ("", ABSENT):
            yield name, value


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
