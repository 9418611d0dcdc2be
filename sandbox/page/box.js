// The box of letters and text messages that have reached people, the newest on top; and the tabs it stands under.

import { $, icon, make, phone } from "./dom.js";
import { copy, formatted } from "./entities.js";
import { clockTime, dayName, fileNode } from "./messages.js";

const CODE = /(?<!\d)\d{6}(?!\d)/; // a one-time code, to be copied by a press

let people = () => [];
let link = () => false;
let count = 0;
let seen = Number(sessionStorage.getItem("box")) || 0;

/** Add a letter, or a text message, which has no number. */
export function add(item) {
  $("box-list").prepend(make("li", {}, item.number ? letter(item) : sms(item)));
  $("no-box").hidden = true;
  count += 1;
  mark();
}

/** Show everything that has come. */
export function fill({ letters, messages }) {
  $("box-list").replaceChildren();
  $("no-box").hidden = false;
  count = 0;
  if (seen > letters.length + messages.length) seen = 0; // another sandbox on the same port
  [...letters, ...messages].sort((a, b) => a.at - b.at).forEach(add);
  mark();
}

const narrow = matchMedia("(max-width: 1020px)");
const isOpen = () => !$("box").hidden && (!narrow.matches || $("panel").classList.contains("open"));

/** Count what nobody has seen yet. */
function mark() {
  if (isOpen()) seen = count;
  sessionStorage.setItem("box", seen);
  const unread = count - seen;
  $("box-count").hidden = !unread;
  $("box-count").textContent = unread;
  $("box-count").setAttribute("aria-label", `новых: ${unread}`);
  $("open-box").replaceChildren(icon("mail"), ...(unread ? [make("span", { className: "badge new", "aria-label": `новых: ${unread}` }, String(unread))] : []));
}

function when({ at }) {
  const date = new Date(at * 1000);
  return make("span", { className: "when" }, `${dayName(date, new Date(0))}, ${clockTime(date)}`.replace(` ${date.getFullYear()},`, ","));
}

function sms(item) {
  const digits = item.to.replace(/\D/g, "");
  const owner = people().find((one) => one.phone_number === digits);
  const code = item.text.match(CODE);
  const entities = code ? [...item.entities, { type: "code", offset: code.index, length: code[0].length }] : item.entities;
  return make("article", { className: "sms", "aria-label": `СМС на ${phone(item.to)}` },
    make("header", {}, make("strong", {}, `СМС ${phone(item.to)}`), owner ? make("span", {}, owner.first_name) : null, when(item)),
    make("p", { className: "bubble" }, formatted(item.text, entities, { link })));
}

function letter(item) {
  const path = (name) => `/sandbox/letters/${item.number}/${encodeURIComponent(name)}`;
  const code = item.subject.match(CODE);
  return make("article", { className: "letter", "aria-label": `Письмо на ${item.to}` },
    make("header", {}, make("strong", {}, item.to), when(item)),
    make("strong", {}, item.subject || "Без темы"),
    ...item.files.map(({ name, size }) => fileNode(name, size, path(name), path(name))),
    code ? make("button", { className: "small", onclick: () => copy(code[0]) }, "Скопировать код") : null,
    make("p", {}, formatted(item.text.trim(), item.entities, { link })));
}

function choose(tab) {
  for (const one of document.querySelectorAll("[role=tab]")) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    $(one.getAttribute("aria-controls")).hidden = !chosen;
  }
  mark();
}

/** Make the tabs work; `about.people()` are the people, `about.link(url)` tells whether a link opened the chat. */
export function connect(about) {
  ({ people, link } = about);
  const tabs = [$("tab-works"), $("tab-box")];
  tabs.forEach((tab, number) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      choose(tabs[1 - number]);
      tabs[1 - number].focus();
    });
  });
  // the narrow window's buttons open the drawer at their tab; before menus.js looks for what to focus
  $("open-panel").addEventListener("click", () => choose($("tab-works")), { capture: true });
  $("open-box").addEventListener("click", () => choose($("tab-box")), { capture: true });
  $("open-box").addEventListener("click", mark);
  narrow.addEventListener("change", mark);
}
