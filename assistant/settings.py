"""The settings, from the environment. The only module that reads it: every name begins with ASSISTANT_."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set. Unknown names are passed over by design: other programs share the environment."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="ignore")

    home: Path = Field(default=Path(".assistant"), description="Mapp för allt som skrivs")
    host: str = Field(default="127.0.0.1", description="Adress som chatten lyssnar på")
    port: int = Field(default=8000, ge=1, le=65535, description="Port som chatten lyssnar på")
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s?#]+(/[A-Za-z0-9_][A-Za-z0-9_.~-]*)*/?$",
        description="Adressen som webbläsare når chatten på, med sökväg om den har en",
    )
    proxies: str = Field(default="", description="Adresser eller nät som en betrodd proxy har, med komma emellan")
    proxy_user_header: str | None = Field(default=None, description="Huvudet där proxyn anger vem som är inloggad")
    proxy_roles_header: str | None = Field(default=None, description="Huvudet där proxyn anger personens roller, med komma emellan")
    roles: str = Field(default="", description="Vad roller betyder: Approll=user:Kommun, Approll=coordinator:Kommun")
    oidc_issuer: str | None = Field(default=None, description="Inloggningstjänstens issuer")
    oidc_client_id: str | None = Field(default=None, description="Chattens klient-id hos inloggningstjänsten")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Dess hemlighet")
    oidc_tenants: str = Field(default="", description="Tenanter som släpps in: id=Kommun, id=Kommun")
    threshold: float | None = Field(
        default=None, ge=0, le=1, description="Hur säker assistenten måste vara för att svara, annars den anpassade"
    )
    as_of: date | None = Field(default=None, description="Dag som giltighet bedöms för, annars i dag")
    embedding_url: str | None = Field(default=None, description="Adress till en OpenAI-kompatibel tjänst för sökvektorer")
    embedding_model: str | None = Field(default=None, description="Dess modell")
    embedding_key: SecretStr | None = Field(default=None, description="Dess nyckel")
    model: str | None = Field(default=None, description="Språkmodell som skriver svar, med det namn som tjänsten ger den")
    model_url: str | None = Field(default=None, pattern=r"^https?://\S+$", description="Adress till en OpenAI-kompatibel tjänst för den")
    model_key: SecretStr | None = Field(default=None, description="Dess nyckel")
    model_temperature: float = Field(default=0.0, ge=0, le=2, description="Hur fritt den väljer ord, 0 minst fritt")
    model_seconds: float = Field(default=20.0, gt=0, le=600, description="Sekunder som en fråga får ta i allt")
    model_max_tokens: int = Field(default=1_500, ge=50, description="Token som ett svar från den får ha")
    model_tokens_per_question: int = Field(
        default=12_000, ge=500, description="Token som en fråga får kosta, frågan och underlaget inräknade"
    )
    model_tokens_per_day: int = Field(default=1_000_000, ge=0, description="Token som alla frågor tillsammans får kosta på en dag")

    database: SecretStr | None = Field(default=None, description="Databas för samtal och återkoppling, annars en fil i mappen")
    gallring_samtal: int | None = Field(default=None, ge=1, description="Dagar som samtal sparas")
    gallring_samtal_beslut: str | None = Field(default=None, description="Beslutet om det")
    gallring_svarslogg: int | None = Field(default=None, ge=1, description="Dagar som svarsloggen sparas")
    gallring_svarslogg_beslut: str | None = Field(default=None, description="Beslutet om det")
    gallring_aterkoppling: int | None = Field(default=None, ge=1, description="Dagar som återkoppling och skickade frågor sparas")
    gallring_aterkoppling_beslut: str | None = Field(default=None, description="Beslutet om det")
    gallring_utvardering: int | None = Field(default=None, ge=1, description="Dagar som utvärderingens körningar sparas")
    gallring_utvardering_beslut: str | None = Field(default=None, description="Beslutet om det")
    gallring_versioner: int | None = Field(default=None, ge=1, description="Dagar som citerade versioner av dokument minst sparas")
    gallring_versioner_beslut: str | None = Field(default=None, description="Beslutet om det")

    controller: str | None = Field(default=None, description="Personuppgiftsansvarig, med kontaktuppgift, för sidan Om")
    data_protection_officer: str | None = Field(default=None, description="Dataskyddsombudets kontaktuppgift, för sidan Om")
    contact: str | None = Field(default=None, description="Vem som svarar på frågor om tjänsten och tar emot brister, för sidan Om")
