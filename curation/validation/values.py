"""What single values of the records look like, for every schema that is generated."""

from collections.abc import Mapping
from typing import get_args

from curation.ontology import Words
from curation.records import AuthorKind

KINDS: tuple[str, ...] = get_args(AuthorKind)

ARTICLE_ID = "^a-[0-9a-f]{16}$"
SHA256 = "^[0-9a-f]{64}$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|\+00:00)$"
LANGUAGE = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
LICENSE = "^[A-Za-z0-9.+:()-]+( [A-Za-z0-9.+:()-]+)*$"
URL = r"^[a-z][a-z0-9+.-]*:\S+$"


def describe(names: Mapping[str, Words]) -> str:
    """List names with their English definitions, one to a line."""
    return "\n".join(f"{name}: {words.en}" for name, words in names.items())
