// The conversations at the side: listed, searched, opened, renamed, deleted.
import { $, $$, el, finePointer, icon, toast } from "./dom.js";
import * as keep from "./keep.js";

const DAY = 86400000;
let chat = null;

export function startSide(conversation) {
  chat = conversation;
  keep.watchKept(list);
  $("#find-conversation").addEventListener("input", list);
  $("#forget").addEventListener("click", () => $("#sure").showModal());
  $("#sure").addEventListener("close", () => {
    if ($("#sure").returnValue !== "yes") return;
    keep.dropAll();
    chat.fresh();
    list();
    toast("All conversations are deleted.");
  });
  $$('[data-do="side"]').forEach((button) => button.addEventListener("click", () => toggle()));
  document.addEventListener("conversations", list);
  list();
}

// On wide windows the side is there until it is hidden; on narrow ones it lies over the chat.
export function toggle(open = !isOpen()) {
  const app = $("#app");
  app.dataset.side = isWide() ? (open ? "open" : "hidden") : open ? "over" : "closed";
  const over = app.dataset.side === "over";
  $("#chat").inert = over;
  // Where fingers type, the search box would open the keyboard.
  if (over) (finePointer() ? $("#find-conversation") : $("#kept")).focus();
  else if (!open) $("#show-side").focus();
}

const isWide = () => window.matchMedia("(min-width: 1200px)").matches;

function isOpen() {
  const side = $("#app").dataset.side;
  return side === "over" || (isWide() && side !== "hidden");
}

function list() {
  const words = $("#find-conversation").value.trim().toLowerCase();
  const kept = keep.all();
  const found = words ? kept.filter((one) => matches(one, words)) : kept;
  const groups = new Map();
  for (const one of found) {
    const name = age(one.changed);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const parts = [...groups].flatMap(([name, some]) => [
    el("h2", {}, name),
    el("ul", {}, ...some.map(item)),
  ]);
  if (!found.length) {
    const none = words ? "No conversation has these words." : "Your conversations will be listed here.";
    parts.push(el("p", { class: "small" }, none));
  }
  $("#kept").replaceChildren(...parts);
  $("#forget").hidden = !kept.length;
}

function matches(one, words) {
  const said = one.turns.flatMap((turn) => [
    turn.question,
    turn.text,
    ...(turn.places ?? []).map((place) => place.quote),
  ]);
  return [one.title, ...said].some((text) => String(text).toLowerCase().includes(words));
}

function age(time) {
  const today = new Date().setHours(0, 0, 0, 0);
  if (time >= today) return "Today";
  if (time >= today - DAY) return "Yesterday";
  return time >= today - 7 * DAY ? "Last seven days" : "Earlier";
}

function item(one) {
  const open = el("button", { type: "button", class: "open", title: one.title }, one.title);
  if (one.id === chat.id()) open.setAttribute("aria-current", "true");
  open.addEventListener("click", () => {
    chat.open(one.id);
    if ($("#app").dataset.side === "over") toggle(false);
  });
  const row = el("li", {}, open, tool("pencil", `Rename ${one.title}`, () => rename(row, one)));
  row.append(tool("trash", `Delete ${one.title}`, () => remove(one)));
  return row;
}

function tool(name, label, then) {
  const button = el("button", { type: "button", class: "tool", "aria-label": label }, icon(name));
  button.title = label.split(" ")[0];
  button.addEventListener("click", then);
  return button;
}

function rename(row, one) {
  const box = el("input", { "aria-label": "Name of the conversation", maxlength: 200 });
  box.value = one.title;
  const end = (take) => {
    const title = box.value.trim();
    if (take && title) keep.put({ ...one, title, named: true });
    document.dispatchEvent(new Event("conversations"));
    if (chat.id() === one.id) chat.retitle();
    $$("#kept .open").find((button) => button.title === (take && title ? title : one.title))?.focus();
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") end(true);
    if (event.key === "Escape") end(false);
  });
  box.addEventListener("blur", () => row.contains(box) && box.isConnected && end(true));
  row.replaceChildren(box);
  box.focus();
  box.select();
}

function remove(one) {
  keep.drop(one.id);
  const wasOpen = chat.id() === one.id;
  if (wasOpen) chat.fresh();
  list();
  $("#kept").focus();
  toast("Deleted.", "Undo", () => {
    keep.put(one);
    list();
    if (wasOpen) chat.open(one.id);
  });
}
