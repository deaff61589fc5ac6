"""What must stand around the words of a trigger: the tests that its row names.

Each tells of a form in its sentence whether it may name an event of the row's type.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.lexicon import cell, expression
from curation.prelabel.lexicon import words as words_of
from curation.prelabel.phrases import ACTORS, Phrase
from curation.prelabel.text import Document, Sentence, pattern


class Context(NamedTuple):
    """What the tests may ask of the article around a form [start, end)."""

    document: Document
    entities: Cover
    phrases: Sequence[Phrase]
    sentence: Sentence
    start: int
    end: int

    def right(self, reach: int) -> str:
        """Return the lower-cased text behind the form, within the sentence."""
        return self.document.lower[self.end : min(self.end + reach, self.sentence.end)]

    def left(self, reach: int) -> str:
        """Return the lower-cased text before the form, within the sentence."""
        return self.document.lower[max(self.start - reach, self.sentence.start) : self.start]

    def speaks(self, phrase: Phrase) -> bool:
        """Tell whether a phrase names a state, a body or a party, and no person."""
        held = self.entities.within(phrase.start, phrase.end)
        return not any(e.label == "PERSON" for e in held)

    def behind(self, reach: int, labels: Sequence[str]) -> list[Candidate]:
        """Return the entities behind the form, within the sentence."""
        end = min(self.end + reach, self.sentence.end)
        return [e for e in self.entities.within(self.end, end) if e.label in labels]

    def before(self, reach: int, labels: Sequence[str]) -> list[Candidate]:
        """Return the entities before the form, within the sentence."""
        start = max(self.start - reach, self.sentence.start)
        return [e for e in self.entities.within(start, self.start) if e.label in labels]


def _participants(context: Context) -> bool:
    """Accept a sentence that names somebody, or speaks of them by a pronoun."""
    lang = context.document.lang
    stands = expression(lang, "one").search(context.left(60)) or expression(lang, "two").search(
        context.left(90)
    )
    return bool(stands) or bool(_actors(context, context.sentence.start, context.sentence.end))


def _actors(context: Context, start: int, end: int) -> list[Candidate]:
    return [e for e in context.entities.within(start, end) if e.label in ACTORS]


def _near_actor(context: Context, reach: int) -> bool:
    near = context.behind(reach, ("PERSON", "ROLE", "PARTY", "ORG"))
    words = _visitor(context.document.lang).search(context.right(reach))
    return bool(near or words)


@cache
def _visitor(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'visitor')})(?!\w)")


def _said(kind: str, reach: int = 70, both: bool = False) -> Callable[[Context], bool]:
    def test(context: Context) -> bool:
        words = expression(context.document.lang, kind, re.IGNORECASE)
        near = context.right(reach) + (" | " + context.left(reach) if both else "")
        return bool(words.search(near))

    return test


def _goods(context: Context) -> bool:
    """Accept a sum, a quantity or a kind of relief goods behind the form."""
    words = pattern(rf"(?<!\w)(?:{cell(context.document.lang, 'goods')})", re.IGNORECASE)
    return bool(words.search(context.right(90)))


def _labelled(labels: tuple[str, ...], reach: int, both: bool) -> Callable[[Context], bool]:
    def test(context: Context) -> bool:
        found = context.behind(reach, labels)
        return bool(found or (both and context.before(reach, labels)))

    return test


def _either(*tests: Callable[[Context], bool]) -> Callable[[Context], bool]:
    return lambda context: any(test(context) for test in tests)


def _conference(context: Context) -> bool:
    """Accept a meeting inside a named occasion, or one that is held, opened or attended."""
    holder = context.entities.at(context.start)
    if context.document.lang == "vi" and _setting().search(context.left(110)):
        return bool(re.search(r"diễn ra|khai mạc", context.right(100)))
    if context.document.lang == "en" and _beside().search(context.left(110)):
        return False
    rite = context.document.lower.startswith("lễ ", context.start)
    if context.document.lang == "vi" and not (rite or holder or _of_several(context)):
        return False
    held = expression(context.document.lang, "held", re.IGNORECASE)
    near = context.left(70) + " | " + context.right(60)
    if holder and holder.label == "OCCASION":
        return bool(held.search(near)) or _participants(context)
    named = re.match(rf" (?:{cell(context.document.lang, 'between')})(?!\w)", context.right(20))
    city = context.entities.at(context.start - 2) if context.document.lang == "en" else None
    title = city is not None and city.label == "PLACE" and context.document.in_title(context.start)
    return _participants(context) and bool(held.search(near) or named or title)


def _of_several(context: Context) -> bool:
    """Tell whether the sentence of a meeting names another state or party, or says "hai nước"."""
    start, end = context.sentence.start, context.sentence.end
    named = context.entities.within(start, end)
    abroad = any(
        (e.label == "COUNTRY" and e.kb != "iso3166:VN") or e.label == "PARTY" for e in named
    )
    words = context.document.lower[start:end]
    return abroad or bool(_several().search(words))


@cache
def _several() -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell('vi', 'several')})(?!\w)")


@cache
def _setting() -> re.Pattern[str]:
    """Return what makes a meeting the mere setting of another event, or its second name."""
    return pattern(cell("vi", "setting"))


@cache
def _beside() -> re.Pattern[str]:
    """Return what makes of an English occasion only where something else takes place."""
    beside = r"(?:sidelines?|margins?|fringes|eve|ahead) of[^.;,]{0,60}$"
    at = (
        r"(?<!\w)(?:talks|meeting|met|meet|discussions?|spoke|signed)(?!\w)[^.;,]{0,40}"
        r" (?:at|during) (?:the |an? )?(?:[\w-]+ ){0,4}$"
    )
    return re.compile(rf"{beside}|{at}")


def _visit(context: Context) -> bool:
    """Accept a noun of travelling with a destination or with whose it is."""
    right, left = context.right(60), context.left(40)
    toward = re.match(r"(?: of [^.,]{2,40})? (?:to|by|of|from|in|this|here)(?!\w)", right)
    whose = re.search(
        r"(?:'s|his|her|their|official|state|working|first|historic|recent|upcoming|planned|"
        r"two-day|three-day|four-day|five-day|day|the)(?: \w+){0,2} $",
        left,
    )
    opens = left.strip() == "the" and context.start - context.sentence.start < 6
    return bool(toward or whose) and (opens or _participants(context))


def _talks(context: Context) -> bool:
    """Accept talks that are held, led or referred to, not a field ("climate talks")."""
    held = re.search(
        r"(?:hold|held|had|have|chair|the|their|bilateral|official|private|these|during|after|at|"
        r"formal|host|begin|began|for|his|her|following|'s)\w*(?: \w+)? $",
        context.left(30),
    )
    other = re.match(r"[^.,;]{0,45} (?:with|between)(?!\w)", context.right(60))
    return bool(held or other) and _participants(context)


def _destination(context: Context) -> bool:
    """Accept "thăm" of a country, a place or a seat, or one that is spoken of by itself."""
    if re.search(r"(?:du khách|khách du lịch|lượt khách|lượt người)", context.left(60)):
        return False
    if _home_call().search(context.right(60)):
        return False
    near = context.behind(48, ("COUNTRY", "PLACE", "ORG"))
    right = context.right(30)
    alone = re.match(
        r"(?: chính thức| hữu nghị| cấp nhà nước)*(?:[,.;]| này| lần này)|"
        r" (?:chính thức|cấp nhà|cấp cao|hữu nghị chính thức|và làm việc|làm việc|song phương)"
        r"(?!\w)| (?:quốc gia|đất nước|nước) (?:này|láng giềng|chủ nhà)",
        right,
    )
    return bool(near) or bool(alone) or bool(re.search(r"(?:sang|tới) $", context.left(8)))


@cache
def _home_call() -> re.Pattern[str]:
    """Return what leaders do where they call on people at home, not on another state."""
    return pattern(rf"^[^.;]{{0,30}}(?<!\w)(?:{cell('vi', 'home-call')})(?!\w)")


def _arrival(context: Context) -> bool:
    """Accept "đến", "tới" of a person who goes to a country or a city."""
    goal = context.behind(3, ("COUNTRY", "PLACE")) or context.behind(12, ("PLACE",))
    mover = [e for e in context.before(60, ("PERSON", "ROLE")) if context.start - e.end < 24]
    gap = context.document.lower[mover[-1].end : context.start] if mover else "."
    if re.search(r"(?<!\w)lần(?!\w)", context.left(30)) or _visit_named(context):
        return False
    if goal and re.search(r"(?:ngay )?(?:sau khi|khi) $", context.left(14)):
        return context.document.lower[goal[0].end : goal[0].end + 1] == ","
    return bool(goal) and bool(
        re.fullmatch(r"(?: đã| sẽ| vừa| cũng| và phu nhân| lên đường)* ", gap)
    )


def _visit_named(context: Context) -> bool:
    """Tell whether the words around an arrival name the visit: "đến Lào để thăm chính thức"."""
    ahead = re.search(r"(?:bắt đầu|để|trong|nhân|thực hiện) [^.;]{0,24}thăm", context.right(90))
    return bool(ahead or re.search(r"chuyến (?:thăm|đi|công du)", context.left(90)))


def _visit_verb(context: Context) -> bool:
    places = context.behind(45, ("COUNTRY", "PLACE", "ORG"))
    titled = context.document.in_title(context.start) and _visitor(context.document.lang)
    guest = titled and titled.search(context.left(60))
    return bool(places) and bool(context.before(140, ACTORS) or places[1:] or guest)


def _speak_call(context: Context) -> bool:
    """Accept "spoke with" of persons, where the sentence or title tells of a call."""
    people = context.behind(60, ("PERSON", "ROLE"))
    told = bool(people) and bool(context.before(120, ("PERSON", "ROLE", "COUNTRY")))
    aside = re.match(
        r"(?: today| yesterday| again| earlier today)?(?: about|,|\.)", context.right(20)
    )
    return told or (bool(aside) and _both_before(context))


def _speak(called: bool) -> Callable[[Context], bool]:
    """Accept "spoke with" as a call where the article tells of one, else as talks."""

    def test(context: Context) -> bool:
        words = r"(?<!\w)(?:calls?|phone|telephone|telephoned|video|virtual|virtually)(?!\w)"
        told = re.search(words, context.document.lower[:1500])
        return bool(told) == called and _speak_call(context)

    return test


def is_rally(context: Context) -> bool:
    """Tell whether it is a crowd that protests, not a side."""
    return bool(expression(context.document.lang, "rally", re.IGNORECASE).search(context.left(80)))


def _call_noun(context: Context) -> bool:
    """Accept the noun "call" with the other side or with whose it is."""
    right, left = context.right(50), context.left(40)
    toward = re.match(r" (?:with|between|to discuss|in |on (?:monday|tuesday))", right)
    if context.document.in_title(context.start) and re.match(" (?:with|between)", right):
        return _participants(context)
    whose = re.search(r"(?:'s|phone|the|a|their|his|her|today's)(?: \w+)? $", left)
    return bool(toward and (whose or not left.strip())) and _participants(context)


def _meet(context: Context) -> bool:
    """Accept "met" with a person, a delegation or a country as its object."""
    near = context.behind(45, ("PERSON", "ROLE", "COUNTRY"))
    sides = context.before(60, ("PERSON", "COUNTRY"))
    if len(sides) > 1 and " and " in context.document.lower[sides[-2].end : sides[-1].start]:
        return True
    lang = context.document.lang
    word = _visitor(lang).search(context.right(60))
    both = lang == "en" and bool(_paired_subject().search(context.left(60)))
    return both or (bool(near or word) and bool(context.before(160, ACTORS)))


@cache
def _paired_subject() -> re.Pattern[str]:
    """Return "the two presidents", "the pair" or "they" as the subject of a verb behind it."""
    listed = "|".join(map(re.escape, sorted(words_of("en", "two"), key=len, reverse=True)))
    helping = cell("en", "helping")
    return pattern(rf"(?<!\w)(?:{listed})(?: (?:{helping}|expected to|set to|due to|to))* $")


def _event_noun(context: Context) -> bool:
    """Accept a noun of meeting with "with", "between", or whose it is."""
    right, left = context.right(60), context.left(40)
    other = re.match(r" (?:with|between|of the|here|in|at|on|hosted|for)(?!\w)", right)
    whose = re.search(
        r"(?:'s|their|his|her|bilateral|trilateral|official|formal|first|at the|during the|"
        r"the|an?|another|this)(?: \w+)? $",
        left,
    )
    if re.match(r" (?:between|with)(?!\w)", right) and re.search(r"^$| of $", left):
        return _participants(context)
    dated = context.behind(8, ("DATE",)) or re.match(r" later(?!\w)", right)
    held = bool((other or dated) and whose) and _participants(context)
    return held or (context.document.lang == "en" and _taken_up(context))


def _taken_up(context: Context) -> bool:
    """Accept "During the meeting, A and B discussed trade", which adds a topic."""
    front = re.fullmatch(rf"(?:{cell('en', 'takes-up')})(?:\w+ )?", context.left(40))
    told = re.match(r"[^.;]{0,90}? discuss", context.right(110))
    return bool(front and told) and bool(context.behind(220, ("TOPIC", "AGREEMENT", "OCCASION")))


def _title_only(context: Context) -> bool:
    return context.document.in_title(context.start) and _participants(context)


def _person_object(context: Context) -> bool:
    return _near_actor(context, 55)


def _agree(context: Context) -> bool:
    return _participants(context) or bool(
        re.search(r"\b(they|sides|leaders|two)\b", context.left(40))
    )


def _wish(context: Context) -> bool:
    """Accept a wish whose subject is another side: "mong muốn Lào ủng hộ", "hoped Fiji would"."""
    lang = context.document.lang
    paired = expression(lang, "side").match(context.document.lower, context.end + 1)
    if lang == "vi" and paired:
        return True
    skipped = pattern(cell(lang, "wish-skip")).match(context.right(70))
    begin = context.end + (skipped.end() if skipped else 0)
    entity = context.entities.starting(begin)
    if lang == "vi":
        side = expression(lang, "side").match(context.document.lower, begin)
        return bool(side or (entity and entity.label in ACTORS))
    if entity is None or entity.label not in ACTORS:
        return False
    return bool(
        re.match(r"[^.;]{0,40}? (?:would|will|can|could)(?!\w)", _after(context, entity.end))
    )


def _after(context: Context, begin: int) -> str:
    return context.document.lower[begin : min(begin + 60, context.sentence.end)]


def _two_sided(context: Context) -> bool:
    """Accept a sentence that names two sides, or speaks of them as two."""
    lang, sentence = context.document.lang, context.sentence
    actors = _actors(context, sentence.start, sentence.end)
    names = {e.key or context.document.lower[e.start : e.end] for e in actors if e.label != "ROLE"}
    return len(names) > 1 or bool(expression(lang, "two").search(context.left(90)))


def _both_before(context: Context) -> bool:
    """Accept a verb whose subject is two names joined by "and", or a pair."""
    sides = context.before(90, ("PERSON", "COUNTRY", "ORG"))
    lower = context.document.lower
    joined = len(sides) > 1 and " and " in lower[sides[-2].end : sides[-1].start]
    joined = joined or any(" and " in lower[a.end : b.start] for a, b in pairwise(sides))
    near = bool(sides) and context.start - sides[-1].end < 40
    paired = expression(context.document.lang, "two").search(context.left(30))
    return (joined and near) or bool(paired)


def _side_before(context: Context) -> bool:
    """Accept a promise whose subject, a side, stands directly before it."""
    lang = context.document.lang
    sides = context.before(30, ("COUNTRY", "ORG", "PARTY", "PERSON"))
    gap = context.document.lower[sides[-1].end : context.start] if sides else "."
    said = re.search(
        r"(?:nước này|nước ông|chúng tôi|hai bên|hai nước|chính phủ|the united states|we|"
        r"the two (?:sides|countries)|our governments|tôi|các bên|hai đảng) "
        r"(?:also |cũng |and our allies )?$",
        context.left(40),
    )
    whole = not re.search(r"(?:if|when|whether|nếu|khi|liệu)(?!\w)[^.;,]{0,60}$", context.left(90))
    direct = re.fullmatch(r"(?:\),?)?(?: also| cũng| and our \w+)? ", gap) and lang in ("vi", "en")
    return bool(said or direct) and whole


def _will(context: Context) -> bool:
    """Accept "sẽ" of a side that speaks for itself; what somebody else expects is no promise."""
    if _expected().search(context.left(170)) or _befalls().match(context.right(40)):
        return False
    if _own_side().search(context.left(40)):
        return True
    near = [p for p in context.phrases if context.start - 12 < p.end < context.start]
    gap = context.document.lower[near[-1].end : context.start] if near else "."
    direct = re.fullmatch(r"(?:\),?)?(?: cũng)? \"?", gap)
    return bool(direct) and near[-1].lead == "subject" and context.speaks(near[-1])


@cache
def _expected() -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell('vi', 'expected')})(?!\w)[^.;]*$")


@cache
def _befalls() -> re.Pattern[str]:
    return pattern(rf" (?:{cell('vi', 'befalls')})(?!\w)")


@cache
def _own_side() -> re.Pattern[str]:
    return pattern(r"(?:nước này|nước ông|chúng tôi|hai bên|hai nước|các bên|hai đảng) (?:cũng )?$")


def _told(context: Context) -> bool:
    """Accept "told" somebody to do something, or that they must."""
    near = context.behind(40, ("PERSON", "ROLE", "COUNTRY"))
    words = _visitor(context.document.lang).search(context.right(50))
    asks = re.search(
        r"(?<!\w)(?:must|should|to (?!be the|a|the)\w+|needs? to|ought)(?!\w)", context.right(110)
    )
    return bool(near or words) and bool(asks)


def _warning(context: Context) -> bool:
    """Accept a warning to another side, or against what it does."""
    other = context.behind(45, ("COUNTRY", "PERSON", "ORG"))
    firm = re.match(
        r"[^.;]{0,60}(?:not tolerate|consequences|against|over|would respond)", context.right(90)
    )
    return bool(context.before(60, ACTORS)) and bool(other or firm)


def _demand(context: Context) -> bool:
    claim = re.match(
        r" (?:that|an end|the|immediate|its|full|their|release)(?!\w)", context.right(20)
    )
    sides = context.before(40, ("COUNTRY", "ORG", "PERSON", "ROLE"))
    return bool(claim) and bool(sides)


def _commitment(context: Context) -> bool:
    """Accept a commitment of a side that is stated: "reaffirmed its commitment to"."""
    if not re.match(r"s? (?:to|of)(?!\w)", context.right(8)) or not _participants(context):
        return False
    told = re.search(
        r"(?:affirm|reiterat|underscor|underlin|emphasi[sz]|stress|express|renew|restat|made|make|"
        r"highlight|reinforc|demonstrat|joined|followed by|convey|confirm|shared|repeat)"
        r"\w*(?!\w)[^.;]{0,75}$",
        context.left(110),
    )
    return bool(told)


def _recognized(context: Context) -> bool:
    state = re.match(
        r" (?:the state of |the independence of |the government of )", context.right(30)
    )
    guide = re.search(
        r" as (?:the legitimate|an independent|the capital|a sovereign)", context.right(70)
    )
    return bool(state or guide) and _participants(context)


def _content(kind: str) -> Callable[[Context], bool]:
    """Accept "discussed" with a topic where its sentence names the meeting by no other word."""

    def test(context: Context) -> bool:
        head = context.document.lower[:900]
        called = re.search(
            r"(?<!\w)(?:call with|spoke (?:today |by phone |yesterday )|phone call)", head
        )
        other = re.search(
            r"(?<!\w)(?:met|meets?|meeting|talks|call|spoke|speaks?|hosted|hosts?|received|visit\w*|"
            r"gathered|convened|conversation|dinner|lunch|summit|session)(?!\w)",
            context.left(250),
        )
        content = context.behind(170, ("TOPIC", "OCCASION", "AGREEMENT"))
        wanted = "call" if called and "meeting" not in head[:200] else "talks"
        return bool(content) and not other and kind == wanted and _participants(context)

    return test


def _guest(context: Context) -> bool:
    """Refuse what is received but is no guest: "the vaccines were received by"."""
    passive = re.search(r"(?<!\w)(?:was|were|been|being|is|are)(?: \w+ly)? $", context.left(24))
    return not passive or bool(context.before(90, ("PERSON", "ROLE"))) or _acting(context)


def _acting(context: Context) -> bool:
    """Accept a verb right behind its subject: a name, a pronoun or a word for a side."""
    left = context.left(90)
    helped = _helped_before().search(left)
    begin = context.start - len(left) + (helped.start() if helped else len(left))
    holder = context.entities.at(begin - 1)
    if holder is not None and holder.label in ACTORS:
        return True
    word = context.document.lower[max(begin - 30, context.sentence.start) : begin]
    said = re.search(rf"(?<!\w)(?:{cell('en', 'subject-word')})$", word)
    joined = re.search(r"(?:(?<!\w)and|,)$", word) and context.before(150, ACTORS)
    return bool(said or joined)


@cache
def _helped_before() -> re.Pattern[str]:
    return pattern(rf"(?:,? (?:who|which))?(?: (?:{cell('en', 'helping')}))* $")


def _at_side(context: Context) -> bool:
    """Accept a verb of protest with its subject or with the side that it is aimed at."""
    aimed = context.behind(50, ("COUNTRY", "ORG", "PERSON", "PARTY"))
    return _participants(context) and bool(aimed or _acting(context))


def _owned(context: Context) -> bool:
    """Accept a noun whose owner stands before it: "Beijing's demands"."""
    left = context.left(60)
    whose = re.search(r"'s?(?: [\w-]+){0,2} $", left)
    owner = context.entities.at(context.start - len(left) + whose.start() - 1) if whose else None
    return owner is not None and owner.label in ACTORS


def _will_act(context: Context) -> bool:
    """Accept "will" of a side that is to work with or for another; "would" where reported."""
    skip = cell("en", "act-skip")
    acts = pattern(rf"(?: (?:{skip}))* (?:{cell('en', 'acts')})(?!\w)").match(context.right(70))
    would = context.document.lower.startswith("would", context.start)
    told = re.search(rf"(?<!\w)(?:{cell('en', 'reporting')})(?!\w)", context.left(120))
    both = re.search(r" and $", context.left(6)) and context.before(100, ("COUNTRY", "ORG"))
    guessed = r"(?:confiden|hope|expect|believ|predict|forecast|analyst|likely)"
    if re.search(guessed, context.left(70)):
        return False
    return bool(acts) and bool(told or not would) and bool(_side_before(context) or both)


def _sanctions_verb(context: Context) -> bool:
    """Accept "sanctions" as a verb, with its subject before it and whom it meets behind."""
    whom = re.match(
        r"(?! (?:on|against|imposed|over|relief|regime))[^.;,]{0,40} (?:companies|firms|officials|"
        r"individuals|entities|people|tankers|banks|ships|vessels|minister|leaders|judges)(?!\w)",
        context.right(60),
    )
    return bool(whom) and _acting(context)


@cache
def _promising() -> re.Pattern[str]:
    """Return the words before a noun of aid that is not given yet."""
    return pattern(rf"(?<!\w)(?:{cell('en', 'promising')})")


def _penalty(context: Context) -> bool:
    """Accept "imposed sanctions", and "tariffs imposed" where it says when or by whom."""
    if _said("penalty", 60)(context):
        return True
    told = re.match(r" (?:by|on [a-z]+[. ]|in \d|in [a-z]+ \d|last|this)", context.right(20))
    penalty = expression("en", "penalty").search(context.left(60))
    passive = re.search(r"(?:was|were|been) $", context.left(6))
    agent = told and context.behind(25, ("DATE", "COUNTRY", "ORG"))
    return bool(penalty and (agent or passive))


def _wants(context: Context) -> bool:
    """Accept a wish that another side act: "wants Iran to stop"."""
    skipped = pattern(cell("en", "wish-skip")).match(context.right(70))
    entity = context.entities.starting(context.end + (skipped.end() if skipped else 0))
    if entity is None or entity.label not in ACTORS:
        return False
    return bool(re.match(r"[^.,;]{0,25}? to \w", _after(context, entity.end)))


def _joint_should(context: Context) -> bool:
    """Accept what both sides "should" do, where no other verb of asking leads the sentence."""
    asked = re.search(r"(?<!\w)(?:suggest|propos|urg|agree|ask|call|hope)", context.left(200))
    return not asked and _both_before(context)


def _owner_next(context: Context) -> bool:
    return bool(context.behind(22, ("COUNTRY", "ORG", "PERSON", "ROLE", "PARTY")))


def _not_airport(context: Context) -> bool:
    """Refuse who only stands at the airport ("Đón đoàn tại sân bay có …")."""
    return not re.search(
        r"sân bay|nhà ga|cửa khẩu|(?<!\w)có (?:các |đồng chí|ông |bà |bộ trưởng|thứ trưởng|đại sứ)|"
        r"(?<!\w)có:",
        context.right(110),
    )


def _state_before(context: Context) -> bool:
    """Accept a verb right behind a state or a body: "bị Chile trục xuất"."""
    sides = context.before(40, ("COUNTRY", "ORG"))
    return bool(sides) and context.start - sides[-1].end == 1


def _commission(context: Context) -> bool:
    """Accept a session of a commission of two sides, not of a body of one state."""
    joint = re.search(
        r"hỗn hợp|liên chính phủ|song phương|hợp tác|phân giới|biên giới", context.right(60)
    )
    return bool(joint) and _participants(context)


def _joined_talk(context: Context) -> bool:
    """Accept "X cùng Y trao đổi về", which names no meeting by another word."""
    people = context.before(80, ("PERSON",))
    about = re.match(r" (?:về|một số|ý kiến|các|bên lề|nhanh)(?!\w)", context.right(14))
    if not people or not about:
        return False
    lower = context.document.lower
    chain = lower[max(people[-1].start - 70, context.sentence.start) : people[-1].start]
    tight = re.fullmatch(r"(?: đã| cũng| sẽ)* ", lower[people[-1].end : context.start])
    return bool(tight) and bool(re.search(r"(?<!\w)cùng(?: với)? [^,.;]*$", chain))


def _session(context: Context) -> bool:
    """Accept a dialogue that is held or numbered, not the mechanism."""
    held = re.search(
        r"(?:tiến hành|tổ chức|dự|chủ trì|khai mạc|cuộc|phiên) (?:\w+ ){0,2}$", context.left(40)
    )
    return bool(held or "lần thứ" in context.right(60)) and _participants(context)


def _given(context: Context) -> bool:
    """Accept what is handed over "cho" another side."""
    taker = context.behind(90, ("COUNTRY", "ORG", "PARTY"))
    if not taker or not _two_sided(context):
        return False
    gap = context.document.lower[context.end : taker[0].start]
    return bool(re.search(r"(?<!\w)(?:cho|tới) [^,.;]*$", gap))


def _aid_sum(context: Context) -> bool:
    """Accept help with a sum or goods on either side of the verb, for a named side."""
    goods = pattern(rf"(?<!\w)(?:{cell(context.document.lang, 'goods')})", re.IGNORECASE)
    near = goods.search(context.right(70)) or goods.search(context.left(40))
    return bool(near) and bool(context.behind(110, ("COUNTRY",))) and _participants(context)


def _ban(context: Context) -> bool:
    """Accept a ban that a state or body sets on entry or on trade."""
    what = re.search(
        r"nhập cảnh|quay trở lại|xuất khẩu|nhập khẩu|vận chuyển|đi lại|giao dịch",
        context.right(70),
    )
    return bool(what) and bool(context.before(70, ("COUNTRY", "ORG")))


def _leave(context: Context) -> bool:
    return bool(re.search(r"rời (?:khỏi )?(?:đất nước|nước|lãnh thổ|quốc gia)", context.right(140)))


_IMPOSING = re.compile(
    r"(?<!\w)(?:adopt|announc|approv|unveil|introduc|tighten|widen|expand|new |fresh )(?:\w+)?"
    r"(?: [\w%.'-]+){0,5} $"
)
_BLACKLIST = re.compile(r" to [^.;]{0,40}(?:blacklist|entity list|sanctions list|watch ?list)")
_CUT = re.compile(
    r"[^.;,]{0,30} (?:aid|ties|funding|relations|contacts?|cooperation|supplies)(?!\w)"
)
_LEAVING = re.compile(r" to leave| hours to | out of the country")
_STAY = re.compile(
    r"[^.;]{0,60} (?:for|on|begin|beginning|start|starting|pay|make|kick off) "
    r"(?:an? |his |her |their |the )?(?:[\w-]+ ){0,4}(?:visit|trip|tour)(?!\w)"
)
_ASKED = re.compile(r" (?:to (?!the |a |his |her )|not to |for )\w")

TESTS: dict[str, Callable[[Context], bool]] = {
    "participants": _participants,
    "person-object": _person_object,
    "person-host": lambda c: (
        bool(c.behind(30, ("PERSON", "ROLE")))
        or bool(_visitor(c.document.lang).search(c.right(30)))
    ),
    "target": lambda c: _near_actor(c, 60) or bool(c.behind(45, ("COUNTRY",))),
    "place": _labelled(("PLACE",), 30, False),
    "conference": _conference,
    "not-airport": _not_airport,
    "envoy-or-state-before": _either(_said("envoy", 70, both=True), _state_before),
    "commission": _commission,
    "joined-talk": _joined_talk,
    "session": _session,
    "given": _given,
    "ban": _ban,
    "leave": _leave,
    "wish-side": lambda c: _wish(c) and not c.behind(12, ("PERSON", "ROLE")),
    "state-near": lambda c: bool(c.before(70, ("COUNTRY", "ORG", "ROLE", "PARTY"))),
    "official-trip": lambda c: any(
        e.label in ("ROLE", "PARTY") for e in c.entities.within(c.sentence.start, c.sentence.end)
    ),
    "opens": lambda c: c.start == c.sentence.start and _participants(c),
    "raised": lambda c: TESTS["status"](c) and bool(re.search(r" (?:lên|thành) ", c.right(110))),
    "meeting-held": lambda c: (
        _conference(c)
        and bool(re.search(r"chủ trì|tổ chức|tham dự|(?<!\w)dự|diễn ra|triệu tập", c.left(50)))
    ),
    "greeted": lambda c: TESTS["target"](c) or bool(c.behind(30, ("OCCASION",))),
    "will": _will,
    "disaster-or-sum": lambda c: TESTS["disaster"](c) or _aid_sum(c),
    "document": _either(_said("document", 110, both=True), _labelled(("AGREEMENT",), 110, True)),
    "document-next": _either(_said("document", 30), _labelled(("AGREEMENT",), 30, False)),
    "relations-next": _said("relations", 26),
    "relations-near": _said("relations", 60, both=True),
    "status": _labelled(("AGREEMENT",), 90, False),
    "honour": _either(_labelled(("HONOUR",), 110, True)),
    "envoy": _said("envoy", 70, both=True),
    "envoy-or-state": _either(_said("envoy", 70, both=True), _participants),
    "goods": _goods,
    "disaster": lambda c: (
        bool(c.behind(40, ("COUNTRY",))) and (_said("disaster", 90, both=True)(c) or _goods(c))
    ),
    "rescuers": _said("rescuers", 60),
    "goods-or-rescuers": _either(_goods, _said("rescuers", 60)),
    "commitment": _commitment,
    "wish": _wish,
    "two-sided": _two_sided,
    "both-before": _both_before,
    "side-before": _side_before,
    "told": _told,
    "warning": _warning,
    "demand": _demand,
    "recognized": _recognized,
    "owner-next": _owner_next,
    "acting-side": _acting,
    "penalty-new": lambda c: bool(_IMPOSING.search(c.left(50))) and _participants(c),
    "from": lambda c: bool(re.match(r"(?! from)[^.;,]{2,60} from ", c.right(80))),
    "listed-out": lambda c: bool(_BLACKLIST.search(c.right(120))) and _acting(c),
    "cut-off": lambda c: bool(_CUT.match(c.right(60))) and _acting(c),
    "sent-home": lambda c: _said("envoy", 60)(c) and bool(_LEAVING.search(c.right(120))),
    "to-act": lambda c: bool(_ASKED.search(c.right(170))),
    "no-act": lambda c: not _ASKED.search(c.right(170)),
    "title-will": lambda c: (
        c.document.in_title(c.start)
        and (side := c.entities.at(c.start - 2)) is not None
        and side.label in ("COUNTRY", "ORG")
    ),
    "not-promised": lambda c: not _promising().search(c.left(90)),
    "no-stay": lambda c: not _STAY.match(c.right(130)),
    "envoy-around": lambda c: _said("envoy", 60, both=True)(c) and _participants(c),
    "guest": _guest,
    "pair-or-object": lambda c: _meet(c) and not re.search(r"(?:a|the|his) $", c.left(5)),
    "goods-near": lambda c: (
        bool(pattern(rf"(?<!\w)(?:{cell(c.document.lang, 'goods')})").search(c.left(70)))
        and _near_actor(c, 50)
    ),
    "protest-side": _at_side,
    "owned": _owned,
    "will-act": _will_act,
    "sanction-verb": _sanctions_verb,
    "wants": _wants,
    "joint-should": _joint_should,
    "penalty-near": lambda c: _penalty(c) and _participants(c),
    "penalty-next": lambda c: _said("penalty", 40)(c) and _participants(c),
    "pact-next": lambda c: bool(c.behind(45, ("AGREEMENT", "ORG", "OCCASION"))) and _acting(c),
    "person-or-state": lambda c: bool(c.behind(40, ("PERSON", "ROLE", "COUNTRY", "ORG"))),
    "invitation-next": lambda c: "invitation" in c.right(70) and _participants(c),
    "ready-title": lambda c: c.document.in_title(c.start) and _acting(c),
    "target-to": lambda c: _near_actor(c, 40) and bool(re.search(r" to \w", c.right(90))),
    "goods-first": lambda c: (
        bool(pattern(rf"(?<!\w)(?:{cell(c.document.lang, 'goods')})").search(c.right(40)))
        and _participants(c)
    ),
    "resolution-next": lambda c: bool(
        re.search(r"resolution|declaration|communiqu|joint statement|treaty", c.right(45))
    ),
    "phone-next": lambda c: bool(re.search(r"phone|video", c.right(25))) and _participants(c),
    "content-call": _content("call"),
    "content-talks": _content("talks"),
    "announce": lambda c: (
        bool(re.match(cell(c.document.lang, "announcement"), c.right(140)))
        and bool(c.before(60, ACTORS))
    ),
    "mission": lambda c: _said("mission", 40)(c) and _participants(c),
    "penalty": lambda c: _said("penalty", 60)(c) and _participants(c),
    "envoy-near": lambda c: _said("envoy", 60)(c) and _participants(c),
    "envoy-next": lambda c: _said("envoy", 30)(c) and _participants(c),
    "conference-occasion": lambda c: (
        (holder := c.entities.at(c.start)) is not None and holder.label == "OCCASION"
    ),
    "agreement-next": lambda c: bool(c.behind(3, ("AGREEMENT",))),
    "arrival": _arrival,
    "called": lambda c: (
        bool(c.behind(3, ("PERSON", "ROLE")))
        or bool(re.match(r" (?:sheikh|king|prince) ", c.right(10)))
    ),
    "conference-named": lambda c: (
        _conference(c)
        and (
            bool(c.entities.at(c.start))
            or bool(re.search(r"funeral|inaug|coronation", c.document.lower[c.start : c.end]))
        )
    ),
    "destination": _destination,
    "visit": _visit,
    "visit-verb": _visit_verb,
    "speak-call": _speak(called=True),
    "speak-talks": _speak(called=False),
    "arrive-date": lambda c: bool(c.behind(14, ("DATE",)) and c.before(60, ("PERSON",))),
    "call-noun": _call_noun,
    "meet": _meet,
    "event-noun": _event_noun,
    "talks": _talks,
    "title": _title_only,
    "agree": _agree,
    "action": _participants,
    "addressed-verb": _participants,
    "protest": _participants,
    "sanction": _participants,
}
