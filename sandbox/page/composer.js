// What a person sends: words, buttons of the reply keyboard, files, places, contacts.

import { $, ask, make, phone, post, toast } from "./dom.js";
import { toEnd } from "./feed.js";
import { askInline } from "./inline.js";
import { menu } from "./menus.js";
import { gist } from "./messages.js";

const CITIES = [["Москва", 55.7558, 37.6176], ["Казань", 55.7963, 49.1064], ["Владивосток", 43.1155, 131.8855]];
const OTHER = { phone_number: "+79990000999", first_name: "Сосед", last_name: "Снизу", user_id: 424242 };
const PICTURE = /^image\/(png|jpeg|webp)$/;

let look;
let keyboardShut = null;
let replied = null;

const path = (act) => `chats/${look().person.id}/${act}`;

/** Send a text as the person whose phone it is. */
export function send(text) {
  toEnd();
  return post(path("text"), { text, ...answering() });
}

/** Let what is sent next be a reply to a message; null: to none. */
export function reply(message) {
  replied = message && { person: look().person.id, message };
  drawReply();
  $("input").focus();
}

/** Say to which message the next one replies, once. */
function answering() {
  const id = replied?.person === look().person.id ? replied.message.message_id : null;
  replied = null;
  drawReply();
  return id ? { reply_to: id } : {};
}

function drawReply() {
  const here = replied?.person === look().person.id;
  $("reply").hidden = !here;
  if (here) $("reply-to").textContent = gist(replied.message);
}

async function place() {
  const city = await ask("Откуда отправить место?", [...CITIES.map((one) => [one[0], one]), ["Отмена", undefined]]);
  if (city) post(path("location"), { latitude: city[1], longitude: city[2] });
}

async function pressReply(button) {
  if (button.request_contact) {
    const words = `Отправить боту ваш номер ${phone(look().person.phone_number)}?`;
    if (await ask(words, [["Отмена", false], ["Отправить", true]])) post(path("contact"));
  } else if (button.request_location) {
    place();
  } else if (Object.keys(button).some((name) => name.startsWith("request_") || name === "web_app")) {
    toast("Эту кнопку песочница не умеет.");
  } else {
    send(button.text);
  }
}

async function sendFiles(files) {
  if (!files.length) return;
  const list = files.length === 1 ? `«${files[0].name}»` : `файлы, их ${files.length}`;
  const asPhoto = files.every((file) => PICTURE.test(file.type));
  const ways = asPhoto ? [["Файлом", "document"], ["Как фото", "photo"]] : [["Отправить", "document"]];
  const as = await ask(`Отправить ${list}?`, [["Отмена", null], ...ways]);
  if (!as) return;
  toEnd();
  const to = answering();
  const album = files.length > 1 ? String(Date.now()) : "";
  for (const file of files) {
    const form = new FormData();
    form.append("file", file);
    form.append("as", as);
    form.append("album", album);
    if (to.reply_to) form.append("reply_to", to.reply_to);
    if (!await post(path("file"), form)) return;
  }
}

/** Draw the part under the feed as it stands for the person. */
export function drawComposer() {
  const { person, chat } = look();
  drawReply();
  const started = person.started && !person.blocked;
  $("start").hidden = started;
  $("start").textContent = person.blocked ? "Разблокировать и запустить" : "Запустить";
  $("form").hidden = !started;
  const keyboard = started ? chat.reply_keyboard : null;
  const rows = keyboard?.keyboard ?? [];
  const shut = keyboardShut !== null && keyboardShut === JSON.stringify(rows);
  $("keys").hidden = !rows.length;
  $("keys").setAttribute("aria-expanded", String(!shut));
  $("reply-keyboard").hidden = !rows.length || shut;
  const signature = JSON.stringify([person.id, rows]);
  if ($("reply-keyboard").dataset.signature !== signature) {
    $("reply-keyboard").dataset.signature = signature;
    $("reply-keyboard").replaceChildren(...rows.map((row) => make("div", {}, ...row.map((button) =>
      make("button", { type: "button", onclick: () => pressReply(button) }, button.text)))));
  }
  $("input").placeholder = keyboard?.input_field_placeholder || "Сообщение";
}

function fit() {
  const input = $("input");
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
  $("form").classList.toggle("filled", Boolean(input.value.trim()));
}

/** Put a text into the input, as a button for the inline mode does. */
export function write(text) {
  $("input").value = text;
  $("input").focus();
  typed();
}

function typed() {
  fit();
  askInline($("input").value, look(), () => { $("input").value = ""; fit(); });
}

/** Make the form work; `current()` gives the person, their chat and the bot's commands. */
export function connectComposer(current) {
  look = current;
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("input").value.trim();
    if (!text) return;
    $("input").value = "";
    typed();
    send(text);
  });
  $("input").addEventListener("input", typed);
  addEventListener("resize", fit);
  $("input").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $("form").requestSubmit();
  });
  $("input").addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); sendFiles(files); }
  });
  $("input").addEventListener("keydown", (event) => { if (event.key === "Escape" && replied) reply(null); });
  $("no-reply").addEventListener("click", () => reply(null));
  $("start").addEventListener("click", async () => { if (await post(path("start"))) $("input").focus(); });
  $("keys").addEventListener("click", () => {
    const rows = JSON.stringify(look().chat.reply_keyboard?.keyboard ?? []);
    keyboardShut = keyboardShut === rows ? null : rows;
    drawComposer();
  });
  $("file").addEventListener("change", (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    sendFiles(files);
  });
  const feed = $("feed");
  feed.addEventListener("dragover", (event) => event.preventDefault());
  feed.addEventListener("drop", (event) => {
    event.preventDefault();
    if (look().person.started) sendFiles([...event.dataTransfer.files]);
  });
  menu($("menu"), $("commands"), () => {
    const list = look().commands;
    if (!list.length) toast("Бот не назвал ни одной команды.");
    return list.map((one) => [`/${one.command}`, one.description, () => send(`/${one.command}`)]);
  });
  menu($("attach"), $("attachments"), () => [
    ["Фото или файл", "с этого компьютера", () => $("file").click()],
    ["Место", "один из трёх городов", place],
    ["Чужой контакт", `из записной книжки: ${OTHER.first_name}`, () => { toEnd(); post(path("contact"), OTHER); }],
  ]);
}
