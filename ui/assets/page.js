// The source pane: a citation link anywhere on the page opens in it. Runs once, as gr.HTML's
// js_on_load; `element` is the component and `server.get_source` asks ui/web.py. The text that
// comes back is escaped in ui/render.py; offsets are counted there as well, since JavaScript
// counts UTF-16 units.
const CITATION = 'a[href^="#cite-"]';
const UNREACHABLE =
  '<p class="pane-note" role="alert">The source cannot be fetched. Is the server still running?</p>';

const pane = document.getElementById("source-pane");
const chatPane = document.getElementById("chat-pane");
const body = element.querySelector(".pane-body");
const count = element.querySelector(".pane-count");
const previous = element.querySelector('[data-do="previous"]');
const next = element.querySelector('[data-do="next"]');
const phone = window.matchMedia("(max-width: 899px)");

let shown = ""; // the target that the pane was opened at
let opener = null; // the link that it was opened by
let asked = 0; // only the last of several quick clicks is shown

const target = (link) => link.getAttribute("href");

// As an answer grows its links may be made anew; the one with the same target stands for it.
function current() {
  if (!opener || opener.isConnected) return opener;
  const links = [...document.querySelectorAll(CITATION)];
  return links.findLast((link) => target(link) === shown);
}

// The links of the opener's answer, each place once (a source line repeats the markers above
// it), and where among them the shown one is.
function neighbours() {
  const links = new Map();
  for (const link of current()?.closest(".message")?.querySelectorAll(CITATION) ?? []) {
    if (!links.has(target(link))) links.set(target(link), link);
  }
  return [[...links.values()], [...links.keys()].indexOf(shown)];
}

function mark(link) {
  document.querySelectorAll(CITATION + "[aria-current]").forEach((other) => {
    other.removeAttribute("aria-current");
  });
  link?.setAttribute("aria-current", "true");
}

// On a phone the pane covers the chat, which then takes no focus.
function cover() {
  chatPane.inert = phone.matches && pane.dataset.open === "true";
}

function reveal() {
  const cited = body.querySelector("#cited");
  if (!cited) {
    body.scrollTop = 0;
    body.focus({ preventScroll: true });
    return;
  }
  // The pane's own scroller moves, not the page; a third of it stays above as context.
  const top = cited.getBoundingClientRect().top - body.getBoundingClientRect().top;
  body.scrollTop += top - body.clientHeight / 3;
  cited.focus({ preventScroll: true });
}

async function open(href, link) {
  const ticket = ++asked;
  // A link inside the pane leads to another text of the same source; the citation that the pane
  // was opened at stays what it stands for, and the way back.
  const within = body.contains(link);
  let html;
  try {
    html = await server.get_source([href, within ? shown : href]);
  } catch {
    html = null;
  }
  if (ticket !== asked) return;
  if (!within) {
    shown = href;
    opener = link;
  }
  body.innerHTML = typeof html === "string" ? html : UNREACHABLE;
  pane.dataset.open = "true";
  cover();
  mark(current());
  const [links, index] = neighbours();
  // The page is said here as well, since the pane's head is mostly out of sight.
  const page = body.querySelector("[data-page]")?.dataset.page;
  const place = links.length > 1 ? `${index + 1} of ${links.length}` : "";
  count.textContent = [page, place].filter(Boolean).join(" · ");
  previous.hidden = next.hidden = links.length < 2;
  previous.disabled = index <= 0;
  next.disabled = index < 0 || index === links.length - 1;
  reveal();
}

function step(by) {
  const [links, index] = neighbours();
  const link = links[index + by];
  if (link) open(target(link), link);
}

function close() {
  asked++;
  if (pane.dataset.open !== "true") return;
  pane.dataset.open = "false";
  cover();
  mark(null);
  body.replaceChildren();
  const link = current();
  opener = null;
  link?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(CITATION);
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    open(target(link), link);
  }
  if (event.target.closest?.("#new")) close();
});
element.addEventListener("click", (event) => {
  const action = event.target.closest?.("[data-do]")?.dataset.do;
  if (action === "close") close();
  if (action === "previous") step(-1);
  if (action === "next") step(1);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
phone.addEventListener("change", cover);
// A button that vanishes with its click would leave the keyboard nowhere; on a touch screen the
// box would call up a keyboard that nobody asked for.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#send, #stop, #new, .starter")) return;
  if (window.matchMedia("(pointer: fine)").matches) {
    document.querySelector("#question textarea")?.focus();
  }
});
// A citation that was opened in a new tab, or kept as an address.
if (location.hash.startsWith("#cite-")) open(location.hash, null);
