// Shows how far a job has come without loading the page anew. Without this script the page reloads itself (see samordnare_framsteg.html).
"use strict";

const EVERY = 1500;

function follow(box) {
  const bar = box.querySelector("progress"), words = box.querySelector("[role=status]");
  async function look() {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      const now = await answer.json();
      if (!answer.ok || now.state !== "running") return location.reload();
      if (now.total) { bar.max = now.total; bar.value = now.done; }
      if (words.textContent !== now.text) words.textContent = now.text;
    } catch { /* the next look may find the server again */ }
    setTimeout(look, EVERY);
  }
  setTimeout(look, EVERY);
}

for (const box of document.querySelectorAll("[data-progress]")) follow(box);
