// Messages of a chat as DOM nodes.

import { ask, enlarge, make, post, toast } from "./dom.js";
import { formatted } from "./entities.js";

const MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];

/** Write a day as a person says it: «Сегодня», «24 ноября». */
export function dayName(date, today) {
  if (date.toDateString() === today.toDateString()) return "Сегодня";
  const year = date.getFullYear() === today.getFullYear() ? "" : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()]}${year}`;
}

/** Write a time of day: «9:05». */
export const clockTime = (date) => `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;

/** Write a size: «29 кБ». */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} Б`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} кБ` : `${(bytes / 1024 / 1024).toFixed(1)} МБ`;
}

/** Build a message; `context` has person, bot, presses and send(text). */
export function messageNode(message, context) {
  const mine = message.from.id === context.person.id;
  const bubble = make("div", { className: "bubble" });
  const act = { command: context.send };
  for (const node of content(message)) bubble.append(node);
  if (message.text) bubble.append(formatted(message.text, message.entities, act));
  if (message.caption) bubble.append(formatted(message.caption, message.caption_entities, act));
  const edited = message.edit_date ? "изменено " : "";
  bubble.append(make("span", { className: "meta" }, edited + clockTime(new Date(message.date * 1000))));
  const rows = message.reply_markup?.inline_keyboard ?? [];
  return make(
    "article",
    {
      className: `message${mine ? " mine" : ""}${rows.length || message.photo ? " wide" : ""}`,
      "data-testid": `message-${message.message_id}`,
      "aria-label": mine ? "Вы" : "Бот",
    },
    bubble,
    rows.length ? keyboard(message, rows, context) : null,
  );
}

function* content(message) {
  if (message.photo) {
    const { file_unique_id: id, width, height } = message.photo.at(-1);
    const source = `/sandbox/files/${id}`;
    const picture = make("img", { src: source, alt: "Фото", width, height });
    yield make("button", { className: "photo", "aria-label": "Открыть фото", onclick: () => enlarge(source, "Фото") }, picture);
  }
  if (message.document) {
    const file = message.document;
    const kind = file.file_name.split(".").at(-1).slice(0, 4).toUpperCase();
    yield make("a", { className: "document", href: `/sandbox/files/${file.file_unique_id}`, target: "_blank", rel: "noopener" },
      make("span", { className: "file-icon", "aria-hidden": "true" }, kind),
      make("span", {}, make("strong", {}, file.file_name), make("span", {}, size(file.file_size))));
  }
  if (message.contact) yield row("📱", `${message.contact.first_name} ${message.contact.last_name ?? ""}`.trim(), message.contact.phone_number);
  if (message.venue) yield row("📍", message.venue.title, message.venue.address);
  else if (message.location) yield row("📍", "Место", `${message.location.latitude}, ${message.location.longitude}`);
}

function row(icon, title, details) {
  return make("span", { className: "document" },
    make("span", { className: "file-icon", "aria-hidden": "true" }, icon),
    make("span", {}, make("strong", {}, title), make("span", {}, details)));
}

function keyboard(message, rows, context) {
  return make("div", { className: "keyboard" }, ...rows.map((buttons, r) =>
    make("div", {}, ...buttons.map((button, c) => {
      const waiting = context.presses.some((p) => p.message_id === message.message_id && p.row === r && p.column === c);
      return make("button", {
        className: `key${waiting ? " waiting" : ""}`,
        "aria-busy": waiting ? "true" : null,
        onclick: () => press(message, button, r, c, context),
      }, button.text);
    }))));
}

async function press(message, button, r, c, context) {
  if (button.url) {
    const start = button.url.match(/^(?:https:\/\/)?t\.me\/(\w+)\?start=([\w-]+)$/);
    if (start && start[1] === context.bot.username) await post(`chats/${context.person.id}/start`, { payload: start[2] });
    else if (await ask(`Открыть ${button.url}?`, [["Отмена", false], ["Открыть", true]])) window.open(button.url, "_blank", "noopener");
    return;
  }
  if (!button.callback_data) {
    toast("Эту кнопку песочница не умеет.");
    return;
  }
  await post(`chats/${context.person.id}/press`, { message_id: message.message_id, row: r, column: c });
}
