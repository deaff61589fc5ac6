"""Which entity plays which role in an event, checked against the ontology."""

from curation.prelabel.circumstances import circumstances
from curation.prelabel.scene import Argument, Scene, side_roles
from curation.prelabel.sides import sides_of
from curation.prelabel.subjects import Subjects
from curation.prelabel.triggers import Trigger


def find_arguments(scene: Scene) -> list[list[Argument]]:
    """Return, for each trigger, its (role, entity index) pairs; none that is not allowed."""
    subjects = Subjects(scene)
    found: list[list[Argument]] = []
    for trigger in scene.triggers:
        arguments = _allowed(scene, trigger, list(sides_of(scene, trigger, subjects, found)))
        subjects.remember(trigger, arguments)
        found.append(arguments)
    for index, argument in circumstances(scene):
        found[index].append(argument)
    return [
        _allowed(scene, trigger, _once(arguments))
        for trigger, arguments in zip(scene.triggers, found, strict=True)
    ]


def _once(arguments: list[Argument]) -> list[Argument]:
    """Keep of the same role and filler what the first rule said."""
    found: dict[tuple[str, int], Argument] = {}
    for argument in arguments:
        found.setdefault((argument.role, argument.filler), argument)
    return list(found.values())


def _allowed(scene: Scene, trigger: Trigger, arguments: list[Argument]) -> list[Argument]:
    """Keep what the ontology allows, and everybody once among the sides of an event."""
    kept: list[Argument] = []
    sides: set[str] = set()
    for argument in arguments:
        role, filler, _ = argument
        label = scene.entities[filler].label
        if not scene.ontology.allows_argument(trigger.type, role, label):
            continue
        if role in side_roles():
            if scene.name(filler) in sides:
                continue
            sides.add(scene.name(filler))
        kept.append(argument)
    return kept
