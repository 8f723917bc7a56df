// Runs before Chainlit's script, which expects `global`, and which would otherwise begin in the dark whatever the reader's system says.
globalThis.global = globalThis;
try {
  if (!localStorage.getItem("vite-ui-theme")) localStorage.setItem("vite-ui-theme", "system");
} catch {
  // A browser that stores nothing still gets the chat.
}

// Chainlit's icon buttons and its question box have no names for a screen reader, or English ones.
const NAMES = {
  "chat-input": "Din fråga",
  "chat-submit": "Skicka frågan",
  "stop-button": "Avbryt",
  "new-chat-button": "Ny konversation",
  "theme-toggle": "Byt mellan ljust och mörkt läge",
};
new MutationObserver(() => {
  for (const [id, name] of Object.entries(NAMES)) {
    const control = document.getElementById(id);
    if (control && control.getAttribute("aria-label") !== name) control.setAttribute("aria-label", name);
  }
}).observe(document, { childList: true, subtree: true });
