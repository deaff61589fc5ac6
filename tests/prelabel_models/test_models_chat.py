"""The chat adapter talks HTTP to a local endpoint, as it would to any other."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jsonschema
import pytest

from curation.errors import ServiceError
from curation.integrity import problems
from curation.ontology import load_ontology
from curation.prelabel.models import load
from curation.prelabel.models.chat import Endpoint, answer_schema, from_endpoint, instructions
from curation.records import Argument, Relation
from tests.builders import article

ONTOLOGY = load_ontology()
TEXT = "President Ann Lee met Bo Ray in Paris on Tuesday. Lee thanked Ray; Paris slept."
ARTICLE = article(TEXT)
ANSWER: dict[str, Any] = {
    "entities": [
        {"id": "a", "text": "President", "label": "ROLE", "value": None},
        {"id": "b", "text": "Ann Lee", "label": "PERSON", "value": None},
        {"id": "c", "text": "Bo Ray", "label": "PERSON", "value": None},
        {"id": "d", "text": "Paris", "label": "PLACE", "value": None},
        {"id": "e", "text": "Tuesday", "label": "DATE", "value": "2024-10-22"},
        {"id": "f", "text": "Lee", "label": "PERSON", "value": None},
        {"id": "g", "text": "Paris", "label": "COUNTRY", "value": None},
        {"id": "h", "text": "Brussels", "label": "PLACE", "value": None},
    ],
    "events": [
        {
            "text": "met",
            "type": "TALKS",
            "modality": "actual",
            "arguments": [
                {"role": "PARTICIPANT", "entity": "b"},
                {"role": "PLACE", "entity": "d"},
                {"role": "PLACE", "entity": "h"},
                {"role": "HOST", "entity": "b"},
            ],
        }
    ],
    "relations": [{"type": "HOLDS", "from": "b", "to": "a"}],
}

Reply = tuple[int, Any]


class Served:
    """The address of a local endpoint and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []


@contextmanager
def _endpoint(reply: Callable[[int], Reply]) -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.asked.append(body | {"path": self.path})
            served.keys.append(self.headers.get("Authorization"))
            status, content = reply(len(served.asked))
            sent = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _says(content: str, reason: str = "stop") -> dict[str, Any]:
    return {"choices": [{"message": {"content": content}, "finish_reason": reason}]}


def test_an_answer_becomes_candidates_that_keep_the_contract() -> None:
    with _endpoint(lambda _: (200, _says(json.dumps(ANSWER)))) as served:
        model = from_endpoint(Endpoint(served.url, "key", "small"), "openai:small")
        made = model(ARTICLE)
    assert problems(made, ARTICLE, ONTOLOGY) == []
    assert [(s.start, s.text, s.label, s.value) for s in made.spans] == [
        (0, "President", "ROLE", None),
        (10, "Ann Lee", "PERSON", None),
        (22, "Bo Ray", "PERSON", None),
        (32, "Paris", "PLACE", None),
        (41, "Tuesday", "DATE", "2024-10-22"),
        (50, "Lee", "PERSON", None),
        (67, "Paris", "COUNTRY", None),
    ]
    assert made.events[0].arguments == (Argument("PARTICIPANT", "s2"), Argument("PLACE", "s4"))
    assert made.relations == (Relation("HOLDS", "s2", "s1"),)
    assert {s.by for s in made.spans} == {"openai:small"}
    assert str(model.coverage).endswith("1 windows, 1 words not found in the text")


def test_the_request_holds_the_text_the_key_and_a_strict_schema() -> None:
    with _endpoint(lambda _: (200, _says(json.dumps(ANSWER)))) as served:
        from_endpoint(Endpoint(served.url + "/", "key", "small"), "x")(ARTICLE)
    asked = served.asked[0]
    assert asked["path"] == "/v1/chat/completions"
    assert asked["messages"][1] == {"role": "user", "content": TEXT}
    assert asked["response_format"]["json_schema"]["schema"] == answer_schema(ONTOLOGY)
    assert served.keys == ["Bearer key"]


def test_the_schema_is_one_and_admits_the_ontologys_names_only() -> None:
    schema = answer_schema(ONTOLOGY)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(ANSWER, schema)
    wrong = {**ANSWER, "relations": [{"type": "KNOWS", "from": "b", "to": "a"}]}
    with pytest.raises(jsonschema.ValidationError, match="KNOWS"):
        jsonschema.validate(wrong, schema)


def test_the_instructions_define_every_name() -> None:
    told = instructions(ONTOLOGY)
    names = [*ONTOLOGY.labels, *ONTOLOGY.event_types, *ONTOLOGY.roles, *ONTOLOGY.relations]
    assert [name for name in names if f"\n- {name}" not in told] == []


def test_long_articles_are_asked_about_in_windows_without_a_gap() -> None:
    text = "Ann Lee met Bo Ray in Oslo. " * 30
    entities = [{"id": "a", "text": "Ann Lee", "label": "PERSON"}]
    answer = json.dumps({"entities": entities, "events": [], "relations": []})
    with _endpoint(lambda _: (200, _says(answer))) as served:
        made = from_endpoint(Endpoint(served.url, None, "m"), "x", window=100)(article(text))
    assert "".join(one["messages"][1]["content"] for one in served.asked) == text
    assert served.keys[0] is None
    assert [s.start for s in made.spans] == [84 * n for n in range(10)]


@pytest.mark.parametrize(
    "reply", [_says("{"), _says("{}"), _says(json.dumps(ANSWER), "length"), {"choices": []}, []]
)
def test_an_answer_that_is_no_such_json_is_asked_for_twice_then_not_covered(reply: Any) -> None:
    with _endpoint(lambda _: (200, reply)) as served:
        model = from_endpoint(Endpoint(served.url, None, "m"), "x")
        assert model(ARTICLE).spans == ()
    assert len(served.asked) == 2
    assert model.coverage.share == 0.0


def test_a_busy_endpoint_is_asked_again_after_a_wait() -> None:
    waits: list[float] = []
    busy = lambda n: (503, {}) if n < 3 else (200, _says(json.dumps(ANSWER)))  # noqa: E731
    with _endpoint(busy) as served:
        model = from_endpoint(Endpoint(served.url, None, "m", sleep=waits.append), "x")
        assert len(model(ARTICLE).spans) == 7
    assert waits == [2.0, 4.0]


def test_a_refusal_is_told_at_once_with_what_to_check() -> None:
    with _endpoint(lambda _: (401, {})) as served, pytest.raises(ServiceError) as caught:
        from_endpoint(Endpoint(served.url, "bad", "m"), "x")(ARTICLE)
    assert len(served.asked) == 1
    assert str(caught.value) == (
        f"{served.url}: cannot ask the model m: 401 Unauthorized. Check OPENAI_BASE_URL, "
        "OPENAI_API_KEY and the model's name; nothing was written."
    )


def test_an_endpoint_that_is_not_there_is_told_after_three_tries() -> None:
    with _endpoint(lambda _: (200, {})) as served:
        pass
    waits: list[float] = []
    with pytest.raises(ServiceError, match="cannot ask the model m"):
        from_endpoint(Endpoint(served.url, None, "m", sleep=waits.append), "x")(ARTICLE)
    assert len(waits) == 2


def test_the_environment_names_address_and_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with _endpoint(lambda _: (200, _says(json.dumps(ANSWER)))) as served:
        monkeypatch.setenv("OPENAI_BASE_URL", served.url)
        monkeypatch.setenv("OPENAI_API_KEY", "secret")
        made = load(["openai:qwen2:7b"])(ARTICLE)
    assert served.asked[0]["model"] == "qwen2:7b"
    assert served.keys == ["Bearer secret"]
    assert made.author.name == "openai:qwen2:7b"
    assert "secret" not in repr(made)
