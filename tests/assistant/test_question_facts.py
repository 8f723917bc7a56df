"""Which questions are about a document itself (when, by whom, which number), and which about something that is decided or owned."""

from __future__ import annotations

import pytest

from assistant.question import Fact, facts_of

ITSELF = {
    "När antogs policyn?": Fact.DECIDED_ON,
    "När antogs den?": Fact.DECIDED_ON,
    "När antogs den av kommunfullmäktige?": Fact.DECIDED_ON,
    "När antog fullmäktige den": Fact.DECIDED_ON,
    "När beslutade kommunfullmäktige om den?": Fact.DECIDED_ON,
    "när klubbades den i fullmäktige": Fact.DECIDED_ON,
    "När antogs den här?": Fact.DECIDED_ON,
    "När antogs den, vet du det?": Fact.DECIDED_ON,
    "När antogs policyn som vi ska följa?": Fact.DECIDED_ON,
    "När trädde riktlinjerna i kraft?": Fact.DECIDED_ON,
    "när är handlingsplanen beslutad": Fact.DECIDED_ON,
    "When was the strategy adopted?": Fact.DECIDED_ON,
    "When were the guidelines adopted?": Fact.DECIDED_ON,
    "When was it adopted by the council?": Fact.DECIDED_ON,
    "Vem har antagit policyn?": Fact.DECIDED_BY,
    "Vem godkänner policyn?": Fact.DECIDED_BY,
    "vem beslutade den": Fact.DECIDED_BY,
    "Vilken nämnd har fastställt riktlinjerna?": Fact.DECIDED_BY,
    "Vilket diarienummer har den?": Fact.REGISTRATION,
    "Vad har den för diarienummer?": Fact.REGISTRATION,
    "Diarienummer, tack": Fact.REGISTRATION,
    "What is its registration number?": Fact.REGISTRATION,
    "KF §?": Fact.PARAGRAPH,
    "Vilken paragraf antogs policyn på?": Fact.PARAGRAPH,
    "Vem är dokumentansvarig?": Fact.OWNER,
    "Vem äger policyn?": Fact.OWNER,
    "Vem förvaltar den?": Fact.OWNER,
    "Vem ansvarar för policyn?": Fact.OWNER,
    "Vad är giltighetstiden?": Fact.VALID_UNTIL,
}
ELSE = """
    När måste resan vara godkänd?
    När måste resan vara godkänd enligt policyn?
    När är en resa godkänd enligt policyn?
    När krävs det godkännande enligt policyn?
    När godkänns reseansökan?
    När fastställs budgeten för utbyten?
    När godkänner rektor utbytet?
    När brukar programmet fastställas?
    nar maste programmet vara godkant
    När antogs vänortsavtalet?
    when is my trip approved
    Vem godkänner tjänsteresor enligt resepolicyn?
    Vem får godkänna resor enligt policyn?
    Vilka hotell är godkända enligt resepolicyn?
    Vilka kostnader är godkända i programmet?
    Vem godkänner ansökan till Erasmusprogrammet?
    Vem fastställer budgeten för programmet?
    vem godkänner den?
    vem fastställer det?
    Vem äger projektet?
    Vem äger det som tas fram?
    Vem äger resultatet enligt policyn?
    Vem äger frågan om vänorter?
    Vilket diarienummer fick ansökan?
    Behöver det stå diarienummer på ansökan?
    Hur lång giltighetstid har det europeiska sjukförsäkringskortet?
    Finns det krav på passets giltighetstid?
    Vilken paragraf i skollagen gör det möjligt?
"""


@pytest.mark.parametrize(("question", "fact"), ITSELF.items())
def test_what_a_document_says_of_itself_is_asked_for(question: str, fact: Fact) -> None:
    assert fact in facts_of(question)


@pytest.mark.parametrize("question", [line.strip() for line in ELSE.strip().splitlines()])
def test_what_is_decided_or_owned_is_not_the_document(question: str) -> None:
    assert not facts_of(question)
