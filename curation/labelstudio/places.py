"""Who was to answer what in which project; answers given elsewhere are kept, and are findings."""

from collections.abc import Callable, Iterable

from curation.assignment import Assignment
from curation.errors import Problem
from curation.labelstudio.push import ProjectFile
from curation.labelstudio.store import Latest


def _nowhere(project: int, task: int) -> str:
    return f"project {project}, task {task}"


class Places:
    """What the plan says of the projects; without one every answer is in its place."""

    def __init__(
        self,
        plan: Iterable[Assignment] = (),
        projects: Iterable[ProjectFile] = (),
        page: Callable[[int, int], str] = _nowhere,
    ) -> None:
        self.planned = {(one.article, one.annotator): one for one in plan}
        self.blind = {one.article: one.blind for one in self.planned.values()}
        self.owners = {one.project: one.annotator for one in projects}
        self.page = page

    def faults(self, row: Latest) -> Iterable[Problem]:
        """Find an answer that nobody planned to stand here, or that saw what it should not."""
        where = f"task {row.task} ({self.page(row.project, row.task)})"
        value = f"the answer of {row.name}"
        owner = self.owners.get(row.project)
        planned = (row.article, row.name) in self.planned
        own = row.name in self.owners.values()
        if owner != row.name and (owner is not None or (planned and own)):
            rule = f"stands in the project of {owner or 'all'}; it was kept"
            yield Problem(where, value, rule, _ELSEWHERE.format(name=row.name))
        elif owner == row.name and not planned:
            rule = "is to an article that the plan does not give them; it was kept"
            yield Problem(where, value, rule, "Look into assignments.jsonl.")
        if owner is not None and self.blind.get(row.article, row.blind) != row.blind:
            rule = "is planned blind, and pre-labels were shown; it does not count as blind"
            if row.blind:
                rule = "is planned with pre-labels, and was given without; it counts as blind"
            remedy = "See whether somebody changed the task, or an ML backend gives pre-labels."
            yield Problem(where, value, rule, remedy)


_ELSEWHERE = (
    "Ask {name} to answer in the own project: who looks into another's sees the answers there, "
    "and Label Studio does not ask the other any more for an article that has its answer."
)
