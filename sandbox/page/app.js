// The chat page: one state, kept up to date by server-sent events, drawn anew where it changed.

import { connectComposer, drawComposer, reply, send, write } from "./composer.js";
import * as box from "./box.js";
import { $, ask, icon, make, plural, post, toast } from "./dom.js";
import { came, drawFeed, toEnd } from "./feed.js";
import { closeMenus, drawers } from "./menus.js";
import { gist, opensChat } from "./messages.js";
import * as panel from "./panel.js";
import * as people from "./people.js";

const SOON = 5000; // milliseconds after a press in which what comes is its answer, and is scrolled to

let state = null;
let current = Number(sessionStorage.getItem("person")) || null;
let broken = false;
let loading = 0; // what happens meanwhile may be in what is loaded or not: it is loaded once more
let missed = false;
let pressedAt = 0;
const unread = new Map();
const typing = new Map();

const chat = () => state.chats[current];
const person = () => state.people.find((one) => one.id === current);
const drawPeople = () => people.draw(state, current, unread, choose);
const now = () => new Date(Date.now() + state.offset * 1000);

// --- drawing

function drawChat() {
  const context = {
    person: person(), bot: state.bot, presses: chat().presses, reactions: chat().reactions, reply, send, write,
    pressed: () => { pressedAt = Date.now(); },
    start: (payload) => { toEnd(); return post(`chats/${current}/start`, { payload }); },
  };
  drawFeed(chat().messages, context, now());
  drawComposer();
  drawHead();
  drawPin();
}

function drawPin() {
  const message = chat().messages.find((one) => one.message_id === chat().pinned.at(-1));
  $("pin").hidden = !message;
  $("pin").onclick = () => document.querySelector(`[data-testid="message-${message.message_id}"]`)?.scrollIntoView({ block: "center" });
  $("pin").replaceChildren(icon("pinned"), make("span", {}, message ? gist(message) : ""));
}

function drawHead() {
  const { bot } = state;
  $("bot-name").textContent = bot.first_name;
  $("bot-avatar").textContent = [...bot.first_name][0];
  const queue = bot.waiting ? `, ${plural(bot.waiting, "событие ждёт", "события ждут", "событий ждут")}` : "";
  let words = `бот · @${bot.username}`;
  if (!bot.online) words = `не на связи${queue}`;
  else if (typing.get(current) > Date.now()) words = "печатает…";
  if ($("bot-status").textContent !== words) $("bot-status").textContent = words;
  $("bot-status").classList.toggle("off", !bot.online);
  $("block").checked = person().blocked;
  $("block-label").textContent = `${person().first_name}: бот заблокирован`;
  $("note").textContent = broken ? "Песочница не отвечает. Запустите её снова — страница подхватит." : "Песочница: это не Telegram";
  $("note").classList.toggle("off", broken);
}

/** Find a person's commands: their chat's own before everybody's, their language's before the rest. */
function commandsOf({ id, language_code: language }) {
  const places = [`chat:${id}:${language}`, `chat:${id}:`, language, ""];
  return places.map((place) => state.commands[place]).find((list) => list?.length) ?? [];
}

const closeDrawers = drawers();

function choose(id) {
  current = id;
  sessionStorage.setItem("person", id);
  unread.delete(id);
  closeDrawers();
  closeMenus();
  drawPeople();
  drawChat();
}

// --- what the sandbox tells

const heard = {
  message({ chat_id: id, message }) {
    const messages = state.chats[id].messages;
    const place = messages.findIndex((one) => one.message_id === message.message_id);
    if (place >= 0) messages[place] = message;
    else messages.push(message);
    typing.delete(id);
    const isNew = message.from.id === state.bot.id && place < 0;
    if (id === current) {
      drawChat();
      if (isNew && Date.now() - pressedAt < SOON) toEnd();
      else if (isNew) came();
    } else if (isNew) {
      unread.set(id, (unread.get(id) ?? 0) + 1);
      drawPeople();
    }
  },
  deleted({ chat_id: id, message_id: number }) {
    state.chats[id].messages = state.chats[id].messages.filter((one) => one.message_id !== number);
    if (id === current) drawChat();
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
    drawChat();
    if (press.state === "expired") toast("Бот не ответил на нажатие.");
    else if (press.answer && press.show_alert) ask(press.answer, [["Понятно", true]]);
    else if (press.answer) toast(press.answer);
  },
  marks({ chat_id: id, pinned, reactions }) {
    Object.assign(state.chats[id], { pinned, reactions });
    if (id === current) drawChat();
  },
  action({ chat_id: id }) {
    typing.set(id, Date.now() + 5000);
    setTimeout(drawHead, 5100);
    drawHead();
  },
  bot(status) {
    Object.assign(state.bot, status);
    drawHead();
  },
  call: panel.addCall,
  violation: panel.addViolation,
  clock({ offset }) {
    state.offset = offset;
    panel.showClock(offset);
    drawChat();
  },
  person(one) {
    const place = state.people.findIndex((known) => known.id === one.id);
    if (place < 0) { refresh(); return; }
    state.people[place] = one;
    drawPeople();
    drawComposer();
    drawHead();
  },
  commands(commands) { state.commands = commands; },
  limits({ limits }) { $("limits").value = limits; },
  faults: panel.showFaults,
  outages: panel.showOutages,
  letter: box.add,
  sms: box.add,
};

async function refresh() {
  let phone;
  for (let time = 0; time < 3; time++) {
    missed = false;
    loading += 1;
    try {
      [state, phone] = await Promise.all(["state", "phone"].map(async (name) => (await fetch(`/sandbox/${name}`)).json()));
    } catch {
      return;
    } finally {
      loading -= 1;
    }
    if (!missed) break;
  }
  if (!person()) current = state.people[0]?.id ?? null;
  if (current === null) return;
  panel.fill(state);
  panel.showOutages(phone.outages);
  box.fill(phone);
  panel.showClock(state.offset);
  drawPeople();
  drawChat();
}

function listen() {
  const events = new EventSource("/sandbox/events");
  events.onopen = () => {
    if (broken || !state) refresh();
    broken = false;
  };
  events.onerror = () => {
    broken = true;
    if (state) drawHead();
  };
  for (const [name, hear] of Object.entries(heard)) {
    events.addEventListener(name, (event) => {
      if (loading) missed = true;
      else if (state) hear(JSON.parse(event.data));
    });
  }
}

connectComposer(() => ({
  person: person(), chat: chat(),
  commands: commandsOf(person()), bot: state.bot,
}));
people.connect(async (id) => { await refresh(); choose(id); });
panel.connect(() => current);
box.connect({
  people: () => state.people,
  link: (url) => opensChat(url, { bot: state.bot, start: (payload) => { closeDrawers(); toEnd(); post(`chats/${current}/start`, { payload }); } }),
});
listen();
setInterval(() => { if (state) panel.showClock(state.offset); }, 5000);
