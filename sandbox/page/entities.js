// A message's text with its entities as DOM nodes. Offsets count UTF-16 units, as JavaScript's strings do.

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
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
    case "text_link": return link(entity.url, content);
    case "url": return link(/^[a-z]+:/i.test(words) ? words : `https://${words}`, content);
    case "email": return link(`mailto:${words}`, content);
    case "phone_number": return link(`tel:${words.replace(/[^+\d]/g, "")}`, content);
    case "bot_command": {
      const button = wrap("button", content);
      button.className = "link";
      button.addEventListener("click", () => act.command?.(words));
      return button;
    }
    case "spoiler": {
      const spoiler = wrap("span", content);
      spoiler.className = "spoiler";
      spoiler.addEventListener("click", () => spoiler.classList.add("open"));
      return spoiler;
    }
    default: return wrap("span", content);
  }
}

function wrap(tag, content) {
  const node = document.createElement(tag);
  node.append(content);
  return node;
}

function link(href, content) {
  const node = wrap("a", content);
  if (/^(https?|mailto|tel|tg):/i.test(href)) node.href = href;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}
