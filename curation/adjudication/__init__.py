"""From the answers of several persons to one gold annotation an article."""

from curation.adjudication.merge import Adjudication, Conflict, Vote, adjudicate

__all__ = ["Adjudication", "Conflict", "Vote", "adjudicate"]
