// The page's beginning: hands the parts what they need of Gradio, and asks what the server offers.
import { chat, heard, offerStarters, startConversation } from "./conversation.js";
import { $, beside, el, icon, toast } from "./dom.js";
import { offer, startFilters } from "./filters.js";
import { close, startPane, wirePane } from "./pane.js";
import { startSide } from "./side.js";

const THEME = "commentary.theme";
const THEMES = ["system", "light", "dark"];
const CHOICE = "commentary.export";

export async function start(page) {
  const { server } = page;
  theme(THEMES.indexOf(localStorage.getItem(THEME)));
  $("#theme").addEventListener("click", () => theme(THEMES.indexOf(document.documentElement.dataset.theme) + 1));
  page.heard(heard);
  startFilters(server);
  wirePane(server);
  startConversation({ ...page, closePane: close });
  startSide(chat);
  startExport(server);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    $("#question").focus();
  });
  let begun;
  try {
    begun = await server.begin("");
  } catch {
    begun = { problem: "The server does not answer. Is it still running?" };
  }
  if (begun.problem) {
    $("#notice").replaceChildren(el("p", { role: "alert" }, begun.problem));
    return;
  }
  offerStarters(begun.starters);
  $("#empty").hidden = begun.filters.documents > 0;
  $("#empty-way").hidden = !begun.sources;
  $("#empty code").textContent = begun.sources;
  offer(begun.filters);
  $("#app").toggleAttribute("data-judged", begun.judged);
  const links = Object.entries(begun.links);
  $("#nav").replaceChildren(...links.map(([href, name]) => el("a", { href }, icon("library"), name)));
  options($("#export-format"), begun.formats);
  options($("#export-style"), begun.styles);
  startPane(server, begun.styles);
  const [format, style] = (localStorage.getItem(CHOICE) ?? "").split(" ");
  if (begun.formats[format]) $("#export-format").value = format;
  if (begun.styles[style]) $("#export-style").value = style;
  $("#app").dataset.ready = "true";
}

function options(box, names) {
  box.replaceChildren(...Object.entries(names).map(([value, name]) => el("option", { value }, name)));
}

function theme(at) {
  const name = THEMES[Math.max(0, at) % THEMES.length];
  if (name === "system") localStorage.removeItem(THEME);
  else localStorage.setItem(THEME, name);
  document.documentElement.dataset.theme = name;
  $("#theme span").textContent = `Theme: ${name}`;
}

function startExport(server) {
  beside($("#export-menu"), $("#export-more"));
  const save = async () => {
    if ($("#export-menu").matches(":popover-open")) $("#export-menu").hidePopover();
    const format = $("#export-format").value;
    const style = $("#export-style").value;
    localStorage.setItem(CHOICE, `${format} ${style}`);
    let file;
    try {
      file = await server.export({ title: chat.title(), turns: chat.turns(), format, style });
    } catch {
      file = { problem: "The file cannot be made. Is the server still running?" };
    }
    if (file.problem) {
      toast(file.problem);
      return;
    }
    const bytes = Uint8Array.from(atob(file.data), (letter) => letter.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], { type: file.type }));
    el("a", { href: url, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  };
  $("#export").addEventListener("click", save);
  $("#export-now").addEventListener("click", save);
}
