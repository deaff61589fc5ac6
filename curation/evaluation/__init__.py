"""How good candidates are, measured against gold by the project's own scorer's definitions.

Entity figures are exact (same range and label) and overlapping (same label); a trigger is
right where it overlaps one of the gold; an argument where type, role, trigger and filler
agree, the last two by overlap; a relation where its type agrees and both ends overlap.
Matching is one to one, greedy, in the order of the gold. The accuracy of a DATE's `value`
and of a COUNTRY's `kb` counts over the exactly found spans whose gold has one.
"""

from curation.evaluation.agreement import Agreement, agree, agreement_text
from curation.evaluation.confusion import NONE, confusion
from curation.evaluation.figures import Evaluation, Figure, evaluate
from curation.evaluation.marks import Marks, marks_of, read_marks
from curation.evaluation.misses import Miss, misses
from curation.evaluation.picture import picture
from curation.evaluation.reliability import Bin, calibration_error, reliability
from curation.evaluation.report import text

__all__ = [
    "NONE",
    "Agreement",
    "Bin",
    "Evaluation",
    "Figure",
    "Marks",
    "Miss",
    "agree",
    "agreement_text",
    "calibration_error",
    "confusion",
    "evaluate",
    "marks_of",
    "misses",
    "picture",
    "read_marks",
    "reliability",
    "text",
]
