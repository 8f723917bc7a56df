// A link to a section that is gone says so and offers the nearest. Only the browser knows the anchor: it asks what became of it.
const told = document.getElementById("borta");
const root = document.querySelector('meta[property="og:root_path"]').content; // the path that a proxy shows us under

function anchor() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return location.hash.slice(1); // not written as an address should be: then as it stands
  }
}

async function look() {
  const sought = anchor();
  told.replaceChildren();
  if (!sought || document.getElementById(sought)) return;
  let found = { now: null, heading: null, earlier: null, nearest: [] };
  try {
    const answer = await fetch(`${root}/avsnitt/${told.dataset.document.split("/").map(encodeURIComponent).join("/")}?${new URLSearchParams({ ankare: sought })}`);
    if (answer.ok) found = await answer.json();
  } catch {
    // Without an answer it is still said that the section is not here.
  }
  if (found.now) return location.replace(root + found.now);
  const said = found.heading
    ? `Avsnittet ”${found.heading}” finns inte längre${told.dataset.gone ? "" : " i dokumentet"}.`
    : `Avsnittet som länken leder till finns inte${told.dataset.gone ? " kvar" : " i dokumentet"}. Det kan ha bytt namn eller tagits bort.`;
  told.append(paragraph(said));
  if (found.nearest.length) {
    told.append(paragraph(found.nearest.length === 1 ? "Det här avsnittet ligger närmast:" : "De här avsnitten ligger närmast:"), list(found.nearest));
  } else {
    told.append(paragraph(`Inget avsnitt ${told.dataset.gone ? "som finns nu" : "i dokumentet"} liknar det.`));
  }
  if (found.earlier) {
    const way = paragraph("");
    way.append(link("Läs avsnittet som det var när det citerades", found.earlier));
    told.append(way);
  }
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}

function link(text, address) {
  return Object.assign(document.createElement("a"), { textContent: text, href: root + address });
}

function list(sections) {
  const all = document.createElement("ul");
  for (const section of sections) {
    const item = document.createElement("li");
    item.append(link(told.dataset.gone ? `${section.document}: ${section.heading}` : section.heading, section.url));
    all.append(item);
  }
  return all;
}

addEventListener("hashchange", look);
look();
