// What Chainlit's page lacks. Runs before Chainlit's script, which expects `global`, and which would otherwise begin in the dark whatever the
// reader's system says.
globalThis.global = globalThis;
try {
  if (!localStorage.getItem("vite-ui-theme")) localStorage.setItem("vite-ui-theme", "system");
} catch {
  // A browser that stores nothing still gets the chat.
}

const ROOT = document.querySelector('meta[property="og:root_path"]').content; // the path that a proxy shows us under
const LONGEST = 2000; // characters of a question, as in assistant/chat.py
const COUNT_FROM = 1600;
const SITE = "\ue000"; // stands for this site's address in a text to copy, as in assistant/chat.py

// Chainlit's icon buttons and its question box have no names for a screen reader, or English ones.
const NAMES = {
  "chat-input": "Din fråga",
  "chat-submit": "Skicka frågan",
  "stop-button": "Avbryt",
  "new-chat-button": "Ny konversation",
  "theme-toggle": "Byt mellan ljust och mörkt läge",
  "sidebar-trigger-button": "Tidigare konversationer",
  "search-chats-button": "Sök bland konversationer",
  "thread-options": "Byt namn eller ta bort",
};
const NOTICES = { "Giltighet": "validity", "Fråga vidare": "contact", "Saknas": "missing", "Vems dokument": "scope" };

function name(id, label) {
  for (const control of document.querySelectorAll(`#${id}`)) { // some stand twice: in the header and in the list of conversations
    if (control.getAttribute("aria-label") !== label) control.setAttribute("aria-label", label);
  }
}

function mend() {
  for (const [id, label] of Object.entries(NAMES)) name(id, label);
  for (const label of document.querySelectorAll("#theme-toggle .sr-only")) {
    if (label.textContent !== NAMES["theme-toggle"]) label.textContent = NAMES["theme-toggle"];
  }
  for (const arrow of document.querySelectorAll("#root button:not([aria-label]) > svg.lucide-arrow-down")) {
    arrow.parentElement.setAttribute("aria-label", "Till det senaste");
  }
  for (const image of document.querySelectorAll('.ai-message img[alt^="Avatar"]')) image.alt = ""; // the same before every answer
  for (const paragraph of document.querySelectorAll('.prose [role="article"]')) paragraph.removeAttribute("role"); // a paragraph is no article
  for (const box of document.querySelectorAll(".prose > div:not([class]):is([data-box], :not([role]))")) label(box);
  for (const button of document.querySelectorAll(".ai-message button[id]")) sort(button);
  mend_list();
  under_the_box();
  announce();
  count();
}

// The list of conversations: Swedish names, and its menus by keyboard too.
function mend_list() {
  for (const rail of document.querySelectorAll('[data-sidebar="rail"][aria-label="Toggle Sidebar"]')) {
    rail.setAttribute("aria-label", NAMES["sidebar-trigger-button"]);
    rail.removeAttribute("title");
  }
  for (const list of document.querySelectorAll('[data-sidebar="sidebar"]:not([aria-label])')) {
    list.setAttribute("aria-label", NAMES["sidebar-trigger-button"]); // a dialog on a small screen, whose title is nowhere; else part of the page
    if (list.getAttribute("role") === "dialog") for (const id of ["aria-labelledby", "aria-describedby"]) list.removeAttribute(id);
    else list.setAttribute("role", "navigation");
  }
  for (const row of document.querySelectorAll('ul[data-sidebar="menu"] > div:not([role])')) row.setAttribute("role", "listitem");
  for (const close of document.querySelectorAll('[role="dialog"] button > .sr-only')) if (close.textContent === "Close") close.textContent = "Stäng";
  for (const options of document.querySelectorAll("div#thread-options:not([tabindex])")) {
    options.tabIndex = 0;
    options.setAttribute("role", "button");
    options.closest("button")?.setAttribute("tabindex", "-1"); // the link around it is enough
  }
}

// Chainlit shows a new answer without a word to a screen reader: its first paragraph is read.
// While a language model writes, the first paragraph tells what goes on, in italics: that is read until the answer stands there.
let announced = null;
function announce() {
  const latest = [...document.querySelectorAll(".ai-message .prose")].at(-1);
  if (!latest || latest === announced) return;
  const first = latest.firstElementChild;
  const heard = document.getElementById("heard");
  if (first?.querySelector(":scope > :is(em, .italic):only-child") && first.textContent === first.firstElementChild.textContent) {
    if (heard.textContent !== first.textContent) heard.textContent = first.textContent;
    return;
  }
  announced = latest;
  heard.textContent = `Nytt svar: ${first?.textContent ?? ""}`;
  if (latest.offsetHeight < innerHeight / 3) { // thanks and the like, and a reply: seen at once, when what is above it has its place
    setTimeout(() => latest.closest(".ai-message")?.scrollIntoView({ block: "nearest" }), 200);
  }
}

// A `:::name` block comes out as a <div> without a name: what is in it tells which it is. While an answer is written one becomes another.
function label(box) {
  const source = box.querySelector('a[href*="#giltighet-"]');
  const bold = !source && box.querySelector(":scope > div > .font-bold");
  const kind = source ? "source" : bold ? NOTICES[bold.textContent.replace(":", "").trim()] || "notice" : "nearest";
  if (box.dataset.box === kind) return;
  box.dataset.box = kind;
  if (bold) box.setAttribute("role", "note");
  else box.removeAttribute("role");
}

// The icon of a button tells what kind it is.
function sort(button) {
  const icon = button.querySelector("svg")?.classList;
  if (icon?.contains("lucide-corner-down-right")) button.dataset.kind = "follow-up";
  else if (icon?.contains("lucide-send")) button.dataset.kind = "forward";
  else if (icon) button.dataset.kind ??= "tool";
}

// What every page says at its foot stands right under the question box here.
function under_the_box() {
  const composer = document.getElementById("message-composer");
  if (!composer || document.getElementById("under")) return;
  const line = document.querySelector("footer.site > p");
  if (line && !under_the_box.text) {
    under_the_box.text = line.textContent.trim();
    if (line.nextElementSibling) line.remove();
    else line.parentElement.remove();
  }
  composer.after(Object.assign(document.createElement("p"), { id: "under", textContent: under_the_box.text }));
}

function count() {
  const box = document.getElementById("chat-input");
  const composer = document.getElementById("message-composer");
  if (!box || !composer) return;
  let counter = document.getElementById("counter");
  if (!counter) {
    counter = Object.assign(document.createElement("p"), { id: "counter", hidden: true });
    counter.setAttribute("role", "status");
    composer.after(counter);
    box.addEventListener("input", count);
  }
  const length = box.value.length;
  const text = length > LONGEST
    ? `Frågan är ${(length - LONGEST).toLocaleString("sv-SE")} tecken för lång.`
    : `${length.toLocaleString("sv-SE")} av ${LONGEST.toLocaleString("sv-SE")} tecken`;
  const hidden = length < COUNT_FROM;
  if (counter.hidden !== hidden) counter.hidden = hidden;
  if (!hidden && counter.textContent !== text) counter.textContent = text;
  counter.classList.toggle("over", length > LONGEST);
}

// The first questions show at once, since a role need not be chosen; those of a role that was chosen in this tab show instead.
const ROLES = "#starters > div:first-child button";
function open_role() {
  const starters = document.getElementById("starters");
  if (!starters || starters.dataset.opened) return;
  starters.dataset.opened = "yes";
  const all = [...starters.querySelectorAll(ROLES)];
  if (starters.children.length === 1) (all.find((role) => role.textContent === chosen_role()) ?? all[0])?.click();
}

// The role goes with what is passed on and judged (see assistant/starters.py); the first questions are no role.
document.addEventListener("click", (event) => {
  const role = event.isTrusted && event.target.closest?.(ROLES);
  if (role) remember_role(role.classList.contains("bg-primary") ? null : role.textContent);
}, true);

let role_here = null; // where the browser stores nothing
function remember_role(role) {
  role_here = role;
  try {
    if (role) sessionStorage.setItem("role", role);
    else sessionStorage.removeItem("role");
  } catch {
    // It lasts as long as the page.
  }
}

function chosen_role() {
  try {
    return sessionStorage.getItem("role") ?? role_here;
  } catch {
    return role_here;
  }
}

let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    mend();
    open_role();
  });
}).observe(document, { childList: true, subtree: true });

// An answer's links begin with "/", as they are stored: the path goes before them when they show, also when Chainlit draws one anew.
function root_links() {
  for (const link of document.querySelectorAll('.prose a[href^="/"]:not([href^="//"])')) {
    const address = link.getAttribute("href");
    if (address !== ROOT && !address.startsWith(`${ROOT}/`)) link.setAttribute("href", ROOT + address);
  }
}
if (ROOT) new MutationObserver(root_links).observe(document, { childList: true, subtree: true, attributeFilter: ["href"] });

// --- A dialog of our own: the native element keeps the focus inside, closes at Esc and gives the focus back.
function dialog(heading, ...content) {
  const box = document.createElement("dialog");
  box.className = "window";
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Stäng", className: "close" });
  close.addEventListener("click", () => box.close());
  box.setAttribute("aria-labelledby", heading.id);
  box.append(close, ...content);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}

function titled(text) {
  return Object.assign(document.createElement("h2"), { id: "window-title", textContent: text });
}

// --- A marker opens its source card. With Ctrl or the middle button it is the link it looks like: the reading page.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(`.prose a[href^="${ROOT}/dokument/"][href*="#"]`);
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show_source(link);
});

async function show_source(link) {
  const address = new URL(link.href);
  const query = new URLSearchParams({
    avsnitt: decodeURIComponent(address.hash.slice(1)),
    citat: address.searchParams.get("citat") || "",
  });
  try {
    const answer = await fetch(`${ROOT}/kalla/${address.pathname.slice(`${ROOT}/dokument/`.length)}?${query}`);
    const card = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("kort");
    if (!card) throw new Error("no card");
    for (const way of card.querySelectorAll("a")) way.target = "_blank";
    const heading = Object.assign(document.createElement("h2"), { id: "kort-rubrik" });
    heading.append(...card.querySelector("h1").childNodes);
    card.querySelector("h1").replaceWith(heading);
    const box = dialog(heading, document.adoptNode(card));
    box.classList.add("source");
    box.addEventListener("close", () => focus_again(link));
  } catch {
    window.open(link.href, "_blank"); // the reading page tells what is wrong
  }
}

// Chainlit may have drawn the answer anew meanwhile: then the link that has taken the marker's place gets the focus.
function focus_again(link) {
  const same = (other) => other.getAttribute("href") === link.getAttribute("href") && other.textContent === link.textContent;
  const now = link.isConnected ? link : [...document.querySelectorAll(".prose a")].filter(same).at(-1);
  now?.focus();
}

// When Chainlit has kept a new conversation it goes to the conversation's own address and draws everything anew, with the focus in the question
// box. That may be after the answer has come: who stood on one of its links still does then, and what was being written is still there.
let stands_on = null;
document.addEventListener("focusin", (event) => {
  if (stands_on === null || stands_on.isConnected) stands_on = event.target.closest?.(".prose a") ?? null;
});
document.addEventListener("pointerdown", () => (stands_on = null), true);

// It draws everything anew shortly after the first time too. What is typed while there is no box is kept for the next one.
let question_box = null;
let typed_between = "";
let asked = null; // what was sent stays behind in a box that goes with it, and is no draft
const sends = (event) => (event.type === "click" ? event.target.closest?.("#chat-submit") : event.target === question_box && event.key === "Enter");
for (const kind of ["click", "keydown"]) {
  document.addEventListener(kind, (event) => sends(event) && (asked = question_box?.value), true);
}
document.addEventListener("keydown", (event) => {
  const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (letter && event.target === document.body && question_box && !question_box.isConnected) typed_between += event.key;
});

function write_again(box) {
  const left = question_box?.value ?? "";
  const draft = (left === asked ? "" : left) + typed_between;
  question_box = box;
  typed_between = "";
  asked = null;
  if (draft && !box.value) type(box, draft);
}

new MutationObserver(() => {
  if (stands_on && !stands_on.isConnected) focus_again(stands_on);
  const box = document.getElementById("chat-input");
  if (box && box !== question_box) write_again(box);
}).observe(document, { childList: true, subtree: true });

// --- Buttons that need the browser: Chainlit sends every tap on a button to the server, and some are answered or completed here.
const WITH_ROLE = ["vidare", "till_hjalp", "inte_till_hjalp", "orsak", "kommentar"];
const fetch_as_it_was = globalThis.fetch;
globalThis.fetch = async (resource, options) => {
  if (/\/project\/settings(\?|$)/.test(String(resource?.url ?? resource))) {
    const answer = await fetch_as_it_was(resource, options);
    wait_for_starters(answer.clone(), () => fetch_as_it_was(resource, options));
    return answer;
  }
  if (String(resource?.url ?? resource).endsWith("/project/action") && typeof options?.body === "string") {
    const asked = JSON.parse(options.body);
    if (asked.action?.name === "kopiera") return done(copy(asked.action.payload.text));
    if (asked.action?.name === "kommentar") {
      const words = await ask_for_words();
      if (!words) return done();
      asked.action.payload.words = words;
    }
    if (WITH_ROLE.includes(asked.action?.name)) {
      asked.action.payload.role = chosen_role();
      return fetch_as_it_was(resource, { ...options, body: JSON.stringify(asked) });
    }
  }
  return fetch_as_it_was(resource, options);
};

// --- The first time that documents are used, the questions to begin with are still being tried when the page shows: they come when they
// are ready. Chainlit asks for them once, so they are put here then, in the same form.
async function wait_for_starters(answer, ask_again) {
  try {
    for (let times = 0; times < 100; times++) {
      const categories = answer.ok ? (await answer.json()).starterCategories : [];
      if (categories.length) return times && show_starters(categories);
      await new Promise((later) => setTimeout(later, 3000));
      if (document.querySelector("#root .step")) return; // the conversation has begun
      answer = await ask_again();
    }
  } catch {
    // Nothing is offered: the question box is there all the same.
  }
}

function show_starters(categories) {
  const under = document.getElementById("under");
  if (!under || document.getElementById("starters") || document.querySelector("#root .step")) return;
  const [starters, roles, questions] = [1, 2, 3].map(() => document.createElement("div"));
  Object.assign(starters, { id: "starters", className: "late" }).append(roles);
  for (const { label, starters: own } of categories) {
    const role = button(label, () => {
      const opened = role.classList.contains("bg-primary");
      for (const other of roles.children) other.classList.remove("bg-primary");
      role.classList.toggle("bg-primary", !opened);
      questions.replaceChildren(...(opened ? [] : own.map((starter) => button(starter.label, () => ask(starter.message)))));
      if (opened) questions.remove();
      else starters.append(questions);
    });
    roles.append(role);
  }
  under.parentElement.append(starters);
}

function button(label, pressed) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  made.addEventListener("click", pressed);
  return made;
}

function type(box, words) {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, words); // past Chainlit's own, which would not notice
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function ask(question) {
  const box = document.getElementById("chat-input");
  type(box, question);
  box.focus();
  setTimeout(() => document.getElementById("chat-submit")?.click(), 50); // when it has noticed
}

async function done(work) {
  await work;
  return new Response(JSON.stringify({ success: true }), { headers: { "Content-Type": "application/json" } });
}

async function copy(text) {
  const whole = text.replaceAll(SITE, location.origin + ROOT);
  try {
    await navigator.clipboard.writeText(whole);
    tell("Svaret är kopierat med källor.");
  } catch {
    // Browsers let only pages from this machine or over https copy by themselves.
    const heading = titled("Kopiera svaret härifrån");
    const box = Object.assign(document.createElement("textarea"), { value: whole, readOnly: true, rows: 12 });
    box.setAttribute("aria-labelledby", heading.id);
    dialog(heading, heading, box);
    box.select();
  }
}

function tell(text) {
  const said = document.getElementById("said");
  said.textContent = text;
  setTimeout(() => { if (said.textContent === text) said.textContent = ""; }, 6000);
}

function ask_for_words() {
  return new Promise((resolve) => {
    const heading = titled("Vad kan bli bättre?");
    const form = document.createElement("form");
    form.method = "dialog";
    const hint = Object.assign(document.createElement("p"), { id: "words-hint", textContent: "Skriv inga namn eller uppgifter om elever." });
    const box = Object.assign(document.createElement("textarea"), { rows: 5, maxLength: 1000, required: true });
    box.setAttribute("aria-labelledby", heading.id);
    box.setAttribute("aria-describedby", hint.id);
    const send = Object.assign(document.createElement("button"), { textContent: "Skicka", className: "main" });
    let words = "";
    form.addEventListener("submit", () => { words = box.value.trim(); });
    form.append(box, hint, send);
    dialog(heading, heading, form).addEventListener("close", () => resolve(words));
    box.focus();
  });
}
