// Saves a page two seconds after the last change, by the same address as its button. Until the server has
// answered, the page is kept in this browser, and offered again if it was closed first.
const WAIT = 2000;
const form = document.querySelector("form[data-autosave]");
const status = document.getElementById("pb-saved");
const key = form && `unsaved ${location.pathname}${form.dataset.autosave}`;
const OURS = ["csrf_token", "seen", "asked", "looked", "adding", "return"];
let timer, saving = false, again = false, stopped = false, leaving = false;

const entries = () => [...new FormData(form)].filter(([name, value]) => !OURS.includes(name) && typeof value === "string");
const drawn = form && JSON.stringify(entries());

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), entries: entries() }));
  } catch { /* a browser that keeps nothing still saves by the button */ }
}

function forget() {
  try { localStorage.removeItem(key); } catch { /* as above */ }
}

function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

async function save() {
  if (stopped || leaving) return;
  if (saving) { again = true; return; }
  saving = true;
  const sent = JSON.stringify(entries());
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST", body: new URLSearchParams([...new FormData(form), ["autosave", "yes"]]),
      headers: { Accept: "application/json" }, redirect: "error",
    });
    tell(answer.status, await answer.json(), sent);
  } catch {
    say("Not saved: the server does not answer. What you typed is kept in this browser. It is tried again.");
    timer = setTimeout(save, 5 * WAIT);
  }
  saving = false;
  if (again) { again = false; save(); }
}

function tell(code, said, sent) {
  if (code === 200 && said.saved) {
    form.elements.seen.value = said.seen;
    for (const name of said.overtaken) setAside(name);
    if (JSON.stringify(entries()) === sent) forget();
    say(said.overtaken.length ? `Saved at ${said.at}. Somebody else changed another answer on this page: reload to see it.` : `Saved at ${said.at}`);
  } else if (code === 409 && said.conflict) {
    stopped = true;
    say("Not saved by itself: somebody else changed this page. Press “Save and continue” to see both texts.");
  } else if (code === 422 && said.wrong) {
    const first = Object.values(said.wrong)[0] ?? "press “Save and continue” to look at what you typed.";
    say(`Not saved yet: ${first}`);
  } else {
    stopped = true;
    say(`Not saved: ${said.detail ?? "something went wrong."} Press “Save and continue”.`);
  }
}

// The other person's answer stands: this form must not send its older one again.
function setAside(name) {
  form.elements.asked.value = form.elements.asked.value.split(" ").filter((one) => one !== name).join(" ");
  const group = form.querySelector(`[data-question="${CSS.escape(name)}"]`);
  if (group) for (const field of group.querySelectorAll("input, select, textarea")) field.disabled = true;
}

function typed() {
  keep();
  clearTimeout(timer);
  timer = setTimeout(save, WAIT);
}

function offer() {
  let kept;
  try { kept = JSON.parse(localStorage.getItem(key)); } catch { kept = null; }
  if (!kept) return;
  if (JSON.stringify(kept.entries) === drawn) { forget(); return; }
  const at = new Date(kept.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
  const box = document.createElement("div");
  box.className = "govuk-inset-text";
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Text you typed and did not save");
  box.innerHTML = '<p class="govuk-body"></p><div class="govuk-button-group"><button type="button" class="govuk-button govuk-button--secondary">Restore it</button><button type="button" class="govuk-button govuk-button--secondary">Forget it</button></div>';
  box.querySelector("p").textContent = `On ${at} you typed on this page and it was not saved.`;
  const [restore, drop] = box.querySelectorAll("button");
  restore.addEventListener("click", () => {
    const left = put(kept.entries);
    if (left.length) showLeft(box, left);
    else box.remove();
    typed();
  });
  drop.addEventListener("click", () => { forget(); box.remove(); });
  form.before(box);
}

// What has no place on the page any more (a row that was drawn anew) is shown, to be copied.
function showLeft(box, left) {
  const words = document.createElement("p");
  words.className = "govuk-body pb-as-typed";
  words.textContent = `These texts have no place on the page any more. Copy them:\n${left.join("\n")}`;
  box.replaceChildren(words);
}

// Puts kept texts back into their fields; returns those that have none.
function put(kept) {
  const values = new Map();
  for (const [name, value] of kept) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || OURS.includes(field.name) || field.type === "hidden") continue;
    const texts = values.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = texts.includes(field.value);
    else field.value = texts[0] ?? "";
    if (field.type === "radio" && field.checked) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return kept.filter(([name, value]) => value && !form.elements[name]).map(([, value]) => value);
}

if (form && !form.elements.looked) {
  offer();
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  // Until its answer has come the page stays kept here; the next page that is drawn forgets it.
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); keep(); try { sessionStorage.setItem("sent", key); } catch { /* as above */ } });
}
try {
  const sent = sessionStorage.getItem("sent");
  if (sent && !document.querySelector(".govuk-error-summary")) {
    if (sent !== key) localStorage.removeItem(sent);
    sessionStorage.removeItem("sent");
  }
} catch { /* as above */ }
