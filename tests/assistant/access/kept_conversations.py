"""A data layer of Chainlit's with Anna's conversation, which notes what is asked of it. To be imported when Chainlit is configured."""

from __future__ import annotations

from typing import Any

from annas import ANNA, FEEDBACK, SECRET, STEP, THREAD, owner_of
from chainlit.data.base import BaseDataLayer
from chainlit.types import PageInfo, PaginatedResponse
from chainlit.user import PersistedUser


class Noting(BaseDataLayer):
    """Does what it is told and notes what concerns Anna's things in `touched`: it trusts its caller, so that the gate is what is tested."""

    def __init__(self) -> None:
        self.touched: list[str] = []
        self.steps: list[dict[str, Any]] = []

    def _note(self, what: str, *about: Any) -> None:
        if any(id_ in str(about) for id_ in (THREAD, STEP, FEEDBACK)):
            self.touched.append(what)

    async def get_user(self, identifier: str) -> PersistedUser:
        return PersistedUser(id=identifier, createdAt="2026-11-22", identifier=identifier)

    async def create_user(self, user: Any) -> PersistedUser:
        return await self.get_user(user.identifier)

    async def delete_feedback(self, feedback_id: str) -> bool:
        self._note("delete_feedback", feedback_id)
        return True

    async def upsert_feedback(self, feedback: Any) -> str:
        self._note("upsert_feedback", feedback)
        return FEEDBACK

    async def create_element(self, element: Any) -> None:
        self._note("create_element", element)

    async def get_element(self, thread_id: str, element_id: str) -> Any:
        self._note("get_element", thread_id)
        return {"name": SECRET}

    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        self._note("delete_element", thread_id)

    async def create_step(self, step_dict: Any) -> None:
        self._note("create_step", step_dict)
        self.steps.append(step_dict)

    async def update_step(self, step_dict: Any) -> None:
        self._note("update_step", step_dict)

    async def delete_step(self, step_id: str) -> None:
        self._note("delete_step", step_id)

    async def get_thread_author(self, thread_id: str) -> str:
        return owner_of("thread", thread_id) or ""

    async def delete_thread(self, thread_id: str) -> None:
        self._note("delete_thread", thread_id)

    async def list_threads(self, pagination: Any, filters: Any) -> Any:
        mine = [{"id": THREAD, "name": SECRET}] if filters.userId == ANNA else []
        return PaginatedResponse(pageInfo=PageInfo(False, None, None), data=mine)

    async def get_thread(self, thread_id: str) -> Any:
        self._note("get_thread", thread_id)
        known = thread_id == THREAD
        steps = [{"id": STEP, "type": "user_message", "output": SECRET, "createdAt": "2026-11-22"}]
        return {"id": THREAD, "userIdentifier": ANNA, "steps": steps, "metadata": {"is_shared": True}} if known else None

    async def update_thread(self, thread_id: str, *changes: Any, **named: Any) -> None:
        self._note("update_thread", thread_id)

    async def build_debug_url(self) -> str:
        return ""

    async def close(self) -> None:
        pass

    async def get_favorite_steps(self, user_id: str) -> list[Any]:
        self._note("get_favorite_steps", user_id)
        return [{"id": STEP, "output": SECRET}]
