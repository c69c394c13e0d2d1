// Conversations, kept in this browser only: one entry of localStorage each, so that two tabs never
// write over each other's. What is read back may be anything; the server checks it before it is
// shown again.
const PREFIX = "commentary.conversation.";

export function all() {
  const found = [];
  for (let at = 0; at < localStorage.length; at++) {
    const key = localStorage.key(at);
    const one = key.startsWith(PREFIX) ? get(key.slice(PREFIX.length)) : null;
    if (one) found.push(one);
  }
  return found.sort((a, b) => b.changed - a.changed);
}

export function get(id) {
  try {
    const one = JSON.parse(localStorage.getItem(PREFIX + id));
    const sound = one && one.id === id && typeof one.title === "string" && Array.isArray(one.turns);
    return sound ? { ...one, changed: Number(one.changed) || 0 } : null;
  } catch {
    return null;
  }
}

// Keep a conversation; the oldest others make room where there is none. False when it has none.
export function put(conversation) {
  const others = all().filter((one) => one.id !== conversation.id);
  for (;;) {
    try {
      localStorage.setItem(PREFIX + conversation.id, JSON.stringify(conversation));
      return true;
    } catch {
      const oldest = others.pop();
      if (!oldest) return false;
      drop(oldest.id);
    }
  }
}

export function drop(id) {
  localStorage.removeItem(PREFIX + id);
}

export function dropAll() {
  all().forEach((one) => drop(one.id));
}

export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(9))].map((n) => n.toString(36)).join("");
}

// What another tab changes; `tell` is called without saying what.
export function watchKept(tell) {
  window.addEventListener("storage", (event) => {
    if (!event.key || event.key.startsWith(PREFIX)) tell();
  });
}
