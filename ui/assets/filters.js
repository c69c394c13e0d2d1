// What a question is narrowed to: a menu beside the box, and a chip for each choice.
import { $, $$, beside, el, icon } from "./dom.js";

const NAMES = {
  author: "Author",
  publisher: "Publisher",
  document: "Document",
  published_from: "From",
  published_to: "To",
};
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const chosen = {}; // name -> value
const known = { author: [], publisher: [] }; // as they are compared
const nowhere = new Set(); // the filters that no document fits
const titles = new Map(); // what the document box shows -> the document's id
let server = null;
let typing = 0;

export function startFilters(link) {
  server = link;
  const menu = $("#filters");
  beside(menu, $("#filter"), true);
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "open") $("input", menu).focus();
    else read();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      done();
    }
  });
  $$("input", menu).forEach((box) => box.addEventListener("change", read));
  $("#filters-done").addEventListener("click", done);
  $("#no-filters").addEventListener("click", () => {
    $$("input", menu).forEach((box) => (box.value = ""));
    read();
  });
  $('input[name="document"]', menu).addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => suggest(event.target.value), 150);
  });
}

export function offer(facets) {
  for (const name of ["authors", "publishers"]) {
    const options = facets[name].map(([value, count]) => el("option", { value }, `${value} (${count})`));
    $(`#${name}`).replaceChildren(...options);
    known[name.slice(0, -1)] = facets[name].map(([value]) => folded(value));
  }
  const span = [facets.first, facets.last].filter(Boolean).map((date) => date.slice(0, 4));
  const years = span[0] === span[1] ? span[0] : span.join(" to ");
  const count = facets.documents === 1 ? "1 document" : `${facets.documents.toLocaleString("en")} documents`;
  $("#filter-count").textContent = years ? `${count}, ${years}` : count;
  suggest("");
}

const folded = (text) => text.normalize("NFKC").toUpperCase().toLowerCase().split(/\s+/).join(" ");

export const filters = () => ({ ...chosen });

export function only(id, title) {
  titles.set(title, id);
  $('#filters input[name="document"]').value = title;
  read();
}

// The filters of a kept question, put back into the menu.
export function restore(values) {
  for (const name of Object.keys(NAMES)) {
    const value = values?.[name] ?? "";
    if (name === "document" && value) titles.set(value, value);
    $(`#filters input[name="${name}"]`).value = value;
  }
  read();
}

async function suggest(words) {
  let found = [];
  try {
    found = await server.documents(words);
  } catch {
    return; // the menu works without suggestions
  }
  const options = found.map(([id, title]) => {
    // Two works may have one title.
    const name = found.filter((one) => one[1] === title).length > 1 || !title ? id : title;
    titles.set(name, id);
    return el("option", { value: name }, id);
  });
  $("#documents").replaceChildren(...options);
}

function done() {
  if (!read()) return;
  $("#filters").hidePopover();
  $("#question").focus();
}

// Take what the boxes hold; false when something in them is no date. A name that nobody has is said,
// and taken: its document may have come since the page was opened.
function read() {
  let problem = "";
  let unknown = "";
  nowhere.clear();
  for (const name of Object.keys(NAMES)) {
    const box = $(`#filters input[name="${name}"]`);
    const value = box.value.trim();
    const wrong = name.startsWith("published") && value && !DATE.test(value);
    if (value && known[name] && !known[name].some((one) => one.includes(folded(value)))) {
      nowhere.add(name);
      unknown ||= name === "author" ? `No document is by an author “${value}”.` : `No document is published by “${value}”.`;
    }
    box.toggleAttribute("aria-invalid", wrong || nowhere.has(name));
    if (wrong) problem = `“${value}” is not a date such as 2021, 2021-11 or 2021-11-03.`;
    delete chosen[name];
    if (value && !wrong) chosen[name] = name === "document" ? (titles.get(value) ?? value) : value;
  }
  const [from, to] = [chosen.published_from ?? "", chosen.published_to ?? ""];
  // 2021 holds all its months, so that only what both name can be compared.
  const both = Math.min(from.length, to.length);
  if (from.slice(0, both) > to.slice(0, both)) problem ||= `The range is reversed: ${from} comes after ${to}.`;
  $("#filter-problem").textContent = problem || unknown;
  chips();
  return !problem;
}

function chips() {
  const names = Object.keys(chosen);
  $("#chips").replaceChildren(
    ...names.map((name) => {
      const shown = $(`#filters input[name="${name}"]`).value.trim();
      const none = nowhere.has(name) ? " (none)" : "";
      const chip = el("button", { type: "button", class: none ? "chip nowhere" : "chip", "aria-label": `Remove the filter ${NAMES[name]}: ${shown}${none}` });
      chip.append(el("span", {}, `${NAMES[name]}: ${shown}${none}`), icon("close"));
      chip.addEventListener("click", () => {
        $(`#filters input[name="${name}"]`).value = "";
        read();
        $("#question").focus();
      });
      return chip;
    }),
  );
  $("#filter").toggleAttribute("data-some", names.length > 0);
  $("#filter").setAttribute("aria-label", names.length ? `Filters, ${names.length} chosen` : "Filters");
}
