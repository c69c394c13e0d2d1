// The source pane: a citation link anywhere on the page opens in it. The text comes escaped from
// the server, where offsets are counted as well, since JavaScript counts UTF-16 units.
import { $, $$, beside, copy, el, toast } from "./dom.js";
import { only } from "./filters.js";

const CITATION = 'a[href^="#cite-"]';
const UNREACHABLE =
  '<p class="pane-note" role="alert">The source cannot be fetched. Is the server still running?</p>';

let server = null;
let shown = ""; // the target that the pane was opened at
let inside = ""; // the one in sight: another after a link of the pane itself
let opener = null; // the link that it was opened by
let source = {}; // what the server said of the text in sight
let words = ""; // what is looked for in it
let asked = 0; // only the last of several quick clicks is shown

const pane = () => $("#source");
const body = () => $("#source .pane-body");
const target = (link) => link.getAttribute("href");
const phone = window.matchMedia("(max-width: 899px)");
export const isOpen = () => pane().dataset.open === "true";

export function startPane(link, styles) {
  server = link;
  $("#cite-style").replaceChildren(...Object.entries(styles).map(([value, name]) => el("option", { value }, name)));
}

export function wirePane(link) {
  server = link;
  beside($("#cite-menu"), $('#source [data-do="cite"]'));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(CITATION);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(target(link), link);
  });
  pane().addEventListener("click", (event) => {
    const around = event.target.closest("[data-around]")?.dataset.around;
    if (around) look({ around: Number(around) });
    deeds[event.target.closest("[data-do]")?.dataset.do]?.();
  });
  $("#cited-documents").addEventListener("change", (event) => {
    const link = links().find((one) => target(one) === event.target.value);
    if (link) open(target(link), link, { still: true });
  });
  $("#map").addEventListener("click", (event) => {
    const link = links().find((one) => target(one) === event.target.dataset.link);
    if (link) open(target(link), link);
  });
  const finder = $("#finder");
  let typing = 0;
  finder.addEventListener("submit", (event) => {
    event.preventDefault();
    find(1);
  });
  finder.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => find(0), 200);
  });
  finder.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      find(-1);
    }
    if (event.key === "Escape") {
      event.stopPropagation();
      showFinder(false);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || $(":popover-open")) return;
    close();
  });
  phone.addEventListener("change", cover);
  // A citation that was opened in a new tab, or kept as an address.
  const kept = () => location.hash.startsWith("#cite-") && open(location.hash, null);
  window.addEventListener("hashchange", kept);
  kept();
}

const deeds = {
  close: () => close(),
  previous: () => step(-1),
  next: () => step(1),
  find: () => showFinder($("#finder").hidden),
  "find-previous": () => find(-1),
  why: () => why($("#why").hidden),
  picture: () => picture(),
  only: () => {
    $("#cite-menu").hidePopover();
    only(source.id, source.title);
    if (phone.matches) close();
    $("#question").focus();
  },
  "copy-link": () => {
    $("#cite-menu").hidePopover();
    copy(location.href.split("#")[0] + inside, "The link is copied. It opens this place again.");
  },
  "copy-citation": async () => {
    $("#cite-menu").hidePopover();
    try {
      copy(await server.cited_line({ link: inside, style: $("#cite-style").value }), "The citation is copied.");
    } catch {
      toast("The citation cannot be fetched. Is the server still running?");
    }
  },
};

// As an answer grows its links may be made anew; the one with the same target stands for it.
function current() {
  if (!opener || opener.isConnected) return opener;
  return $$(CITATION).findLast((link) => target(link) === shown);
}

// The links of the opener's answer, each place once (a source line repeats the markers above it).
function links() {
  const found = new Map();
  for (const link of $$(".reply " + CITATION, current()?.closest(".turn") ?? el("div"))) {
    if (!found.has(target(link))) found.set(target(link), link);
  }
  return [...found.values()];
}

const place = () => links().findIndex((link) => target(link) === shown);
const documentOf = (href) => href.split(".")[0];

function mark(link) {
  $$(CITATION + "[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  if (!link) return;
  $$(CITATION, link.closest(".turn") ?? link.parentNode).forEach((other) => {
    if (target(other) === target(link)) other.setAttribute("aria-current", "true");
  });
}

// On a phone the pane covers the chat, which then takes no focus.
function cover() {
  const covers = phone.matches && isOpen();
  $("#chat").inert = $("#side").inert = covers;
}

async function fetched(wanted) {
  const mine = ++asked;
  let said;
  try {
    said = await server.open_source(wanted);
  } catch {
    said = null;
  }
  if (mine !== asked) return null;
  return said?.html ? said : { html: UNREACHABLE };
}

async function open(href, link, { still = false } = {}) {
  // A link inside the pane leads to another text of the same source; the citation that the pane
  // was opened at stays what it stands for, and the way back.
  const within = body().contains(link);
  const said = await fetched({ link: href, origin: within ? shown : href });
  if (!said) return;
  if (!within) {
    shown = href;
    opener = link;
  }
  inside = href;
  showFinder(false, false);
  show(said);
  pane().dataset.open = "true";
  $("#app").dataset.pane = "open";
  cover();
  mark(current());
  chrome();
  why(!$("#why").hidden);
  reveal(!still);
}

function show(said) {
  source = said;
  body().innerHTML = said.html;
  const button = $('#source [data-do="picture"]');
  button.hidden = !said.picture;
  $("span", button).textContent = "Show the page";
  $(".pane-tools").hidden = !said.id;
}

// The bar: where among the citations this one is, and the ways to the others.
function chrome() {
  const all = links();
  const at = place();
  // The page is said here as well, since the pane's head is mostly out of sight.
  const count = all.length > 1 && at >= 0 ? `${at + 1} of ${all.length}` : "";
  $(".pane-count").textContent = [source.place, count].filter(Boolean).join(" · ");
  for (const [name, off] of [["previous", at <= 0], ["next", at < 0 || at === all.length - 1]]) {
    const button = $(`#source [data-do="${name}"]`);
    button.hidden = all.length < 2;
    button.disabled = off;
  }
  const documents = new Map();
  for (const link of all) {
    if (!documents.has(documentOf(target(link)))) documents.set(documentOf(target(link)), link);
  }
  const box = $("#cited-documents");
  box.hidden = documents.size < 2;
  const title = $("#source .pane-title");
  title.hidden = documents.size > 1;
  title.textContent = title.title = source.title ?? "";
  box.replaceChildren(
    ...[...documents.values()].map((link) => el("option", { value: target(link) }, link.dataset.title ?? "")),
  );
  box.value = target(documents.get(documentOf(shown)) ?? el("a", { href: "" }));
  map(all);
}

// Where in the whole text the citations of this answer stand, and what of it is in sight.
function map(all) {
  const box = $("#map");
  const length = source.length;
  if (!length) {
    box.replaceChildren();
    return;
  }
  const ticks = all
    .filter((link) => documentOf(target(link)) === documentOf(shown))
    .map((link) => {
      const start = Number(target(link).split(".").at(-3));
      const here = target(link) === inside;
      const tick = el("span", { class: here ? "tick now" : "tick", "data-link": target(link), title: `Citation ${link.dataset.number ?? ""}` });
      tick.style.top = `${(100 * start) / length}%`;
      return tick;
    });
  box.replaceChildren(el("span", { class: "sight" }), ...ticks);
  sight();
  body().onscroll = sight;
}

function sight() {
  const bar = $("#map .sight");
  if (!bar || !source.length) return;
  const [first, last] = source.window;
  const text = $(".source-text", body()).getBoundingClientRect();
  const view = body().getBoundingClientRect();
  const at = (y) => first + (last - first) * Math.min(1, Math.max(0, (y - text.top) / text.height));
  bar.style.top = `${(100 * at(view.top)) / source.length}%`;
  bar.style.bottom = `${100 - (100 * at(view.bottom)) / source.length}%`;
}

function reveal(focus = true) {
  const at = $("#found", body()) ?? $("#cited", body());
  if (!at) {
    body().scrollTop = 0;
    if (focus) body().focus({ preventScroll: true });
    return;
  }
  // The pane's own scroller moves, not the page; a third of it stays above as context.
  const top = at.getBoundingClientRect().top - body().getBoundingClientRect().top;
  body().scrollTop += top - body().clientHeight / 3;
  if (focus) at.focus({ preventScroll: true });
}

function step(by) {
  const link = links()[place() + by];
  if (link) open(target(link), link);
}

// The same text, looked at otherwise.
async function look(how) {
  const origin = inside === shown ? inside : shown;
  const said = await fetched({ link: inside, origin, ...how });
  if (!said) return;
  show(said);
  chrome();
  if (how.around === undefined) reveal(false);
  else body().scrollTop = 0;
}

function showFinder(on, focus = true) {
  const finder = $("#finder");
  const was = words;
  finder.hidden = !on;
  $('#source [data-do="find"]').setAttribute("aria-expanded", String(on));
  if (on) $("input", finder).focus();
  else {
    words = $("input", finder).value = "";
    $(".found-count").textContent = "";
    if (was && isOpen() && focus) look({});
    if (focus) $('#source [data-do="find"]').focus();
  }
}

// One after the other: each step counts from where the one before it has led.
let finding = Promise.resolve();

function find(by) {
  finding = finding.then(() => seek(by), () => seek(by));
  return finding;
}

async function seek(by) {
  const wanted = $("#finder input").value.trim();
  const now = wanted === words && source.found ? (source.now + by + source.found) % source.found : 0;
  words = wanted;
  await look({ find: wanted, now });
  const none = wanted ? "none" : "";
  $(".found-count").textContent = source.found ? `${source.now + 1} of ${source.found}` : none;
}

function why(on) {
  const box = $("#why");
  box.hidden = !on;
  $('#source [data-do="why"]').setAttribute("aria-expanded", String(on));
  if (!on) return;
  const link = current();
  const { rank, passage, sentence } = link?.dataset ?? {};
  const rows = [];
  if (Number(passage) >= 0) rows.push(bar(`The passage fits the question (rank ${rank} of those found)`, Number(passage)));
  if (Number(sentence) >= 0) rows.push(bar("This sentence fits the question", Number(sentence)));
  if (!rows.length) rows.push(el("p", {}, "How well it fits is known for what an answer of this page cites; open it from there."));
  else rows.push(el("p", { class: "small" }, "Scores from 0 to 1, of meaning and words together. They order what was found; they are no probabilities."));
  box.replaceChildren(...rows);
}

function bar(name, value) {
  const fill = el("span", { class: "fill" });
  fill.style.width = `${100 * value}%`;
  return el("p", { class: "score" }, el("span", {}, name), el("span", { class: "track" }, fill), el("strong", {}, value.toFixed(2)));
}

async function picture() {
  const button = $('#source [data-do="picture"] span');
  const before = $(".page-picture", body());
  if (before) {
    before.remove();
    $(".source-text", body()).hidden = false;
    button.textContent = "Show the page";
    reveal();
    return;
  }
  let said;
  try {
    said = await server.page_picture({ link: inside });
  } catch {
    said = { problem: "The page cannot be fetched. Is the server still running?" };
  }
  if (said.problem) {
    toast(said.problem);
    return;
  }
  const figure = el("figure", { class: "page-picture" }, el("img", { src: said.src, alt: `Picture of ${said.page}; its text is what the pane shows` }));
  figure.append(el("figcaption", {}, `${said.page} as it is in the file`));
  $(".source-text", body()).hidden = true;
  $(".source-text", body()).before(figure);
  button.textContent = "Show the text";
  body().scrollTop = 0;
}

export function close() {
  asked++;
  if (!isOpen()) return;
  pane().dataset.open = "false";
  $("#app").dataset.pane = "";
  cover();
  mark(null);
  showFinder(false, false);
  body().replaceChildren();
  $("#map").replaceChildren();
  const link = current();
  opener = null;
  if (location.hash.startsWith("#cite-")) history.replaceState(null, "", location.pathname + location.search);
  link?.focus();
}
