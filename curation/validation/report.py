"""What validation found, as text, as JSON and as JUnit XML."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

import msgspec

from curation.errors import Problem


class Rule(msgspec.Struct, frozen=True):
    """One thing that every row of a table must satisfy; `name` is unique in the table."""

    table: str
    name: str
    rule: str
    remedy: str


class Finding(msgspec.Struct, frozen=True):
    """A row of a table that breaks a rule."""

    rule: Rule
    row: int
    problem: Problem


class Report(msgspec.Struct, frozen=True):
    """Every rule that was tried and every row that broke one.

    `counts` gives the rows of each table; `findings` come by table, row and rule.
    """

    contract: str
    counts: dict[str, int]
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found, without the names of the rules."""
        return tuple(finding.problem for finding in self.findings)

    def text(self, shown: int | None = None) -> str:
        """Say it for a person: the counts, then the first `shown` problems (None: all)."""
        counts = ", ".join(f"{count} {table}" for table, count in self.counts.items())
        tried = f"{counts}: {len(self.rules)} rules of contract {self.contract}, "
        lines = [str(problem) for problem in self.problems[:shown]]
        left = len(self.findings) - len(lines)
        rest = [f"… and {_number(left, 'more problem')}"] if left else []
        head = tried + (_number(len(self.findings), "problem") if self.findings else "no problem")
        return "\n".join([head, *lines, *rest]) + "\n"

    def json(self) -> str:
        """Say it for a program: one object, with the table and rule of every problem."""
        found = [
            {
                "table": finding.rule.table,
                "name": finding.rule.name,
                "row": finding.row,
                **msgspec.to_builtins(finding.problem),
            }
            for finding in self.findings
        ]
        whole = {"ok": self.ok, "contract": self.contract, "counts": self.counts}
        encoded = msgspec.json.encode({**whole, "rules": len(self.rules), "problems": found})
        return msgspec.json.format(encoded).decode() + "\n"

    def junit(self) -> str:
        """Say it for a CI server: a suite for each table, a test case for each rule."""
        suites = ElementTree.Element("testsuites", name="curation validate")
        broken: dict[Rule, list[Problem]] = defaultdict(list)
        for found in self.findings:
            broken[found.rule].append(found.problem)
        for table, count in self.counts.items():
            rules = [rule for rule in self.rules if rule.table == table]
            cases = [_case(rule, broken[rule]) for rule in rules]
            suites.append(self._suite(table, count, cases))
        for key in ("tests", "failures"):
            suites.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
        ElementTree.indent(suites)
        body = ElementTree.tostring(suites, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'

    def _suite(
        self, table: str, rows: int, cases: list[ElementTree.Element]
    ) -> ElementTree.Element:
        failures = sum(case.find("failure") is not None for case in cases)
        suite = ElementTree.Element("testsuite", name=table, tests=str(len(cases)))
        suite.attrib.update(failures=str(failures), errors="0")
        properties = ElementTree.SubElement(suite, "properties")
        for name, value in (("rows", str(rows)), ("contract", self.contract)):
            ElementTree.SubElement(properties, "property", name=name, value=value)
        suite.extend(cases)
        return suite


def _case(rule: Rule, broken: list[Problem]) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=f"curation.validate.{rule.table}", name=rule.name
    )
    if broken:
        failure = ElementTree.SubElement(case, "failure", type=rule.name)
        failure.set("message", _for_xml(f"{_number(len(broken), 'row')}: {rule.rule}"))
        failure.text = _for_xml("\n".join(str(problem) for problem in broken))
    return case


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _for_xml(text: str) -> str:
    """Put U+FFFD in the place of code points that XML 1.0 cannot hold."""
    return "".join(_xml_chars(text))


def _xml_chars(text: Iterable[str]) -> Iterator[str]:
    for char in text:
        allowed = char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd"
        yield char if allowed or char >= "\U00010000" else "\ufffd"
