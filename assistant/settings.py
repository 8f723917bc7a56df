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
    as_of: date | None = Field(default=None, description="Dag som giltighet bedöms för, annars i dag")
    embedding_url: str | None = Field(default=None, description="Adress till en OpenAI-kompatibel tjänst för sökvektorer")
    embedding_model: str | None = Field(default=None, description="Dess modell")
    embedding_key: SecretStr | None = Field(default=None, description="Dess nyckel")
    controller: str | None = Field(default=None, description="Personuppgiftsansvarig, med kontaktuppgift, för sidan Om")
    data_protection_officer: str | None = Field(default=None, description="Dataskyddsombudets kontaktuppgift, för sidan Om")
    contact: str | None = Field(default=None, description="Vem som svarar på frågor om tjänsten och tar emot brister, för sidan Om")
