// The library page: everything comes from the API, nothing is put in as HTML.

import { drawPublishers, drawYears } from "./plot.js";

const api = new URL("../api/v1/", import.meta.url);
const LIMIT = 50;
const MAX_FILE = 50_000_000;
const $ = (id) => document.getElementById(id);
const figures = (number) => number.toLocaleString("en");
const counted = (number, noun) => `${figures(number)} ${noun}${number === 1 ? "" : "s"}`;
const shown = { words: "", sort: "title", descending: false, offset: 0, total: 0 };
let readOnly = true;
let builds = -1;
let asked = false; // whether a build was begun from here

function node(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function ask(path, options = {}) {
  let reply;
  try {
    reply = await fetch(new URL(path, api), options);
  } catch {
    throw new Error("The server does not answer; it may have been ended.");
  }
  if (reply.status === 401) location.assign(`../login?next=/library`);
  const said = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Error(said.detail || `The server said ${reply.status}.`);
  return said;
}

function problem(error) {
  $("problem").textContent = error ? error.message : "";
}

// The list

async function list() {
  const query = new URLSearchParams({ ...shown, limit: LIMIT });
  query.delete("total");
  const wanted = JSON.stringify(shown);
  try {
    const found = await ask(`documents?${query}`);
    if (wanted !== JSON.stringify(shown)) return; // another was asked for meanwhile
    problem();
    shown.total = found.total;
    if (!found.documents.length && shown.offset) {
      shown.offset = 0;
      return list();
    }
    document.querySelector("#documents tbody").replaceChildren(...(found.documents.length ? found.documents.map(row) : [nothing()]));
    const last = Math.min(shown.offset + LIMIT, found.total);
    $("place").textContent = found.total ? `${figures(shown.offset + 1)}–${figures(last)} of ${figures(found.total)}` : "";
    $("previous").disabled = shown.offset === 0;
    $("next").disabled = last >= found.total;
    document.querySelector(".pages").hidden = found.total <= LIMIT;
  } catch (error) {
    problem(error);
  }
  for (const button of document.querySelectorAll("[data-sort]")) {
    const head = button.closest("th");
    if (button.dataset.sort === shown.sort) head.setAttribute("aria-sort", shown.descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  $("sort").value = shown.sort;
}

function nothing() {
  const row = node("tr");
  const cell = node("td", shown.words ? "No document has all these words." : "There are no documents yet.", "empty");
  cell.colSpan = 7;
  row.append(cell);
  return row;
}

function row(entry) {
  const made = node("tr");
  const title = node("th");
  title.scope = "row";
  const name = entry.title.trim() || entry.path;
  const link = node("a", name);
  link.href = new URL(`../${entry.link}`, import.meta.url); // opens in the source pane of the chat
  title.append(link);
  if (/^https?:\/\//i.test(entry.url)) {
    const outside = node("a", "On the web ↗", "outside");
    outside.href = entry.url;
    outside.rel = "noreferrer noopener";
    outside.target = "_blank";
    outside.setAttribute("aria-label", `${name} on the web`);
    title.append(outside);
  }
  title.append(node("span", entry.id === entry.path ? entry.path : `${entry.id} in ${entry.path}`, "path"));
  const passages = node("td", figures(entry.passages), "number");
  passages.dataset.label = "Passages";
  const state = node("td");
  const [kind, word, why] = entry.failure ? ["failed", "Older text", entry.failure] : entry.note ? ["noted", "With a note", entry.note] : ["ready", "Ready", ""];
  state.append(node("span", word, `state ${kind}`));
  if (why) state.append(node("span", why, "why"));
  made.append(title, node("td", entry.author), node("td", entry.publisher), node("td", entry.published), passages, state);
  if (!readOnly) {
    const cell = node("td");
    const button = node("button", "Remove");
    button.type = "button";
    button.setAttribute("aria-label", `Remove ${name}`);
    button.addEventListener("click", () => remove(entry.path, name, entry.id !== entry.path));
    cell.append(button);
    made.append(cell);
  }
  return made;
}

function remove(path, name, isPart) {
  const dialog = $("sure");
  $("sure-words").textContent = isPart
    ? `${path} is deleted from the sources, with all documents in it, not only “${name}”. This cannot be undone.`
    : `${path} is deleted from the sources, with all that the index keeps of it. This cannot be undone.`;
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "yes") return;
    try {
      showBuild(await ask(`sources?path=${encodeURIComponent(path)}`, { method: "DELETE" }));
    } catch (error) {
      problem(error);
    }
  }, { once: true });
}

function from(changes) {
  Object.assign(shown, { offset: 0 }, changes);
  return list();
}

// The whole

async function look() {
  try {
    const whole = await ask("overview");
    $("counts").textContent = `${counted(whole.documents, "document")}, ${counted(whole.passages, "passage")}`;
    $("spread").hidden = !whole.documents;
    drawYears($("years"), whole.years);
    drawPublishers($("publishers"), whole.publishers);
    $("trouble").hidden = !whole.failed_count;
    $("trouble-name").textContent = `${counted(whole.failed_count, "file")} could not be read`;
    $("failed").replaceChildren(...whole.failed.map(([path, reason]) => failure(path, reason)));
    if (whole.failed_count > whole.failed.length) $("failed").append(node("li", `and ${figures(whole.failed_count - whole.failed.length)} more`));
  } catch (error) {
    problem(error);
  }
}

function failure(path, reason) {
  const item = node("li");
  item.append(node("strong", path), `: ${reason}`);
  return item;
}

// The build, which belongs to the server: every page shows the same one.

function showBuild(state) {
  const { running, report, error } = state;
  $("rebuild").disabled = running;
  // Looks that found nothing to do go unsaid, unless someone here waits for one.
  const isNews = report && (report.added || report.changed || report.removed || asked);
  $("build").hidden = !running && !error && !isNews;
  $("build").dataset.kind = error && !running ? "error" : "";
  $("build-bar").hidden = !running;
  if (running) {
    $("build-words").textContent = "The index is being brought up to date";
    $("build-figures").textContent = state.total ? `${state.stage}: ${figures(state.done)} of ${figures(state.total)}` : "looking at the sources";
    if (state.total) $("build-bar").value = Math.min(1, state.done / state.total);
    else $("build-bar").removeAttribute("value");
  } else if (error) {
    $("build-words").textContent = "The index could not be brought up to date";
    $("build-figures").textContent = error;
  } else if (report) {
    const parts = [[report.added, "added"], [report.changed, "changed"], [report.removed, "removed"]].filter(([number]) => number);
    $("build-words").textContent = parts.length ? "The index is up to date" : "Nothing had changed";
    const when = new Date(state.ended * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    $("build-figures").textContent = [...parts.map(([number, word]) => `${figures(number)} ${word}`), `${report.seconds.toFixed(1)} s`, when].join(" · ");
  }
  const advice = running || error ? "" : report?.advice;
  $("build-advice").textContent = advice ? `Note: ${advice}.` : "";
  $("build-advice").hidden = !advice;
  if (state.count !== builds) {
    const isFirst = builds < 0;
    builds = state.count;
    if (!isFirst) { look(); list(); }
  }
}

async function follow() {
  let pause = 4000;
  if (!document.hidden) {
    try {
      const state = await ask("rebuild");
      showBuild(state);
      pause = state.running ? 500 : 2000;
    } catch { /* said where it matters; asked again */ }
  }
  setTimeout(follow, pause);
}

// Adding, one file after another

let adding = Promise.resolve();

function note(name) {
  const item = node("li");
  const said = node("span", "waits", "soft");
  item.append(node("strong", name), said);
  $("uploads").prepend(item);
  return (words, isRefused) => {
    said.textContent = words;
    said.className = isRefused ? "refused" : "soft";
  };
}

function add(name, send) {
  const say = note(name);
  adding = adding.then(async () => {
    say("is being added…");
    try {
      const added = await send(say);
      say([`added as ${added.path}`, ...added.notes].join("; "));
      showBuild(await ask("rebuild"));
    } catch (error) {
      say(error.message, true);
    }
  });
}

function addFiles(files) {
  for (const file of files) {
    if (file.size > MAX_FILE) note(file.name)("is larger than 50 MB, which is as much as is taken", true);
    else add(file.name, (say) => upload(file, say));
  }
}

function upload(file, say) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // unlike fetch it tells how much has gone out
    request.open("POST", new URL(`sources?name=${encodeURIComponent(file.name)}`, api));
    request.responseType = "json";
    request.upload.onprogress = (event) => say(`${Math.floor((event.loaded / Math.max(event.total, 1)) * 100)} % sent`);
    request.onload = () => request.status === 201 ? resolve(request.response) : reject(new Error(request.response?.detail || `The server said ${request.status}.`));
    request.onerror = () => reject(new Error("It could not be sent; the file may have changed, or the server was ended."));
    request.send(file);
  });
}

const drop = $("drop");
for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.dataset.over = ""; });
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, (event) => { event.preventDefault(); delete drop.dataset.over; });
drop.addEventListener("drop", (event) => addFiles(event.dataTransfer.files));
// A file that misses the field must not take the page's place.
for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
$("files").addEventListener("change", () => { addFiles([...$("files").files]); $("files").value = ""; });
$("address-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const url = $("address").value.trim();
  $("address").value = "";
  add(url, () => ask("sources/address", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ url }) }));
});
$("rebuild").addEventListener("click", async () => {
  asked = true;
  try { showBuild(await ask("rebuild", { method: "POST" })); } catch (error) { problem(error); }
});

let typing;
$("words").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(() => from({ words: $("words").value.trim() }), 200); });
$("sort").addEventListener("change", () => from({ sort: $("sort").value, descending: false }));
$("previous").addEventListener("click", () => from({ offset: Math.max(0, shown.offset - LIMIT) }));
$("next").addEventListener("click", () => from({ offset: shown.offset + LIMIT }));
document.querySelector("thead").addEventListener("click", (event) => {
  const sort = event.target.closest("[data-sort]")?.dataset.sort;
  if (sort) from({ sort, descending: sort === shown.sort && !shown.descending });
});

async function start() {
  try {
    const session = await ask("session");
    readOnly = session.read_only;
    $("out").hidden = !session.user;
    $("who").textContent = session.user || "";
  } catch (error) {
    problem(error);
  }
  for (const one of document.querySelectorAll("[data-changes]")) one.hidden = readOnly;
  $("reading").hidden = !readOnly;
  await Promise.all([look(), list()]);
  follow();
}

start();
