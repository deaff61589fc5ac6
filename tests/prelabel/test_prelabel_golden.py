"""The whole stage over two own paragraphs, against golden files.

`REWRITE_GOLDEN=1 pytest tests/prelabel/test_prelabel_golden.py` writes them anew; read the diff.
"""

import os
from pathlib import Path

import msgspec
import pytest

from tests.prelabel.made_articles import PRELABEL, article

GOLDEN = Path(__file__).parent / "golden"
PARAGRAPHS = {
    "vi": (
        "Chủ tịch Quốc hội Lê Văn Tư tiếp Đại sứ Na Uy\n\n"
        "Sáng 17/10, tại Nhà Quốc hội, Chủ tịch Quốc hội Lê Văn Tư tiếp bà Ingrid Solberg, Đại sứ "
        "Na Uy tại Việt Nam. Hai bên nhất trí mở rộng hợp tác về thủy sản, năng lượng tái tạo và "
        "giáo dục. Bà Solberg mời ông Tư sớm thăm Oslo và dự Diễn đàn Biển Bắc lần thứ 6 vào tháng "
        "5/2025. Trước đó, tháng 9/2021, hai nước nâng cấp quan hệ lên Đối tác toàn diện."
    ),
    "en": (
        "Kenya, Fiji agree on ocean talks\n\n"
        "SUVA - Foreign Minister of Kenya Amina Otieno met Prime Minister Jone Vula of Fiji in "
        "Suva on Thursday, on the sidelines of the 3rd Pacific Ocean Summit. The two sides "
        "agreed to deepen cooperation in fisheries, shipping and tourism. Otieno invited Vula to "
        "visit Nairobi next year. The Ministry of Health of Kenya donated two million doses of "
        "vaccines to Fiji in March 2022, and the two states signed the Treaty of Amity in 2019."
    ),
}


@pytest.mark.parametrize("lang", PARAGRAPHS)
def test_a_paragraph_yields_what_it_did(lang: str) -> None:
    text = PARAGRAPHS[lang]
    annotation = PRELABEL(article(text, lang, title=(0, text.index("\n"))))
    lines = [msgspec.json.encode(item).decode("utf-8") for item in annotation.spans]
    lines += [msgspec.json.encode(item).decode("utf-8") for item in annotation.events]
    lines += [msgspec.json.encode(item).decode("utf-8") for item in annotation.relations]
    without_scores = [msgspec.json.decode(line) for line in lines]
    for record in without_scores:
        record.pop("score", None)
    rows = [msgspec.json.encode(record).decode("utf-8") for record in without_scores]
    golden = GOLDEN / f"{lang}.jsonl"
    if os.environ.get("REWRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text("\n".join(rows) + "\n", encoding="utf-8")
        pytest.skip("the golden file was written")
    assert rows == golden.read_text(encoding="utf-8").splitlines()
