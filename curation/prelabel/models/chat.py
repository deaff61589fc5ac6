"""A language model behind an OpenAI-compatible chat endpoint (`openai:MODEL`).

The endpoint is that of OPENAI_BASE_URL (default: the one of OpenAI), the key that of
OPENAI_API_KEY; a local server needs none. The model is told the ontology, must answer by a
JSON schema made of it, and names words, not offsets: they are looked up in the window in
the order in which it names them, and counted where they are not there.
"""

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from curation.errors import ServiceError, UsageError
from curation.ontology import Ontology, load_ontology
from curation.prelabel.models.reader import Draft, WindowedModel
from curation.prelabel.models.windows import Limit
from curation.records import Argument, Event, Relation, Span

WINDOW = 6000
"""Code points that are sent at once."""
TRIES = 3
OPENAI = "https://api.openai.com/v1"


class _Entity(msgspec.Struct, frozen=True):
    id: str
    text: str
    label: str
    value: str | None = None


class _Argument(msgspec.Struct, frozen=True):
    role: str
    entity: str


class _Event(msgspec.Struct, frozen=True):
    text: str
    type: str
    modality: str
    arguments: tuple[_Argument, ...]


class _Relation(msgspec.Struct, frozen=True):
    type: str
    from_: str = msgspec.field(name="from")
    to: str


class Answer(msgspec.Struct, frozen=True):
    """What the model must answer about one window, in the order of the text."""

    entities: tuple[_Entity, ...]
    events: tuple[_Event, ...]
    relations: tuple[_Relation, ...]


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct, frozen=True):
    choices: tuple[_Choice, ...]


def make(setting: str) -> WindowedModel:
    """Return the model of that name at the endpoint that the environment names."""
    if not setting:
        raise UsageError("name the endpoint's model, as in `--model openai:gpt-4.1-mini`.")
    endpoint = Endpoint(
        os.environ.get("OPENAI_BASE_URL", OPENAI), os.environ.get("OPENAI_API_KEY"), setting
    )
    return from_endpoint(endpoint, f"openai:{setting}")


def from_endpoint(
    endpoint: "Endpoint", by: str, ontology: Ontology | None = None, window: int = WINDOW
) -> WindowedModel:
    """Return a pre-labeller that asks the endpoint about each window.

    A window whose answer is cut off or no such JSON twice counts as not read.
    """
    known = ontology or load_ontology()
    schema, told = answer_schema(known), instructions(known)

    def read(text: str) -> tuple[Draft, int] | None:
        for _ in range(2):
            answer = endpoint.ask(told, text, schema)
            if answer is not None:
                return draft(answer, text)
        return None

    return WindowedModel(by, read, Limit(window), ontology=known)


class Endpoint:
    """The chat completions of one model at one address."""

    def __init__(
        self,
        url: str,
        key: str | None,
        model: str,
        timeout: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url, self.model = url.rstrip("/"), model
        self._key, self._timeout, self._sleep = key, timeout, sleep

    def ask(self, told: str, text: str, schema: Mapping[str, Any]) -> Answer | None:
        """Return the model's answer, None where it is cut off or not the JSON asked for.

        Raises `ServiceError` where the endpoint cannot be reached or refuses, after
        `TRIES` tries where that may pass.
        """
        body = {
            "model": self.model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": told},
                {"role": "user", "content": text},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "annotation", "strict": True, "schema": schema},
            },
        }
        try:
            choice = msgspec.json.decode(self._post(body), type=_Completion).choices[0]
            if choice.finish_reason == "length":
                return None
            return msgspec.json.decode(choice.message.content or "", type=Answer)
        except (msgspec.DecodeError, IndexError):
            return None

    def _post(self, body: Mapping[str, Any]) -> bytes:
        import httpx

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        address, reason = f"{self.url}/chat/completions", ""
        for number in range(1, TRIES + 1):
            try:
                answer = httpx.post(address, json=body, headers=headers, timeout=self._timeout)
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
            except httpx.InvalidURL as error:
                raise UsageError(f"{self.url}: {error}. Mend OPENAI_BASE_URL.") from error
            else:
                if answer.is_success:
                    return answer.content
                reason = f"{answer.status_code} {answer.reason_phrase}"
                if answer.status_code not in (408, 409, 429) and answer.status_code < 500:
                    break
            if number < TRIES:
                self._sleep(2.0**number)
        raise ServiceError(
            f"{self.url}: cannot ask the model {self.model}: {reason}. Check OPENAI_BASE_URL, "
            "OPENAI_API_KEY and the model's name; nothing was written."
        )


def answer_schema(ontology: Ontology) -> dict[str, Any]:
    """Return the JSON schema of `Answer` with the names of the ontology."""
    entity = {
        "id": {"type": "string"},
        "text": {"type": "string"},
        "label": {"enum": [*ontology.labels], "type": "string"},
        "value": {"type": ["string", "null"]},
    }
    argument = {
        "role": {"enum": [*ontology.roles], "type": "string"},
        "entity": {"type": "string"},
    }
    event = {
        "text": {"type": "string"},
        "type": {"enum": [*ontology.event_types], "type": "string"},
        "modality": {"enum": [*ontology.modalities], "type": "string"},
        "arguments": _list(argument),
    }
    relation = {
        "type": {"enum": [*ontology.relations], "type": "string"},
        "from": {"type": "string"},
        "to": {"type": "string"},
    }
    lists = {"entities": _list(entity), "events": _list(event), "relations": _list(relation)}
    return _object(lists)


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object of which every property is required, as strict answering asks."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [*properties],
        "additionalProperties": False,
    }


def _list(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties)}


_TASK = """\
You annotate news about diplomacy in Vietnamese and English. Copy the marked words exactly \
as they stand in the text, every mention again, in the order of the text. Entities do not \
overlap and have ids of their own; arguments and relations name those ids. `value` is the \
EDTF date of a DATE, else null. Mark nothing that the text does not say."""


def instructions(ontology: Ontology) -> str:
    """Return what the model is told: the task and the names of the ontology with their meaning."""
    labels = (f"{x.name}: {x.definition.en} Not: {x.excludes.en}" for x in ontology.labels.values())
    types = (f"{x.name}: {x.definition.en}" for x in ontology.event_types.values())
    modalities = (f"{x.name}: {x.definition.en}" for x in ontology.modalities.values())
    roles = (
        f"{x.name} ({', '.join(x.fillers)}; of {', '.join(x.event_types)}): {x.definition.en}"
        for x in ontology.roles.values()
    )
    relations = (
        f"{x.name} ({', '.join(x.from_)} to {', '.join(x.to)}): {x.definition.en}"
        for x in ontology.relations.values()
    )
    parts = {
        "Entity labels": labels,
        "Event types (mark the trigger word)": types,
        "Modalities": modalities,
        "Argument roles": roles,
        "Relations": relations,
    }
    return "\n\n".join([_TASK, *(_section(name, rows) for name, rows in parts.items())])


def _section(name: str, rows: Iterable[str]) -> str:
    return "\n".join([f"{name}:", *(f"- {row}" for row in rows)])


def draft(answer: Answer, text: str) -> tuple[Draft, int]:
    """Find the words of an answer in the window; return also how many are not there."""
    entities, triggers = _Finder(text), _Finder(text)
    spans, events = [], []
    for entity in answer.entities:
        place = entities.next(entity.text)
        if place:
            spans.append(Span(entity.id, *place, entity.label, entity.text, value=entity.value))
    for number, event in enumerate(answer.events, 1):
        place = triggers.next(event.text)
        if place:
            filled = tuple(Argument(a.role, a.entity) for a in event.arguments)
            name = f"e{number}"
            events.append(Event(name, event.type, *place, event.text, event.modality, filled))
    relations = tuple(Relation(r.type, r.from_, r.to) for r in answer.relations)
    return Draft(tuple(spans), tuple(events), relations), entities.lost + triggers.lost


class _Finder:
    """Find words one after the other: behind the last ones, else the first free place."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.lost = text, 0, 0
        self.taken: set[tuple[int, int]] = set()

    def next(self, words: str) -> tuple[int, int] | None:
        wanted = re.compile(rf"(?<!\w){re.escape(words.strip())}(?!\w)")
        places = [found.span() for found in wanted.finditer(self.text)] if words.strip() else []
        free = [place for place in places if place not in self.taken]
        if not free:
            self.lost += 1
            return None
        place = next((one for one in free if one[0] >= self.at), free[0])
        self.taken.add(place)
        self.at = place[1]
        return place
