// Long lists can be searched by name, alias and citation. Without this script they are plain lists.
const plain = (text) =>
  text.toLowerCase().replaceAll("&", " and ").normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/\b(?:sections?|ss?\.?) ?(?=\d)/g, "s").replace(/\b(?:art(?:icle)?s?\.?) ?(?=\d)/g, "art ")
    .replace(/[.,:;()'’‘“”"/-]/g, " ").replace(/\s+/g, " ").trim();

const holdsAll = (text, wanted) => wanted.split(" ").every((word) => text.includes(word));

function filterBoxes(group) {
  const filter = group.querySelector("[data-filter]");
  if (!filter) return;
  const [input, status] = [filter.querySelector("input"), filter.querySelector("[role=status]")];
  const rows = [...group.querySelectorAll(".govuk-checkboxes__item")].map((row) => ({
    row, box: row.querySelector("input"), text: plain(`${row.textContent} ${row.dataset.also ?? ""}`),
  }));
  const show = () => {
    const wanted = plain(input.value);
    let found = 0;
    for (const { row, box, text } of rows) {
      const fits = holdsAll(text, wanted);
      found += fits;
      row.hidden = !fits && !box.checked;
    }
    for (const heading of group.querySelectorAll(".pb-group")) heading.hidden = wanted !== "";
    status.textContent = wanted ? `${found} found. What is selected stays in view.` : "";
  };
  input.removeAttribute("name");
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  filter.hidden = false;
}

function searchable(select) {
  const options = [...select.options].filter((option) => option.value !== "");
  const texts = new Map(options.map((option) => [option.text, plain(`${option.text} ${option.dataset.also ?? ""}`)]));
  const label = document.querySelector(`label[for="${select.id}"]`);
  const described = select.getAttribute("aria-describedby");
  window.accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    name: select.dataset.typed,
    defaultValue: select.value ? select.selectedOptions[0].text : select.dataset.typedText,
    showAllValues: true,
    autoselect: false,
    confirmOnBlur: false,
    dropdownArrow: () => "",
    source: (query, fill) => {
      const wanted = plain(query);
      const starts = [], holds = [];
      for (const [text, words] of texts) {
        if (holdsAll(words, wanted)) (plain(text).startsWith(wanted) ? starts : holds).push(text);
      }
      fill([...starts, ...holds]);
    },
    onConfirm: (text) => choose(text),
  });
  const input = document.getElementById(select.id);
  const field = input === select ? select.parentElement.querySelector("input[role=combobox]") : input;
  const choose = (text) => {
    const option = options.find((one) => one.text === text);
    select.value = option ? option.value : "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  if (described) field.setAttribute("aria-describedby", `${described} ${field.getAttribute("aria-describedby") ?? ""}`.trim());
  field.addEventListener("input", () => choose(field.value));
  if (label) label.htmlFor = field.id;
}

for (const group of document.querySelectorAll("fieldset")) filterBoxes(group);
if (window.accessibleAutocomplete) for (const select of document.querySelectorAll("select[data-search]")) searchable(select);
