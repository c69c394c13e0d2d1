// The library page: shows what /api/v1 says. Text goes in as text only, never as markup.
"use strict";
const api = "/api/v1/", size = 50;
const at = id => document.getElementById(id);
const view = { text: "", sort: "title", descending: false, offset: 0 };
let generation = null, job = null, asked = 0;

function make(name, text, properties) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  return Object.assign(node, properties);
}

async function call(path, options) {
  const reply = await fetch(api + path, options);
  if (reply.status === 401) { location.href = "/signin"; throw new Error("Sign in first."); }
  const value = await reply.json().catch(() => ({ error: "The server did not answer as expected." }));
  if (!reply.ok) throw new Error(value.error);
  return value;
}
const post = (path, value) => call(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value ?? {}),
});
function notice(message) { at("notice").textContent = message; at("notice").hidden = !message; }
async function trying(work) { notice(""); try { await work(); } catch (error) { notice(error.message); } }
const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

async function list() {
  const mine = ++asked;
  const found = await call("documents?" + new URLSearchParams({ ...view, limit: size }));
  if (mine !== asked) return;
  if (view.offset && view.offset >= found.total) { view.offset = 0; return list(); }
  at("rows").replaceChildren(...found.documents.map(row));
  if (!found.total) {
    const cell = make("td", view.text ? "No document fits this search." : "No documents yet.", { colSpan: 6 });
    const line = make("tr"); line.append(cell); at("rows").append(line);
  }
  const last = Math.min(view.offset + size, found.total);
  at("where").textContent = found.total ? `${view.offset + 1}–${last} of ${found.total.toLocaleString("en")}` : "";
  at("before").disabled = view.offset === 0;
  at("after").disabled = last >= found.total;
  for (const head of document.querySelectorAll("[data-sort]")) {
    if (head.dataset.sort === view.sort) head.setAttribute("aria-sort", view.descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}

function row(entry) {
  const line = make("tr"), head = make("th", entry.title || entry.path, { scope: "row" });
  head.append(make("small", entry.id === entry.path ? entry.path : `${entry.id} in ${entry.path}`));
  if (entry.note) head.append(make("small", entry.note));
  line.append(head, ...["author", "publisher", "published"].map(name => make("td", entry[name])));
  line.append(make("td", entry.passages.toLocaleString("en"), { className: "number" }));
  const remove = make("button", "Remove", { type: "button" });
  remove.setAttribute("aria-label", `Remove ${entry.title || entry.path}`);
  remove.addEventListener("click", () => ask(entry.path));
  const cell = make("td", undefined, { className: "change" });
  cell.append(remove); line.append(cell);
  return line;
}

function ask(path) {
  at("sure-text").textContent = `Delete ${path} from the sources, and all that the index keeps of it?`;
  at("sure").returnValue = "no";
  at("sure").onclose = () => {
    if (at("sure").returnValue === "yes") trying(async () => { await post("documents/remove", { path }); await poll(); });
  };
  at("sure").showModal();
}

// One look at the server shows every tab the same job; it goes on without any of them.
async function poll() {
  const status = await call("status");
  at("counts").textContent = `${count(status.documents, "document")}, ${count(status.passages, "passage")}`;
  show(status.job);
  const bad = [...status.failed, ...status.noted];
  at("troubles").hidden = !bad.length;
  at("trouble").replaceChildren(...bad.slice(0, 200).flatMap(([path, why]) => [make("dt", path), make("dd", why)]));
  if (status.generation !== generation) {
    generation = status.generation;
    await list(); await plots();
  }
  return status.job.state === "running";
}
function show(now) {
  const running = now.state === "running";
  at("job").hidden = now.state === "idle";
  at("job").className = now.state;
  at("rebuild").disabled = running;
  const far = now.total ? `: ${now.done.toLocaleString("en")} of ${now.total.toLocaleString("en")}` : "";
  let text = running ? `Building – ${now.stage}${far}` : now.error ? `The build failed: ${now.error}` : "";
  if (now.report) {
    const r = now.report;
    text = `Built in ${r.seconds.toFixed(1)} s: ${r.added} added, ${r.changed} changed, ${r.removed} removed, ${r.unchanged} unchanged` +
      (r.failed.length ? `; ${r.failed.length} could not be read` : "") + ".";
  }
  if (at("job-text").textContent !== text) at("job-text").textContent = text;
  at("job-bar").hidden = !running;
  if (now.total) at("job-bar").value = now.done / now.total; else at("job-bar").removeAttribute("value");
}
async function watch() {
  let running = false;
  try { running = await poll(); if (job === "lost") notice(""); job = null; }
  catch (error) { job = "lost"; notice(`This page lost the server: ${error.message}`); }
  setTimeout(watch, running ? 700 : 3000);
}

async function send(files) {
  at("came").replaceChildren();
  // One request for each file: one that is refused costs the others nothing.
  for (const file of files) {
    const line = make("li", `${file.name}: sending…`);
    at("came").append(line);
    try {
      const body = new FormData(); body.append("files", file);
      const came = await call("documents", { method: "POST", body });
      const no = came.refused[0];
      line.textContent = no ? `${file.name}: ${no.error}` : `${file.name}: added`;
      line.className = no ? "refused" : "";
    } catch (error) { line.textContent = `${file.name}: ${error.message}`; line.className = "refused"; }
  }
  await poll();
}

async function plots() {
  const found = await call("plots");
  const known = found.years.filter(([year]) => /^\d{4}$/.test(year)), unknown = found.years.filter(([year]) => !/^\d{4}$/.test(year));
  at("years").replaceChildren(columns(known));
  at("publishers").replaceChildren(bars(found.publishers));
  at("years-table").replaceChildren(table("Year", [...known, ...unknown]));
  at("publishers-table").replaceChildren(table("Publisher", found.publishers));
}
function drawn(name, values, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in values) node.setAttribute(key, values[key]);
  if (text !== undefined) node.textContent = text;
  return node;
}
function columns(years) {
  const first = +(years[0]?.[0] ?? 0), last = +(years.at(-1)?.[0] ?? 0), most = Math.max(1, ...years.map(y => y[1]));
  const svg = drawn("svg", { viewBox: "0 0 480 200", role: "img", "aria-label": years.length ? `Documents by year, ${first} to ${last}; at most ${most} in a year` : "No dates are known" });
  const span = last - first + 1, step = 460 / span, wide = Math.min(48, Math.max(1, step * .8));
  for (const [year, number] of years) {
    const high = 140 * number / most, x = 10 + (year - first + .5) * step;
    svg.append(drawn("rect", { x: x - wide / 2, y: 170 - high, width: wide, height: high, rx: Math.min(3, wide / 4) }));
    if (span <= 16) svg.append(drawn("text", { x, y: 163 - high, "text-anchor": "middle" }, number));
  }
  const every = Math.ceil(span / 8);
  for (let year = first; years.length && year <= last; year += every)
    svg.append(drawn("text", { x: 10 + (year - first + .5) * step, y: 190, "text-anchor": "middle" }, year));
  if (!years.length) svg.append(drawn("text", { x: 240, y: 100, "text-anchor": "middle" }, "No dates are known"));
  return svg;
}
function bars(rows) {
  const most = Math.max(1, ...rows.map(r => r[1])), high = Math.max(1, rows.length) * 36;
  const svg = drawn("svg", { viewBox: `0 0 480 ${high}`, role: "img", "aria-label": `Documents by publisher, ${rows.length} shown` });
  rows.forEach(([name, number], place) => {
    const label = [...(name || "Unknown")];
    svg.append(drawn("text", { x: 0, y: place * 36 + 13 }, label.length > 60 ? label.slice(0, 59).join("") + "…" : label.join("")));
    svg.append(drawn("rect", { x: 0, y: place * 36 + 18, width: Math.max(2, 430 * number / most), height: 10, rx: 3 }));
    svg.append(drawn("text", { x: Math.max(2, 430 * number / most) + 6, y: place * 36 + 27 }, number));
  });
  return svg;
}
function table(name, rows) {
  const made = make("table"), head = make("tr");
  head.append(make("th", name, { scope: "col" }), make("th", "Documents", { scope: "col", className: "number" }));
  made.createTHead().append(head);
  const body = made.createTBody();
  for (const [label, number] of rows) {
    const line = make("tr");
    line.append(make("td", label || "Unknown"), make("td", number, { className: "number" })); body.append(line);
  }
  return made;
}

for (const head of document.querySelectorAll("[data-sort]"))
  head.firstElementChild.addEventListener("click", () => trying(() => {
    view.descending = view.sort === head.dataset.sort && !view.descending;
    view.sort = head.dataset.sort; view.offset = 0;
    return list();
  }));
let typing;
at("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => trying(() => { view.text = at("search").value; view.offset = 0; return list(); }), 200);
});
at("before").addEventListener("click", () => trying(() => { view.offset = Math.max(0, view.offset - size); return list(); }));
at("after").addEventListener("click", () => trying(() => { view.offset += size; return list(); }));
at("rebuild").addEventListener("click", () => trying(async () => { show(await post("rebuild")); await poll(); }));
at("files").addEventListener("change", () => trying(async () => { await send([...at("files").files]); at("files").value = ""; }));
at("fetch").addEventListener("submit", event => {
  event.preventDefault();
  trying(async () => { await post("documents/address", { address: at("address").value }); at("address").value = ""; await poll(); });
});
for (const kind of ["dragover", "dragleave", "drop"])
  addEventListener(kind, event => {
    event.preventDefault();
    at("drop").classList.toggle("over", kind === "dragover");
    const may = document.documentElement.dataset.readOnly !== "true";
    if (kind === "drop" && may && event.dataTransfer.files.length) trying(() => send([...event.dataTransfer.files]));
  });
watch();
