// Starts the behaviour of GOV.UK Frontend, and shows the part of a question that a radio button asks for.
import { initAll } from "./govuk/govuk-frontend.min.js";

initAll();

// GOV.UK's own script marks radio buttons as expandable, which assistive technology does not allow on them.
// A part that is hidden is not sent: what was typed there must not count as said.
function reveal(radios) {
  for (const radio of radios.querySelectorAll("[data-reveals]")) {
    const part = document.getElementById(radio.dataset.reveals);
    part.classList.toggle("govuk-radios__conditional--hidden", !radio.checked);
    for (const field of part.querySelectorAll("input, select, textarea")) field.disabled = !radio.checked;
  }
}

for (const radios of document.querySelectorAll(".govuk-radios")) {
  radios.addEventListener("change", () => reveal(radios));
  window.addEventListener("pageshow", () => reveal(radios));
  reveal(radios);
}
