// Shows how far a document is, without loading the page again; at its end the page is loaded once more.
const OFTEN = 1500, SELDOM = 15000;
const place = document.querySelector("[data-look]");
const bar = document.getElementById("pb-progress");
const done = document.getElementById("pb-done");
const said = document.getElementById("pb-said");
let wait = OFTEN, quarter = bar ? Math.floor(4 * bar.position) : 0;

// Many who wait do not ask in step.
function later() {
  setTimeout(look, wait * (0.75 + Math.random() / 2));
}

function say(text) {
  if (said.textContent !== text) said.textContent = text;
}

async function look() {
  if (document.hidden) { later(); return; }
  try {
    const answer = await fetch(place.dataset.look, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (!now.open || now.stuck && !document.getElementById("pb-stuck")) { location.reload(); return; }
    show(now);
    wait = OFTEN;
  } catch {
    wait = Math.min(2 * wait, SELDOM);
    say("The server does not answer. It is asked again.");
  }
  later();
}

// A screen reader is told at each quarter, not at each part.
function show(now) {
  bar.value = now.done;
  done.textContent = now.done;
  const reached = Math.floor(4 * bar.position);
  if (now.state !== place.dataset.state || said.textContent.startsWith("The server")) say(now.said);
  else if (reached > quarter) say(`${now.said} ${now.done} of ${now.parts} parts are made.`);
  place.dataset.state = now.state;
  quarter = reached;
}

if (place) {
  document.getElementById("pb-look-again").hidden = true;
  later();
}
