"""What the rules propose, weighed by linear models that learned from annotated articles.

Rules find what may be a trigger or an argument; whether it is one depends on many small
signs at once, which no list of tests adds up well. For each candidate `triggers` and
`arguments` write down the signs as features, and a table of weights (`tables`) turns them
into the chance that an annotator would keep the candidate. `data/README.md` says what the
weights were learned from.
"""
