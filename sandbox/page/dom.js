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

/** Draw one of the icons that stand in index.html. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(use);
  return drawing;
}

/** Write a number with its noun: plural(2, "день", "дня", "дней"). */
export function plural(number, one, few, many) {
  const tens = number % 100;
  const last = number % 10;
  if (tens > 10 && tens < 20) return `${number} ${many}`;
  if (last === 1) return `${number} ${one}`;
  return `${number} ${last > 1 && last < 5 ? few : many}`;
}

/** Write a phone number as people read it: «+7 999 000-01-01». */
export function phone(number) {
  const digits = number.replace(/\D/g, "");
  const parts = digits.match(/^7(\d{3})(\d{3})(\d\d)(\d\d)$/);
  return parts ? `+7\u00a0${parts[1]}\u00a0${parts[2]}\u2011${parts[3]}\u2011${parts[4]}` : `+${digits}`;
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

/** Open the dialog over the phone with these children; resolves when it is closed, to what `close` was given. */
function open(className, fill) {
  const dialog = $("dialog");
  if (dialog.open) dialog.close();
  const box = document.querySelector(".phone").getBoundingClientRect();
  dialog.className = className;
  dialog.style.setProperty("--middle", `${box.left + box.width / 2 - innerWidth / 2}px`);
  return new Promise((resolve) => {
    let value;
    const close = (chosen) => { value = chosen; dialog.close(); };
    dialog.onclose = () => resolve(value);
    dialog.onclick = (event) => { if (event.target === dialog) dialog.close(); };
    dialog.replaceChildren(...fill(close));
    dialog.showModal();
  });
}

/** Ask with buttons, the one to expect last or, among many, all alike; resolves to the value of the pressed one, undefined when the dialog is closed. */
export function ask(text, answers) {
  return open("words", (close) => [
    make("p", {}, text),
    make("div", { className: `dialog-buttons${answers.length > 3 ? " many" : ""}` }, ...answers.map(([label, value], number) =>
      make("button", { autofocus: number === answers.length - 1, onclick: () => close(value) }, label))),
  ]);
}

/** Show a picture as large as the window has room for. */
export function enlarge(source, name, width, height) {
  const picture = make("img", { src: source, alt: "Фото", width, height, onclick: () => $("dialog").close() });
  picture.style.width = `min(94vw, ${(84 * width / height).toFixed(2)}vh, ${Math.max(640, width)}px)`;
  return open("picture", (close) => [
    picture,
    make("div", { className: "picture-bar" },
      make("a", { className: "icon", href: source, download: name, "aria-label": "Скачать" }, icon("save")),
      make("button", { className: "icon", autofocus: true, "aria-label": "Закрыть", onclick: () => close() }, icon("close"))),
  ]);
}

/** Post to the sandbox; a refusal is shown and gives null. */
export async function post(path, body = {}, method = "POST") {
  const options = body instanceof FormData
    ? { method, body }
    : { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  try {
    const answer = await (await fetch(`/sandbox/${path}`, options)).json();
    if (answer.ok) return answer;
    toast(answer.error ?? "Не получилось.");
  } catch {
    toast("Песочница не отвечает: она ещё запущена?");
  }
  return null;
}
