"""The adapters around spaCy, GLiNER and transformers.

Where a library is installed it runs for real, on a small model made here (a rule pipeline,
a network of random weights); elsewhere those tests skip. The stand-ins check the adapter
alone: objects that answer as the libraries do.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from curation.errors import UsageError
from curation.integrity import problems
from curation.ontology import load_ontology
from curation.prelabel.models import gliner_model, load, spacy_pipeline, token_classification
from curation.prelabel.models.reader import WindowedModel
from curation.records import Annotation
from tests.builders import article

ONTOLOGY = load_ontology()
TEXT = "Ann Lee met Bo Ray in the Netherlands on Tuesday. " * 12
ARTICLE = article(TEXT)


def _sound(model: Any) -> Annotation:
    made: Annotation = model(ARTICLE)
    assert problems(made, ARTICLE, ONTOLOGY) == []
    assert model.coverage.share == 1.0
    return made


def _stand_in_pipeline() -> Any:
    """Answers as a token classification pipeline: "Lee" cut short, one label unknown."""

    def read(text: str) -> list[dict[str, Any]]:
        found = []
        for words, group in (("Ann L", "PER"), ("the Netherlands", "LOC"), ("Tuesday", "MISC")):
            at = text.find(words)
            if at >= 0:
                row = {"entity_group": group, "score": 0.91234, "word": words}
                found.append(row | {"start": at, "end": at + len(words)})
        return found

    class Tokenizer:
        is_fast = True
        model_max_length = 12

        def __call__(self, text: str) -> dict[str, list[str]]:
            return {"input_ids": ["[CLS]", *text.split(), "[SEP]"]}

    class Pipeline:
        tokenizer = Tokenizer()
        model = SimpleNamespace(config=SimpleNamespace(max_position_embeddings=512))

        def __call__(self, text: str) -> list[dict[str, Any]]:
            return read(text)

    return Pipeline()


def test_stand_in_token_classification_gives_whole_words_scores_and_every_window() -> None:
    model = token_classification.from_pipeline(_stand_in_pipeline(), "transformers:x")
    made = _sound(model)
    assert [(s.text, s.label, s.score) for s in made.spans[:2]] == [
        ("Ann Lee", "PERSON", 0.912),
        ("Netherlands", "COUNTRY", 0.912),
    ]
    assert made.spans[1].kb == "iso3166:NL"
    assert len(made.spans) == 24
    assert model.coverage.windows == 12


def test_a_tokenizer_without_offsets_is_refused() -> None:
    pipeline = _stand_in_pipeline()
    pipeline.tokenizer = SimpleNamespace(is_fast=False)
    with pytest.raises(UsageError) as caught:
        token_classification.from_pipeline(pipeline, "transformers:phobert")
    assert str(caught.value) == (
        "transformers:phobert has no fast tokenizer, so it gives no offsets: use another model."
    )


def test_stand_in_gliner_is_asked_for_the_ontologys_labels_in_words() -> None:
    asked: list[list[str]] = []

    class Model:
        config = SimpleNamespace(max_len=11)

        def predict_entities(self, text: str, labels: list[str], **_: Any) -> list[dict[str, Any]]:
            asked.append(labels)
            start = text.index("Ann Lee")
            return [{"start": start, "end": start + 7, "label": "person", "score": 0.5}]

    model = gliner_model.from_model(Model(), "gliner:x")
    made = _sound(model)
    assert {(s.text, s.label) for s in made.spans} == {("Ann Lee", "PERSON")}
    assert len(made.spans) == model.coverage.windows == 12
    assert len(asked[0]) == len(ONTOLOGY.labels)


def test_every_label_of_the_ontology_has_a_prompt() -> None:
    assert list(gliner_model.prompts().values()) == list(ONTOLOGY.labels)


def test_stand_in_spacy_is_kept_to_its_language() -> None:
    entity = SimpleNamespace(start_char=0, end_char=7, label_="PERSON", text="Ann Lee")

    class Pipeline:
        lang, max_length = "en", 1_000_000

        def __call__(self, _: str) -> Any:
            return SimpleNamespace(ents=[entity])

    model = spacy_pipeline.from_pipeline(Pipeline(), "spacy:x")
    assert [s.text for s in _sound(model).spans] == ["Ann Lee"]
    assert model(article(TEXT, lang="vi")).spans == ()


def test_a_real_spacy_pipeline_is_loaded_from_its_folder(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "PERSON", "pattern": "Ann Lee"},
            {"label": "GPE", "pattern": "the Netherlands"},
            {"label": "CARDINAL", "pattern": "on"},
        ]
    )
    pipeline.to_disk(tmp_path / "pipeline")
    model = load([f"spacy:{tmp_path / 'pipeline'}"])
    made = _sound(model)
    assert [(s.text, s.label) for s in made.spans[:2]] == [
        ("Ann Lee", "PERSON"),
        ("Netherlands", "COUNTRY"),
    ]
    assert len(made.spans) == 24


def test_a_spacy_pipeline_that_is_not_there_is_named() -> None:
    pytest.importorskip("spacy")
    with pytest.raises(UsageError, match="spaCy cannot load 'no_such_pipeline'"):
        load(["spacy:no_such_pipeline"])


def _tokenizer(folder: Path, size: int) -> Any:
    """A word piece tokenizer that has learnt the words of the article."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers  # type: ignore
    from transformers import PreTrainedTokenizerFast  # type: ignore[import-not-found]

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=special)
    made.train_from_iterator([TEXT, *gliner_model.prompts()], trainer)
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A $B [SEP]",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]"}
    names |= {"sep_token": "[SEP]", "mask_token": "[MASK]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=size, **names)
    fast.save_pretrained(str(folder))
    return fast


SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
}


def test_a_real_token_classification_model_reads_beyond_its_limit(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokenizer = _tokenizer(tmp_path, 32)
    labels = {0: "O", 1: "B-PER", 2: "I-PER"}
    config = transformers.BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=32, id2label=labels, **SMALL
    )
    torch.manual_seed(0)
    network = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        network.classifier.bias += torch.tensor([0.0, 5.0, 0.0])
    network.save_pretrained(str(tmp_path))
    model = load([f"transformers:{tmp_path}"])
    assert isinstance(model, WindowedModel)
    made = _sound(model)
    assert model.coverage.windows > 3
    assert {s.label for s in made.spans} == {"PERSON"}
    assert made.spans[-1].text in TEXT[-12:]
    assert all(s.score is not None and 0 < s.score <= 1 for s in made.spans)


def test_a_real_gliner_model_reads_beyond_its_limit(tmp_path: Path) -> None:
    pytest.importorskip("gliner")
    from gliner.config import UniEncoderSpanConfig  # type: ignore[import-not-found]
    from gliner.model import UniEncoderSpanGLiNER  # type: ignore[import-not-found]
    from transformers import BertConfig

    tokenizer = _tokenizer(tmp_path, 256)
    tokenizer.add_tokens(["<<ENT>>", "<<SEP>>", "[FLERT]"], special_tokens=True)
    tokenizer.save_pretrained(str(tmp_path))
    encoder = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=256, **SMALL)
    config = UniEncoderSpanConfig(
        model_name=str(tmp_path),
        encoder_config=encoder.to_dict(),
        hidden_size=16,
        max_len=24,
        max_width=4,
        vocab_size=len(tokenizer),
        class_token_index=tokenizer.convert_tokens_to_ids("<<ENT>>"),
        dropout=0.0,
    )
    UniEncoderSpanGLiNER(config).save_pretrained(str(tmp_path))
    model = load([f"gliner:{tmp_path}"])
    made = _sound(model)
    assert isinstance(model, WindowedModel)
    assert model.coverage.windows > 3
    assert {s.label for s in made.spans} <= set(ONTOLOGY.labels)
