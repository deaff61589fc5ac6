"""`curation prelabel --explain ID` finds the article, shows it, and writes nothing."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from curation.cli import app, output
from curation.prelabel.explain import Explained
from curation.records import Annotation, Source
from curation.workspace import load, write_jsonl
from tests.builders import article

TEXTS = ("Amina Otieno visited Fiji.", "Peru and Kenya signed a treaty in Lima.")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace with two articles, of pages/0.txt and pages/1.txt."""
    root = tmp_path / "work"
    CliRunner().invoke(app, ["init", str(root)])
    made = [article(text) for text in TEXTS]
    named = [
        msgspec.structs.replace(one, source=Source(f"pages/{n}.txt", one.sha256, "text/plain"))
        for n, one in enumerate(made)
    ]
    write_jsonl(load(root).articles, named)
    return root


def _run(root: Path, *arguments: str, code: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(app, ["prelabel", "--workspace", str(root), *arguments])
    assert done.exit_code == code, done.output
    return done.stdout, " ".join(done.stderr.split())


def test_an_article_is_named_by_id_by_its_beginning_or_by_its_file(work: Path) -> None:
    whole = article(TEXTS[1]).id
    asked = (whole, whole[:6], "pages/1.txt", "./pages/1.txt", "1.txt", str(work / "pages/1.txt"))
    shown = {_run(work, "--explain", name)[0] for name in asked}
    assert len(shown) == 1
    assert "[Peru|COUNTRY] and [Kenya|COUNTRY] {signed|SIGNING}" in shown.pop()
    assert not load(work).candidates.exists()


def test_json_holds_the_same(work: Path) -> None:
    told = json.loads(_run(work, "--explain", "0.txt", "--json")[0])
    assert [one["outcome"] for one in told["entities"] if one["text"] == "Fiji"] == ["won"]
    assert told["annotation"]["article"] == told["article"] == article(TEXTS[0]).id


def test_a_name_of_no_article_is_refused_with_what_to_give(work: Path) -> None:
    for name in ("a-ffffffffffffffffff", "2.txt", "pages/", ".txt"):
        _, said = _run(work, "--explain", name, code=2)
        assert said.replace(" ", "") == (
            f"Error:noarticleof{load(work).articles}isnamed{name!r}:"
            "giveitsid,abeginningofit,orthepathofitsfile."
        )


def test_a_name_of_several_articles_is_refused_with_their_ids(work: Path) -> None:
    first, second = sorted(article(text).id for text in TEXTS)
    _, said = _run(work, "--explain", "a-", code=2)
    assert said == f"Error: 'a-' names 2 articles: give one of {first}, {second}"


def test_colours_are_for_a_terminal(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Explained(
        article="a-0", file="x", lang="en", published=None, body="", annotation=_nothing()
    )
    output.show_labels(page, as_json=False)
    assert "\x1b[" not in capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    output.show_labels(page, as_json=False)
    assert "\x1b[1m" in capsys.readouterr().out


def _nothing() -> Annotation:
    from curation.ontology import load_ontology
    from curation.prelabel.models.combination import nothing

    return nothing(article("x"), "none", load_ontology())
