// Small helpers of the page's modules. Text goes into the page by textContent; HTML comes from the
// server alone, where it is escaped.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function icon(name) {
  const made = document.createElement("template");
  made.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#i-${name}"></use></svg>`;
  return made.content.firstChild;
}

// Make `node` hold this HTML, and leave alone what is the same: focus and open details stay.
export function morph(node, html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  children(node, made.content);
}

function children(old, wanted) {
  const next = [...wanted.childNodes];
  [...old.childNodes].slice(next.length).forEach((node) => node.remove());
  next.forEach((to, at) => {
    const from = old.childNodes[at];
    if (!from) old.append(to);
    else if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) from.replaceWith(to);
    else if (from.nodeType === Node.TEXT_NODE) {
      if (from.data !== to.data) from.data = to.data;
    } else {
      for (const { name } of [...from.attributes]) {
        if (!to.hasAttribute(name) && name !== "open" && name !== "aria-current") {
          from.removeAttribute(name);
        }
      }
      for (const { name, value } of [...to.attributes]) {
        if (from.getAttribute(name) !== value) from.setAttribute(name, value);
      }
      children(from, to);
    }
  });
}

let hiding = 0;

// A short message at the foot of the page, with a way back where there is one.
export function toast(words, act = "", then = null) {
  const box = $("#toast");
  box.replaceChildren(el("span", {}, words));
  if (then) {
    const button = el("button", { type: "button" }, act);
    button.addEventListener("click", () => {
      box.replaceChildren();
      then();
    });
    box.append(button);
  }
  clearTimeout(hiding);
  hiding = setTimeout(() => box.replaceChildren(), then ? 8000 : 3500);
}

export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure address browsers give no clipboard; the old way still works.
    const box = el("textarea", { class: "unseen", "aria-hidden": "true" });
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  toast(words);
}

// Put a menu beside the button that opens it. One above it stands on its lower edge, so that nothing
// there moves away under the pointer when a message in the menu comes or goes.
export function beside(menu, button, above = false) {
  const place = () => {
    const open = menu.matches(":popover-open");
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const at = button.getBoundingClientRect();
    const room = document.documentElement.clientWidth - menu.offsetWidth - 12;
    menu.style.left = `${Math.max(12, Math.min(above ? at.left : at.right - menu.offsetWidth, room))}px`;
    if (above) {
      menu.style.bottom = `${document.documentElement.clientHeight - at.top + 8}px`;
      menu.style.maxHeight = `${at.top - 20}px`;
    } else menu.style.top = `${at.bottom + 6}px`;
  };
  menu.addEventListener("toggle", place);
  place(); // it may have been opened before the page was ready
}

export const finePointer = () => window.matchMedia("(pointer: fine)").matches;
