"""Own-written sentences and the ways to look at a page made of them."""

from curation.errors import DataError
from curation.ingest.article import article_of
from curation.ingest.cleaning.rules import load_rules
from curation.ingest.cleaning.zones import Zone, zones
from curation.ingest.normal import normalize
from curation.ingest.readers import Page
from curation.records import Article, Source

TITLE = "Chủ tịch nước tiếp Đại sứ chào từ biệt"
LEAD = "Chủ tịch nước đã tiếp Đại sứ nước láng giềng đến chào từ biệt khi kết thúc nhiệm kỳ."
REST = "Hai bên nhất trí mở rộng hợp tác về thương mại, đầu tư và giáo dục trong những năm tới."
LAST = "Đại sứ cảm ơn Chủ tịch nước và mong sớm trở lại thăm đất nước giàu tình cảm này."
TITLE_EN = "Minister meets departing ambassador for talks"
LEAD_EN = "The foreign minister received the ambassador on Monday and thanked him for his service."
REST_EN = "Both sides agreed to widen trade, investment and education ties in the coming years."


def zones_of(page: str) -> list[tuple[str, str, str]]:
    """Kind, rule and text of every zone that is not blank; body zones that touch are one."""
    text = normalize(page).text
    found: list[tuple[str, str, str]] = []
    end = -1
    for zone in zones(text, load_rules()):
        words = text[zone.start : zone.end]
        if zone.kind == "blank":
            continue
        if zone.kind == "body" and zone.start == end and found[-1][0] == "body":
            found[-1] = ("body", found[-1][1], found[-1][2] + words)
        else:
            found.append((zone.kind, zone.rule, words))
        end = zone.end
    return found


def raw_zones(page: str) -> list[Zone]:
    return zones(page, load_rules())


def kind_of(page: str, words: str) -> str:
    """The kind of the zone that holds these words."""
    return next(kind for kind, _, text in zones_of(page) if words in text)


def cut(page: str) -> list[tuple[str, str]]:
    """What is neither title nor body: rule and text."""
    return [(rule, text) for kind, rule, text in zones_of(page) if kind not in ("title", "body")]


def article(page: str, languages: tuple[str, ...] = ("vi", "en")) -> Article:
    """The article of a page, as from a file `page.txt`."""
    return article_of(
        Page(page, "text/plain"), Source("page.txt", "0", "text/plain"), languages, None
    )


def problem_of(page: str, languages: tuple[str, ...] = ("vi", "en")) -> str:
    """Why a page is refused."""
    try:
        article(page, languages)
    except DataError as error:
        return str(error)
    raise AssertionError("the page was taken in")
