"""Pre-labellers that plug in, and how several of them make one set of candidates.

A package adds one by the entry point group `curation.prelabellers`: the entry point's name
is the model's name on the command line, its object a factory from the setting that follows
the colon (`spacy:en_core_web_sm`) to a `Prelabeller`. `?lang=vi,en` at the end keeps a model
to articles of these languages, `?labels=PERSON` to these entities (both: `?lang=en&labels=ORG`).
Shipped: `rules` (with what the workspace has learned; `rules:shipped` without), and adapters
that need an extra each (`spacy`, `gliner`, `transformers`) or an endpoint (`openai`).

Several models combine in the order in which they are named, `rules` always first: a model
adds the spans that overlap no span of a model before it and the events whose trigger
overlaps none of theirs; its arrows move on to the spans that stand in the way of its own,
where the ontology allows that. Every span and event keeps its `by`.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from types import ModuleType

from curation.errors import UsageError
from curation.ontology import load_ontology
from curation.prelabel import Prelabeller
from curation.prelabel.models.combination import Combined, Kept, members

__all__ = ["GROUP", "Factory", "coverages", "load", "need"]

GROUP = "curation.prelabellers"
Factory = Callable[[str], Prelabeller]


def load(names: Sequence[str], own: Callable[[], Prelabeller] | None = None) -> Prelabeller:
    """Return one pre-labeller made of the models named `NAME[:SETTING][?lang=…&labels=…]`.

    `own` makes what stands for `rules`: the rules with what a workspace has learned. Raises
    `UsageError` for an unknown name, a setting that is missing or wrong, and a model whose extra
    is not installed.
    """
    ordered = sorted(dict.fromkeys(names), key=lambda name: _parts(name)[0] != "rules")
    models = [_one(name, own) for name in ordered]
    return models[0] if len(models) == 1 else Combined(models)


def coverages(model: Prelabeller) -> dict[str, str]:
    """Tell for each model of a pre-labeller that reads in windows how much it read."""
    return {
        str(one.by): str(one.coverage)  # type: ignore[attr-defined]
        for one in members(model)
        if hasattr(one, "coverage")
    }


def rules_factory(setting: str) -> Prelabeller:
    """Return the rules of the package; the setting can only say so (`rules:shipped`)."""
    from curation.prelabel import rules

    if setting not in ("", "shipped"):
        raise UsageError(
            f"{setting!r} is no setting of the pre-labeller 'rules': write rules:shipped for the "
            "rules without what the workspace has learned, or rules."
        )
    return rules()


def need(module: str, extra: str) -> ModuleType:
    """Import the package of an extra; raises `UsageError` naming the extra where it is missing."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(
            f"the pre-labeller '{extra}' needs the package {module}: "
            f"install it with `pip install 'curation[{extra}]'`."
        ) from error


def _one(spec: str, own: Callable[[], Prelabeller] | None) -> Prelabeller:
    name, setting, kept = _parts(spec)
    found = {point.name: point.load for point in entry_points(group=GROUP)}
    found["rules"] = lambda: rules_factory
    if name not in found:
        raise UsageError(
            f"there is no pre-labeller {name!r}: name one of {', '.join(sorted(found))}."
        )
    _refuse_unknown(spec, kept)
    factory: Factory = found[name]()
    model = own() if own and (name, setting) == ("rules", "") else factory(setting)
    return Kept(model, spec, kept.get("lang"), kept.get("labels")) if kept else model


def _parts(spec: str) -> tuple[str, str, dict[str, tuple[str, ...]]]:
    body, _, asked = spec.partition("?")
    name, _, setting = body.partition(":")
    pairs = (part.partition("=") for part in asked.split("&") if part)
    return name, setting, {key: tuple(listed.split(",")) for key, _, listed in pairs}


def _refuse_unknown(spec: str, kept: Mapping[str, Sequence[str]]) -> None:
    for key in kept:
        if key not in ("lang", "labels"):
            raise UsageError(f"{spec!r}: {key!r} keeps to nothing: write ?lang= or ?labels=.")
    labels = load_ontology().labels
    for label in kept.get("labels", ()):
        if label not in labels:
            raise UsageError(f"{spec!r}: {label!r} is no label: use some of {', '.join(labels)}.")
