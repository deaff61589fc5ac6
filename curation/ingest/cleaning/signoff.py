"""The sign-off: what a newsroom puts behind the last words of an article."""

from curation.ingest.cleaning.rules import Rules, Signoff

TAIL = 120
"""A sign-off stands within so many code points of a paragraph's end."""


def signoff_of(text: str, rules: Rules) -> Signoff | None:
    """Return the rule of the sign-off at the end of a paragraph, or that makes up a line."""
    for rule in rules.signoffs:
        if rule.line and len(text) <= TAIL and rule.pattern.match(text):
            return rule
        if not rule.line and rule.pattern.search(text[-TAIL:]):
            return rule
    return None


def signoff_start(text: str, rule: Signoff) -> int:
    """Return where the sign-off that `signoff_of` found begins in a paragraph."""
    found = rule.pattern.search(text[-TAIL:])
    return len(text) if rule.line or found is None else max(len(text) - TAIL, 0) + found.start()


def without_signoff(text: str, rules: Rules) -> str:
    """Return a paragraph without the sign-off behind it."""
    rule = signoff_of(text, rules)
    return text if rule is None or rule.keeps else text[: signoff_start(text, rule)]
