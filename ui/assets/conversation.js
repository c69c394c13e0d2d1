// The conversation in sight: asking, answers as they grow, and what can be done with a turn.
import { $, $$, copy, el, finePointer, icon, morph, toast } from "./dom.js";
import { filters, restore as restoreFilters } from "./filters.js";
import * as keep from "./keep.js";

const ACTIVE = "commentary.active"; // which conversation this tab shows
const SILENCE = 8000; // milliseconds
const HISTORY = 4; // earlier turns that a question is asked with
const LOST = "The server does not answer. Is it still running?";
const FAILED = "The question could not be asked: too many are waiting, or the server is busy. Ask again in a moment.";

let page = null; // what main.js hands over: ask, stop, server, closePane
let id = "";
let title = "";
let named = false;
let turns = []; // {node, kept, copy}
let ticket = 0; // of the question that is being answered; 0 for none
let tickets = 0;
let answering = 0; // the ticket that something was heard of
let silent = 0;
let shows = 0; // counts what was opened, begun or asked: what was wanted before comes too late

export const chat = {
  id: () => id,
  fresh,
  open,
  retitle,
  turns: () => turns.map((turn) => turn.kept).filter(Boolean),
  title: () => title,
};

export function startConversation(given) {
  page = given;
  const box = $("#question");
  $("#composer").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(box.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask(box.value);
  });
  box.addEventListener("input", () => {
    grow(box);
    notice("");
  });
  $("#stop").addEventListener("click", stop);
  $$("#new, #fresh").forEach((button) => button.addEventListener("click", () => {
    fresh();
    if (finePointer()) box.focus();
  }));
  $("#turns").addEventListener("click", act);
  const scroller = $("#scroller");
  $("#to-end").addEventListener("click", () => scroller.scrollTo({ top: scroller.scrollHeight }));
  const far = () => {
    $("#to-end").hidden = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 240;
  };
  scroller.addEventListener("scroll", far, { passive: true });
  new ResizeObserver(() => {
    $("#turns").style.setProperty("--room", `${scroller.clientHeight}px`);
    far();
  }).observe(scroller);
  document.addEventListener("ask-failed", refused);
  id = keep.newId();
  const before = sessionStorage.getItem(ACTIVE);
  if (before && keep.get(before)) open(before);
  else if (finePointer()) box.focus();
}

export function offerStarters(questions) {
  $("#starters").replaceChildren(
    ...questions.map((question) => {
      const button = el("button", { type: "button", class: "starter" }, question);
      button.addEventListener("click", () => ask(question));
      return button;
    }),
  );
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
}

function fill(text) {
  const box = $("#question");
  box.value = text;
  grow(box);
  if (finePointer()) box.focus();
}

function notice(words) {
  $("#notice").replaceChildren(...(words ? [el("p", { role: "alert" }, words)] : []));
}

// Ask as the turn `at`: whatever stood there and below goes.
export function ask(question, at = turns.length) {
  if (ticket) return;
  if (!question.trim()) {
    notice("Write a question first.");
    return;
  }
  notice("");
  shows++;
  const dropped = turns.splice(at);
  dropped.forEach((turn) => turn.node.remove());
  const heading = el("h2", { class: "question" }, question.trim());
  const node = el("article", { class: "turn" }, el("div", { class: "asked" }, heading));
  node.append(el("div", { class: "reply" }, el("p", { class: "status" }, "Searching the sources…")));
  $("#turns").append(node);
  turns.push({ node, kept: null, copy: "", question, dropped });
  busy(true);
  fill("");
  toTop(node);
  ticket = ++tickets;
  answering = 0;
  page.ask({ ticket, question, history: history(), filters: filters() });
  listen();
}

// Gradio does not say when nobody is there: after a while of silence the server is asked.
function listen() {
  clearTimeout(silent);
  const asked = ticket;
  silent = setTimeout(async () => {
    try {
      await page.server.documents("");
    } catch {
      if (asked === ticket) fail(LOST);
    }
  }, SILENCE);
}

// Gradio could not ask. It says so of a question that was stopped as well, and late: only one that
// nothing was heard of counts.
function refused() {
  const asked = ticket;
  setTimeout(() => asked === ticket && answering !== ticket && fail(FAILED), 1500);
}

function history() {
  return turns
    .slice(0, -1)
    .filter(({ kept }) => kept && !kept.failure && said(kept))
    .slice(-HISTORY)
    .flatMap(({ kept }) => [
      { role: "user", content: kept.question },
      { role: "assistant", content: said(kept) },
    ]);
}

function said(kept) {
  if (kept.kind !== "sentences") return kept.text;
  return kept.places.map((place) => `${place.quote} [${place.number}]`).join(" ");
}

// What the server says of the question that was asked last.
export function heard(value) {
  if (!ticket || value.ticket !== ticket) return;
  answering = ticket;
  listen();
  const turn = turns.at(-1);
  if (value.refused) {
    ticket = 0;
    busy(false);
    takeBack(turn);
    notice(value.refused);
    return;
  }
  morph(turn.node, value.html);
  if (value.kept) Object.assign(turn, { kept: value.kept, copy: value.copy, dropped: [] });
  if (value.done) finish(turn);
}

function finish(turn) {
  ticket = 0;
  busy(false);
  const reply = $(".reply", turn.node);
  $("#spoken").textContent = [".badge", ".counted", ".said, .unanswered, .failure, .talk, .works"]
    .map((selector) => spoken($(selector, reply)).slice(0, 600))
    .filter(Boolean)
    .map((words) => (/[.!?]$/.test(words) ? words : `${words}.`))
    .join(" ");
  save();
}

// The words of a part of an answer as they are read out: without the numbers of its citations, and
// with a space where a line ends.
function spoken(node) {
  if (!node) return "";
  const copied = node.cloneNode(true);
  $$("a.cite", copied).forEach((link) => link.remove());
  $$("p, li, summary, br, .by, .title", copied).forEach((one) => one.after(" "));
  return copied.textContent.replace(/\s+/g, " ").trim();
}

// Take a turn out of the transcript and its question into the box; what it stood for comes back.
function takeBack(turn) {
  turn.node.remove();
  turns.pop();
  for (const before of turn.dropped ?? []) {
    turns.push(before);
    $("#turns").append(before.node);
  }
  busy(false);
  fill(turn.question);
}

function fail(words) {
  if (!ticket) return;
  ticket = 0;
  takeBack(turns.at(-1));
  notice(words);
}

async function stop() {
  if (!ticket) return;
  ticket = 0;
  page.stop();
  const turn = turns.at(-1);
  busy(false);
  if (!turn.kept) {
    takeBack(turn);
    return;
  }
  turn.kept = { ...turn.kept, stopped: true };
  $(".reply", turn.node).append(el("p", { class: "status stopped" }, "Stopped. This is not the whole answer."));
  save();
  const again = await restored([turn.kept]);
  if (again) show(turn, again[0]);
}

function show(turn, { html, copy: text }) {
  morph(turn.node, html);
  turn.copy = text;
}

async function restored(kept) {
  try {
    const { turns: found, problem } = await page.server.restore(kept);
    if (problem) toast(problem);
    return found ?? null;
  } catch {
    toast(LOST);
    return null;
  }
}

function busy(on) {
  $("#send").hidden = on;
  $("#stop").hidden = !on;
  $("#turns").toggleAttribute("aria-busy", on);
  $("#app").toggleAttribute("data-busy", on);
  $("#app").toggleAttribute("data-begun", turns.length > 0);
  const whole = turns.some((turn) => turn.kept);
  $("#exporting").hidden = !whole || on;
  if (!title && turns.length) title = turns[0].question.trim().slice(0, 120);
  if (!turns.length) title = "";
  $("#title").textContent = title;
  document.title = title ? `${title} · Commentary` : "Commentary";
}

function save() {
  const kept = chat.turns();
  if (!kept.length) {
    keep.drop(id);
  } else if (!keep.put({ id, title, named, changed: Date.now(), turns: kept })) {
    toast("This browser has no room to keep the conversation. Export it, or delete others.");
  }
  sessionStorage.setItem(ACTIVE, id);
  document.dispatchEvent(new Event("conversations"));
}

function fresh() {
  shows++;
  halt();
  turns = [];
  title = "";
  named = false;
  id = keep.newId();
  sessionStorage.removeItem(ACTIVE);
  $("#turns").replaceChildren();
  notice("");
  busy(false);
  page.closePane();
  document.dispatchEvent(new Event("conversations"));
}

function halt() {
  if (ticket) page.stop();
  ticket = 0;
}

async function open(wanted) {
  const kept = keep.get(wanted);
  if (!kept) return;
  const mine = ++shows;
  const found = await restored(kept.turns);
  if (!found || mine !== shows) return;
  halt();
  page.closePane();
  id = wanted;
  title = kept.title;
  named = Boolean(kept.named);
  $("#turns").replaceChildren();
  turns = found.map((one, at) => {
    const turn = { node: el("article", { class: "turn" }), kept: kept.turns[at], copy: "" };
    turn.question = turn.kept.question;
    show(turn, one);
    $("#turns").append(turn.node);
    return turn;
  });
  notice("");
  busy(false);
  sessionStorage.setItem(ACTIVE, id);
  document.dispatchEvent(new Event("conversations"));
  document.dispatchEvent(new Event("conversation-open"));
  if (turns.length) toTop(turns.at(-1).node, "instant");
}

function retitle() {
  const kept = keep.get(id);
  if (!kept) return;
  title = kept.title;
  named = true;
  busy(Boolean(ticket));
}

function toTop(node, behavior = "auto") {
  const scroller = $("#scroller");
  const top = node.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const smooth = behavior === "auto" && !still ? "smooth" : "instant";
  scroller.scrollBy({ top: top - 8, behavior: smooth });
}

function act(event) {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const at = turns.findIndex((turn) => turn.node.contains(button));
  if (at < 0) return;
  const turn = turns[at];
  const deeds = {
    copy: () => copy(turn.copy, "Copied with its sources."),
    retry: () => again(turn, turn.question, at),
    edit: () => edit(turn, at),
    undo: () => undo(turn),
    up: () => judge(turn, button, true),
    down: () => judge(turn, button, false),
  };
  deeds[button.dataset.act]?.();
}

function again(turn, question, at) {
  if (ticket) return;
  restoreFilters(turn.kept?.filters);
  ask(question, at);
}

function undo(turn) {
  if (ticket || turn !== turns.at(-1)) return;
  turn.dropped = [];
  if (turns.length === 1) keep.drop(id);
  takeBack(turn);
  save();
}

function edit(turn, at) {
  if (ticket || $(".edit", turn.node)) return;
  const box = el("textarea", { "aria-label": "The question, to edit", rows: 2, maxlength: 4000 });
  box.value = turn.question;
  const cancel = el("button", { type: "button" }, "Cancel");
  const send = el("button", { type: "submit", class: "primary" }, "Ask");
  const below = turns.length - at > 1 ? el("p", { class: "small" }, "What stands below it will be left out.") : "";
  const form = el("form", { class: "edit" }, box, el("div", { class: "edit-foot" }, below, cancel, send));
  const asked = $(".asked", turn.node);
  const end = () => {
    form.remove();
    asked.hidden = false;
    $('[data-act="edit"]', asked)?.focus();
  };
  cancel.addEventListener("click", end);
  box.addEventListener("input", () => grow(box));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      end();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim()) return;
    again(turn, box.value, at);
  });
  asked.hidden = true;
  asked.before(form);
  grow(box);
  box.focus();
}

async function judge(turn, button, good, note = "") {
  let problem;
  try {
    problem = (await page.server.judge({ turn: turn.kept, good, note })).problem;
  } catch {
    problem = LOST;
  }
  if (problem) {
    toast(problem);
    return;
  }
  const tools = button.closest(".tools");
  $$('[data-act="up"], [data-act="down"]', tools).forEach((one) => {
    one.setAttribute("aria-pressed", String(one === button));
  });
  if (note) {
    $(".note", turn.node)?.remove();
    toast("Kept with the note.");
    button.focus();
    return;
  }
  toast(good ? "Noted as a good answer." : "Noted as a bad answer.");
  $(".note", turn.node)?.remove();
  const box = el("input", { "aria-label": "A note on this answer", maxlength: 2000, placeholder: good ? "What was good about it? (optional)" : "What is wrong with it? (optional)" });
  const form = el("form", { class: "note" }, box, el("button", { type: "submit" }, "Keep the note"));
  const close = el("button", { type: "button", class: "tool", "aria-label": "No note" }, icon("close"));
  close.addEventListener("click", () => {
    form.remove();
    button.focus();
  });
  form.append(close);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.value.trim()) judge(turn, button, good, box.value.trim());
  });
  tools.after(form);
  box.focus();
}
