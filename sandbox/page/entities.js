// A message's text with its entities as DOM nodes. Offsets count UTF-16 units, as JavaScript's strings do.

import { toast } from "./dom.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s",
  blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** Build the nodes of text[start, end): entities that begin there are nested by their length. */
export function formatted(text, entities = [], act = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted, act);
}

function build(text, start, end, entities, act) {
  const part = document.createDocumentFragment();
  let position = start;
  for (let number = 0; number < entities.length; number++) {
    const entity = entities[number];
    const stop = entity.offset + entity.length;
    if (entity.offset < position || stop > end) continue;
    part.append(text.slice(position, entity.offset));
    const inner = entities.slice(number + 1).filter((e) => e.offset >= entity.offset && e.offset + e.length <= stop);
    part.append(element(entity, text.slice(entity.offset, stop), build(text, entity.offset, stop, inner, act), act));
    position = stop;
  }
  part.append(text.slice(position, end));
  return part;
}

function element(entity, words, content, act) {
  const tag = TAGS[entity.type];
  if (tag) return wrap(tag, content);
  switch (entity.type) {
    case "text_link": return link(entity.url, content, act);
    case "url": return link(/^[a-z]+:/i.test(words) ? words : `https://${words}`, content, act);
    case "email": return link(`mailto:${words}`, content, act);
    case "phone_number": return link(`tel:${words.replace(/[^+\d]/g, "")}`, content, act);
    case "code": case "pre": return pressable(wrap(entity.type, content), "Скопировать", () => copy(words));
    case "bot_command": {
      const button = wrap("button", content);
      button.className = "link";
      button.addEventListener("click", () => act.command?.(words));
      return button;
    }
    case "spoiler": {
      const spoiler = wrap("span", content);
      spoiler.className = "spoiler";
      return pressable(spoiler, "Показать скрытое", () => spoiler.classList.add("open"));
    }
    default: return wrap("span", content);
  }
}

function wrap(tag, content) {
  const node = document.createElement(tag);
  node.append(content);
  return node;
}

/** Let an element be pressed by mouse and keys alike. */
function pressable(node, title, act) {
  node.tabIndex = 0;
  node.title = title;
  node.setAttribute("role", "button");
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
  });
  return node;
}

/** Put a text on the clipboard, where the browser allows it. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Скопировано.");
  } catch {
    toast("Браузер не дал скопировать.");
  }
}

function link(href, content, act) {
  const node = wrap("a", content);
  node.addEventListener("click", (event) => { if (act.link?.(href)) event.preventDefault(); });
  if (/^(https?|mailto|tel|tg):/i.test(href)) node.href = href;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}
