// The chat page: one state, kept up to date by server-sent events, drawn anew where it changed.

import { $, ask, make, post, toast } from "./dom.js";
import { dayName, messageNode } from "./messages.js";
import * as panel from "./panel.js";

const CITIES = [["Москва", 55.7558, 37.6176], ["Казань", 55.7963, 49.1064], ["Владивосток", 43.1155, 131.8855]];
const COLORS = ["#7a6a9b", "#a8643f", "#3f6fa8", "#8a7a2f", "#a0506e", "#4d7d4a"];

let state = null;
let current = Number(sessionStorage.getItem("person")) || null;
const unread = new Map();
const typing = new Map();

const chat = () => state.chats[current];
const person = () => state.people.find((one) => one.id === current);
const send = (text) => post(`chats/${current}/text`, { text });

// --- drawing

function drawPeople() {
  $("people").replaceChildren(...state.people.map((one, number) => {
    const count = unread.get(one.id) ?? 0;
    return make("button", {
      className: "person", "data-testid": `person-${one.id}`, "aria-current": String(one.id === current),
      onclick: () => { choose(one.id); },
    },
    avatar(one, number),
    make("span", {}, make("strong", {}, `${one.first_name} ${one.last_name}`.trim()), make("span", {}, one.about || one.language_code)),
    count ? make("span", { className: "badge new", "aria-label": `новых: ${count}` }, String(count)) : null);
  }));
}

function avatar(one, number) {
  const node = make("span", { className: "avatar", "aria-hidden": "true" }, (one.first_name[0] ?? "") + (one.last_name[0] ?? ""));
  node.style.background = COLORS[number % COLORS.length];
  return node;
}

function drawChat({ keepPlace = false } = {}) {
  const feed = $("feed");
  const atBottom = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 80;
  const place = feed.scrollTop;
  const context = { person: person(), bot: state.bot, presses: chat().presses, send };
  const today = new Date(Date.now() + state.offset * 1000);
  const nodes = [];
  let lastDay = "";
  for (const message of chat().messages) {
    const day = dayName(new Date(message.date * 1000), today);
    if (day !== lastDay) nodes.push(make("div", { className: "day" }, day));
    lastDay = day;
    nodes.push(messageNode(message, context));
  }
  if (!nodes.length) nodes.push(make("div", { className: "empty" }, "Здесь пока пусто. Нажмите «Запустить», и бот поздоровается."));
  feed.replaceChildren(...nodes);
  feed.scrollTop = atBottom || !keepPlace ? feed.scrollHeight : place;
  drawComposer();
}

function drawComposer() {
  const started = person().started && !person().blocked;
  $("start").hidden = started;
  $("start").textContent = person().blocked ? "Разблокировать и запустить" : "Запустить";
  $("form").hidden = !started;
  $("block").checked = person().blocked;
  const rows = (started && chat().reply_keyboard?.keyboard) || [];
  $("reply-keyboard").hidden = !rows.length;
  $("reply-keyboard").replaceChildren(...rows.map((row) => make("div", {}, ...row.map((button) =>
    make("button", { onclick: () => pressReply(button) }, button.text)))));
  $("input").placeholder = chat().reply_keyboard?.input_field_placeholder || "Сообщение";
  $("bot-name").textContent = state.bot.first_name;
  $("bot-status").textContent = typing.get(current) > Date.now() ? "печатает…" : `бот · @${state.bot.username}`;
}

function choose(id) {
  current = id;
  sessionStorage.setItem("person", id);
  unread.delete(id);
  closeDrawers();
  drawPeople();
  drawChat();
}

// --- what a person does

async function pressReply(button) {
  if (button.request_contact) {
    const number = `+${person().phone_number.replace(/^\+/, "")}`;
    if (await ask(`Отправить боту ваш номер ${number}?`, [["Отмена", false], ["Отправить", true]])) post(`chats/${current}/contact`);
  } else if (button.request_location) {
    const city = await ask("Откуда отправить место?", [...CITIES.map((c) => [c[0], c]), ["Отмена", null]]);
    if (city) post(`chats/${current}/location`, { latitude: city[1], longitude: city[2] });
  } else {
    send(button.text);
  }
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("input").value.trim();
  if (!text) return;
  $("input").value = "";
  send(text);
});
$("start").addEventListener("click", () => post(`chats/${current}/start`));
$("file").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  event.target.value = "";
  if (!file) return;
  const isPicture = /^image\/(png|jpeg|webp)$/.test(file.type);
  const as = isPicture ? await ask("Как отправить?", [["Фото", "photo"], ["Файл", "document"]]) : "document";
  if (!as) return;
  const form = new FormData();
  form.append("file", file);
  form.append("as", as);
  post(`chats/${current}/file`, form);
});
$("menu").addEventListener("click", () => {
  const list = state.commands[person().language_code] ?? state.commands[""] ?? [];
  $("commands").replaceChildren(...list.map((one) => make("button", {
    role: "menuitem", onclick: () => { $("commands").hidden = true; send(`/${one.command}`); },
  }, make("strong", {}, `/${one.command}`), make("span", {}, one.description))));
  $("commands").hidden = !$("commands").hidden || !list.length;
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#menu, #commands")) $("commands").hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { $("commands").hidden = true; closeDrawers(); }
});
$("new-person").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [first, ...rest] = new FormData(event.target).get("first_name").trim().split(/\s+/);
  event.target.reset();
  const answer = await post("people", { first_name: first, last_name: rest.join(" "), about: "новый человек" });
  if (answer) { await refresh(); choose(answer.person.id); }
});

function closeDrawers() {
  for (const id of ["people-panel", "panel"]) $(id).classList.remove("open");
  $("shade").hidden = true;
}
for (const [button, drawer] of [["open-people", "people-panel"], ["open-panel", "panel"]]) {
  $(button).addEventListener("click", () => { $(drawer).classList.add("open"); $("shade").hidden = false; });
}
$("shade").addEventListener("click", closeDrawers);

// --- what the sandbox tells

const heard = {
  message({ chat_id: id, message }) {
    const messages = state.chats[id].messages;
    const place = messages.findIndex((one) => one.message_id === message.message_id);
    if (place >= 0) messages[place] = message;
    else messages.push(message);
    typing.delete(id);
    if (id === current) drawChat({ keepPlace: true });
    else if (message.from.id === state.bot.id && place < 0) { unread.set(id, (unread.get(id) ?? 0) + 1); drawPeople(); }
  },
  deleted({ chat_id: id, message_id: number }) {
    state.chats[id].messages = state.chats[id].messages.filter((one) => one.message_id !== number);
    if (id === current) drawChat({ keepPlace: true });
  },
  keyboard({ chat_id: id, reply_keyboard: keyboard }) {
    state.chats[id].reply_keyboard = keyboard;
    if (id === current) drawComposer();
  },
  press({ chat_id: id, press }) {
    const presses = state.chats[id].presses.filter((one) => one.id !== press.id);
    if (press.state === "waiting") presses.push(press);
    state.chats[id].presses = presses;
    if (id !== current) return;
    drawChat({ keepPlace: true });
    if (press.answer && press.show_alert) ask(press.answer, [["Понятно", true]]);
    else if (press.answer) toast(press.answer);
  },
  action({ chat_id: id }) {
    typing.set(id, Date.now() + 5000);
    if (id === current) drawComposer();
  },
  call: panel.addCall,
  violation: panel.addViolation,
  clock({ offset }) {
    state.offset = offset;
    panel.showClock(offset);
  },
  person(one) {
    const place = state.people.findIndex((known) => known.id === one.id);
    if (place < 0) { refresh(); return; }
    state.people[place] = one;
    drawPeople();
    drawComposer();
  },
  commands(commands) { state.commands = commands; },
  limits({ limits }) { $("limits").value = limits; },
  faults: panel.showFaults,
};

async function refresh() {
  state = await (await fetch("/sandbox/state")).json();
  if (!person()) current = state.people[0].id;
  panel.fill(state);
  panel.showClock(state.offset);
  drawPeople();
  drawChat();
}

function listen() {
  const events = new EventSource("/sandbox/events");
  let broken = false;
  events.onopen = () => { if (broken || !state) refresh(); broken = false; };
  events.onerror = () => { broken = true; };
  for (const [name, hear] of Object.entries(heard)) {
    events.addEventListener(name, (event) => { if (state) hear(JSON.parse(event.data)); });
  }
}

panel.connect(() => current);
listen();
setInterval(() => { if (state) { panel.showClock(state.offset); drawComposer(); } }, 5000);
