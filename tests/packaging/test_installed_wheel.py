"""The wheel works by itself: everything it needs is inside, nothing is read from a checkout.

Run by `make package` in an environment that holds the wheel, in a folder outside the
checkout.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import curation
from curation import sample
from curation.ontology import handbook, load_ontology, schemas_root

HERE = Path(curation.__file__).parent


def _run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "curation"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_package_under_test_is_not_the_checkout() -> None:
    checkout = os.environ["CURATION_CHECKOUT"]
    assert not str(HERE).startswith(checkout)
    assert not any(path.startswith(checkout) for path in sys.path if path)


def test_the_contract_and_the_handbook_are_inside() -> None:
    assert str(schemas_root()) == str(HERE / "_schemas")
    assert "RECEPTION" in load_ontology().event_types
    assert "RECEPTION" in handbook()
    assert (HERE / "_schemas" / "label-studio.xml").is_file()
    assert list((HERE / "_schemas" / "tables").glob("*.yaml"))


def test_nothing_but_the_one_package_is_installed() -> None:
    for name in ("schemas", "exports", "tests"):
        found = importlib.util.find_spec(name)
        assert found is None or "site-packages" not in str(found.origin)


def test_the_sample_is_inside_with_gold_for_each_article() -> None:
    names = {path.stem for path in sample.article_paths()}
    assert len(names) >= 16
    assert names == set(sample.gold())


def test_the_offline_stages_run_from_the_console_script(tmp_path: Path) -> None:
    pages = HERE / "sample" / "articles"
    for arguments in (
        ("init", "work"),
        ("ingest", str(pages), "--workspace", "work"),
        ("prelabel", "--workspace", "work"),
        ("status", "--workspace", "work"),
    ):
        done = _run(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    candidates = (tmp_path / "work" / "candidates.jsonl").read_text(encoding="utf-8")
    assert len(candidates.splitlines()) == len(sample.article_paths())
