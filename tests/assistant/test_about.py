"""Questions about the assistant itself: recognised, and answered from the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.about import Service, about_text, service_of, topic_of
from assistant.answer import Ask
from assistant.engine import Engine
from assistant.settings import Settings

QUESTIONS = Path(__file__).parents[2] / "eval" / "questions"

ABOUT = {
    "Sparas det jag skriver?": "kept",
    "Hur länge sparas mina frågor?": "kept",
    "minns du vad jag frågade om nyss": "kept",
    "Kan min chef läsa det?": "read_by",
    "Kan någon annan se mina frågor?": "read_by",
    "Läser någon det jag skriver här?": "read_by",
    "Vart skickas det jag skriver?": "sent",
    "Tränas en modell på mina frågor?": "sent",
    "Vem har gjort dig?": "made_by",
    "vem ligger bakom den här tjänsten": "made_by",
    "Är du ChatGPT?": "what",
    "är du en människa": "what",
    "Vilken språkmodell använder du?": "what",
    "Kan jag lita på svaren?": "trust",
    "Hittar du på svaren?": "trust",
    "Vad kan du hjälpa mig med?": "can",
}

NOT_ABOUT = [
    "Vem har ansvar för det internationella arbetet?",
    "Kan rektor se det som en tjänsteresa?",
    "Vad kan man söka EU-medel för?",
    "Hur länge ska reserapporten sparas?",
    "Vem ska läsa reserapporten?",
    "Vem har skapat policyn?",
    "Är du som kontaktperson skyldig att rapportera?",
    "Hur ska uppgifter om elever hanteras vid en resa?",
    "Vem ansvarar för resan?",
]


@pytest.mark.parametrize(("question", "topic"), ABOUT.items())
def test_what_is_asked_about_the_assistant_is_recognised(question: str, topic: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize("question", NOT_ABOUT)
def test_questions_of_the_field_are_left_to_the_documents(question: str) -> None:
    assert topic_of(question) is None


def test_no_question_of_the_evaluation_that_documents_answer_is_taken_for_one() -> None:
    lines = [json.loads(line) for file in QUESTIONS.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines() if line]
    asked = [line["question"] for line in lines if "question" in line]
    assert len(asked) > 50
    assert [q for q in asked if topic_of(q)] == []


def test_a_long_text_that_mentions_the_assistant_is_not_about_it() -> None:
    assert topic_of("Är du ChatGPT? " + "Vi planerar ett utbyte och behöver veta mer. " * 5) is None


def test_the_text_follows_what_is_kept() -> None:
    assert "sparas inte" in about_text("kept", Service())
    assert "sparas i högst 30 dagar" in about_text("kept", Service(kept=(("samtal", 7, None), ("svarsloggen", 30, "KS § 1"))))


def test_the_text_follows_where_questions_go() -> None:
    assert "Ingenting lämnar den dator" in about_text("sent", Service())
    assert "skickas till modell-x på tjanst.example" in about_text("sent", Service(model="modell-x", model_at="tjanst.example"))


def test_a_model_that_writes_is_told_of_with_what_it_is_sent() -> None:
    service = service_of(Settings(model="modell-y", model_url="https://nyckel@tjanst.example/v1?api_key=hemlig", model_key="hemlig"))
    assert (service.writer, service.writer_at, service.local) == ("modell-y", "tjanst.example", False)
    sent = about_text("sent", service)
    assert "de avsnitt som svarar på den skickas till modell-y på tjanst.example" in sent
    assert "hemlig" not in sent
    assert "modell-y formulerar svaret" in about_text("what", service)


def test_the_text_names_whom_to_ask_where_the_operator_has_said() -> None:
    assert "eu@kommun.example" in about_text("made_by", Service(contact="eu@kommun.example"))
    assert "besvaras" not in about_text("made_by", Service())


@pytest.mark.parametrize("topic", sorted(set(ABOUT.values())))
def test_every_text_leads_to_the_page_that_tells_more(topic: str) -> None:
    text = about_text(topic, Service())
    assert text.endswith("[Om tjänsten](/om)")
    assert "{" not in text


def test_a_service_for_search_vectors_is_told_of() -> None:
    settings = Settings(embedding_url="https://tjanst.example/v1", embedding_model="modell-x")
    assert (service_of(settings).model, service_of(settings).model_at) == ("modell-x", "tjanst.example")
    assert service_of(Settings()).local


def test_the_service_is_told_of_with_the_times_and_decisions_of_the_settings() -> None:
    settings = Settings(gallring_samtal=30, gallring_samtal_beslut="KS 2026 § 9")
    assert ("konversationer", 30, "KS 2026 § 9") in service_of(settings).kept
    assert service_of(settings).kept_days == 180


def test_the_engine_answers_with_the_fixed_text_and_no_source(sample_engine: Engine) -> None:
    answer = sample_engine.ask(Ask("Sparas det jag skriver?", municipality="Lindhamn"))
    assert (answer.status, answer.reason, answer.citations) == ("unanswered", "off_topic", ())
    assert answer.text == about_text("kept", service_of(Settings()))
