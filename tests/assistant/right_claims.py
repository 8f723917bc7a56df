"""What a good model would write for questions on the sample: claims that are right, each with the words that it rests on."""

from __future__ import annotations

GIFT = "hur mkt får en present till vänorten kosta"
FERRY = "Får jag flyga om samma resa kan göras med färja på sju timmar?"

RIGHT: dict[str, list[tuple[str, str]]] = {
    GIFT: [
        (
            "Officiella gåvor till en vänort får kosta högst 600 kronor per gåva och bör komma från en lokal tillverkare.",
            "En officiell gåva till en vänort får kosta högst 600 kronor och bör komma från en lokal tillverkare.",
        ),
        (
            "Gåvor som kommunen tar emot tillhör kommunen och ska registreras hos samordnaren.",
            "Gåvor som kommunen tar emot är kommunens och ska registreras hos samordnaren.",
        ),
    ],
    FERRY: [
        (
            "Resor som kan göras med tåg eller färja på högst åtta timmar ska inte göras med flyg.",
            "En resa som går att göra med tåg eller färja på högst åtta timmar ska inte göras med flyg.",
        ),
        (
            "Vid längre resor bör tåg väljas när det är rimligt med hänsyn till tid och kostnad.",
            "När resan är längre bör tåg väljas om det är rimligt med hänsyn till tid och kostnad.",
        ),
    ],
    "Hur många vuxna måste följa med på en elevresa?": [
        (
            "På varje elevresa ska minst två vuxna från skolan följa med, och det ska finnas minst en vuxen per tio elever.",
            "Minst två vuxna från skolan ska följa med på varje elevresa, och det ska finnas minst en vuxen per tio elever.",
        ),
    ],
    "får vi ta betalt av eleverna för resan när vi åker på utbyte?": [
        ("Deltagandet ska vara avgiftsfritt för eleven.", "Det ska vara avgiftsfritt för eleven att delta."),
        (
            "Skolan får inte ta ut avgift för resa, boende eller mat under ett utbyte och får inte heller ställa krav på att "
            "vårdnadshavare tar emot en gästelev.",
            "Under ett utbyte får skolan inte ta ut avgift för resa, boende eller mat.",
        ),
    ],
    "hur ofta träfas nätverkt": [
        (
            "Nätverket träffas fyra gånger per år, två gånger på våren och två gånger på hösten.",
            "Nätverket har möte fyra gånger per år: två gånger på våren och två gånger på hösten.",
        ),
        (
            "Den internationella samordnaren kallar senast två veckor i förväg.",
            "Kallelsen kommer från den internationella samordnaren senast två veckor i förväg.",
        ),
    ],
    "forstudibidrag hur mycket kan man fa": [
        (
            "Bidraget är högst 20 000 kronor per förstudie och kan sökas löpande under året.",
            "Bidraget är högst 20 000 kronor per förstudie, och det kan sökas löpande under året.",
        ),
        (
            "Förvaltningar kan söka förstudiebidrag för att förbereda en projektansökan, till exempel för att träffa en tänkt partner.",
            "Förvaltningar kan söka förstudiebidrag för att förbereda en projektansökan.",
        ),
    ],
    "nar ska jag lamna underlaget till samordnaren": [
        (
            "Senast den 31 januari varje år ska du lämna underlag om föregående års internationella arbete till den internationella "
            "samordnaren.",
            "Du ska lämna underlag om föregående års internationella arbete till den internationella samordnaren senast den 31 januari "
            "varje år.",
        ),
        (
            "Underlaget ska omfatta pågående och avslutade projekt, beviljade bidrag, utbyten och de viktigaste lärdomarna.",
            "Underlaget ska omfatta pågående och avslutade projekt, beviljade bidrag, utbyten och de viktigaste lärdomarna.",
        ),
    ],
    "kan man använnda bonuspoängen privat sen": [
        (
            "Bonuspoäng som tjänas in på en tjänsteresa får inte användas privat.",
            "Bonuspoäng från en tjänsteresa får inte användas privat.",
        ),
    ],
    "hur lange maste vi spara handlingarna fran projektet": [
        (
            "Projektets handlingar ska sparas i minst fem år efter det att slutrapporten har godkänts, om bidragsgivaren inte kräver "
            "längre tid.",
            "Projektets handlingar ska sparas i minst fem år efter att slutrapporten har godkänts, om inte bidragsgivaren kräver "
            "längre tid.",
        ),
    ],
    "Vem är kommunens främsta representant vid officiella internationella besök?": [
        (
            "Kommunfullmäktiges ordförande är kommunens främsta representant vid officiella internationella besök.",
            "Vid officiella internationella besök är kommunfullmäktiges ordförande kommunens främsta representant.",
        ),
    ],
    "betalar komunen för familjen om dom följer me på tjänsteresan": [
        (
            "Kostnader för medföljande familjemedlemmar ersätts inte.",
            "Kommunen ersätter inte kostnader för familjemedlemmar som följer med.",
        ),
    ],
    "Vad ingår inte i mitt uppdrag som kontaktperson?": [
        (
            "Du skriver inte projektansökningar åt andra och du ansvarar inte för projektens ekonomi.",
            "Du skriver inte projektansökningar åt andra och ansvarar inte för projektens ekonomi.",
        ),
        (
            "Du får inte heller ingå avtal eller avge löften för förvaltningens räkning.",
            "Du får inte ingå avtal eller avge löften för förvaltningens räkning.",
        ),
    ],
    "Hur långt innan avresan ska jag boka min tjänsteresa utomlands?": [
        ("Bokningen bör göras minst 21 dagar före avresan.", "Du bör boka minst 21 dagar före avresan."),
    ],
    "Vad måste finnas på plats innan vi kan föreslå fullmäktige ett nytt vänortsavtal?": [
        (
            "Innan ett förslag lämnas till kommunfullmäktige ska samordnaren ta fram ett underlag som visar syfte, inriktning, kostnader "
            "och vilka verksamheter som vill delta.",
            "Samordnaren ska ta fram ett underlag som visar syfte, inriktning, kostnader och vilka verksamheter som vill delta, innan ett "
            "förslag lämnas till kommunfullmäktige.",
        ),
    ],
}
"""Question → (a stretch of the document, the claim that it carries). Lindhamn asks."""
