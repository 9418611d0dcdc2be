// Small help with the document.

export const $ = (id) => document.getElementById(id);

/** Make an element with properties and children; text children are never read as HTML. */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

let hiding;
/** Show a short word over the chat. */
export function toast(text) {
  const place = $("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.hidden = true; }, 3500);
}

/** Ask with buttons; resolves to the value of the pressed one, undefined when the dialog is closed. */
export function ask(text, answers) {
  const dialog = $("dialog");
  dialog.className = "";
  return new Promise((resolve) => {
    const choose = (value) => { dialog.close(); resolve(value); };
    dialog.onclose = () => resolve(undefined);
    dialog.replaceChildren(
      make("div", {}, text),
      make("div", { className: "dialog-buttons" },
        ...answers.map(([label, value]) => make("button", { onclick: () => choose(value) }, label))),
    );
    dialog.showModal();
  });
}

/** Show a picture as large as the window. */
export function enlarge(source, description) {
  const dialog = $("dialog");
  dialog.className = "picture";
  dialog.onclose = null;
  dialog.replaceChildren(make("img", { src: source, alt: description, onclick: () => dialog.close() }));
  dialog.showModal();
}

/** Post to the sandbox; a refusal is shown and gives null. */
export async function post(path, body = {}) {
  const options = body instanceof FormData
    ? { method: "POST", body }
    : { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  try {
    const answer = await (await fetch(`/sandbox/${path}`, options)).json();
    if (answer.ok) return answer;
    toast(answer.error ?? "Не получилось.");
  } catch {
    toast("Песочница не отвечает.");
  }
  return null;
}
