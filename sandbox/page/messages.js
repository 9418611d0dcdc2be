// Messages of a chat as DOM nodes.

import { ask, enlarge, icon, make, phone, post, toast } from "./dom.js";
import { copy, formatted } from "./entities.js";

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
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} кБ`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} МБ`;
}

/** Write an amount in the smallest units: «1 400,00 ₽». */
export function money(amount, currency) {
  if (currency === "XTR") return `${amount} ⭐`;
  const digits = ["JPY", "KRW", "VND", "CLP"].includes(currency) ? 0 : 2;
  return new Intl.NumberFormat("ru", { style: "currency", currency, minimumFractionDigits: digits }).format(amount / 10 ** digits);
}

/** Say in a line what a message is. */
export const gist = (message) =>
  message.text ?? message.caption ?? message.document?.file_name ?? message.invoice?.title ?? (message.photo ? "Фото" : "Сообщение");

const fullName = (one) => `${one.first_name} ${one.last_name ?? ""}`.trim();

/** Build a message; `context` is what feed.js was given. `joined`: the one above is theirs too. */
export function messageNode(message, context, joined) {
  const mine = message.from.id === context.person.id;
  const bubble = make("div", { className: "bubble" });
  const act = { command: context.send, link: (url) => opensChat(url, context) };
  for (const node of content(message, context)) bubble.append(node);
  if (message.text) bubble.append(formatted(message.text, message.entities, act));
  if (message.caption) bubble.append(formatted(message.caption, message.caption_entities, act));
  const edited = message.edit_date ? "изменено " : "";
  const reply = make("button", { className: "reply", "aria-label": "Ответить на сообщение", title: "Ответить", onclick: () => context.reply(message) }, icon("reply"));
  bubble.append(make("span", { className: "meta" }, reply, edited + clockTime(new Date(message.date * 1000))));
  const reaction = context.reactions[message.message_id];
  if (reaction) bubble.append(make("span", { className: "reaction", "aria-label": `Бот: ${reaction}` }, reaction));
  const rows = message.reply_markup?.inline_keyboard ?? [];
  const classes = ["message", mine && "mine", joined && "joined", (rows.length || message.photo) && "wide"];
  return make(
    "article",
    {
      className: classes.filter(Boolean).join(" "),
      "data-testid": `message-${message.message_id}`,
      "aria-label": mine ? "Вы" : "Бот",
    },
    bubble,
    rows.length ? keyboard(message, rows, context) : null,
  );
}

function* content(message, context) {
  const origin = message.forward_origin?.sender_user;
  if (origin) yield make("span", { className: "forwarded" }, `Переслано от: ${fullName(origin)}`);
  const quoted = message.reply_to_message;
  if (quoted) {
    yield make("span", { className: "quote" },
      make("strong", {}, quoted.from.id === context.person.id ? "Вы" : fullName(quoted.from)),
      make("span", {}, gist(quoted)));
  }
  if (message.photo) {
    const { file_unique_id: id, width, height } = message.photo.at(-1);
    const source = `/sandbox/files/${id}`;
    const picture = make("img", { src: source, alt: "Фото", width, height });
    picture.style.cssText = `aspect-ratio: ${width} / ${height}; width: min(100%, ${Math.round(260 * width / height)}px)`;
    yield make("button", { className: "photo", "aria-label": "Открыть фото", onclick: () => enlarge(source, "photo", width, height) }, picture);
  }
  if (message.document) {
    const { file_name: name, file_size: bytes, file_unique_id: id } = message.document;
    yield fileNode(name, bytes, `/sandbox/files/${id}`, `/sandbox/files/${id}?download`);
  }
  if (message.invoice) {
    const { title, description, total_amount: amount, currency } = message.invoice;
    yield make("span", { className: "invoice" }, make("strong", {}, title), make("span", {}, description), make("b", {}, money(amount, currency)));
  }
  if (message.successful_payment) {
    const { total_amount: amount, currency } = message.successful_payment;
    yield `Оплачено: ${money(amount, currency)} (деньги ненастоящие)`;
  }
  if (message.via_bot) yield make("span", { className: "forwarded" }, `через @${message.via_bot.username}`);
  if (message.contact) yield row("person", fullName(message.contact), phone(message.contact.phone_number));
  if (message.venue) yield row("pin", message.venue.title, message.venue.address);
  else if (message.location) yield row("pin", "Место", `${message.location.latitude.toFixed(4)}, ${message.location.longitude.toFixed(4)}`);
}

/** Build a file's line: its name opens it, the sign at the end saves it. */
export function fileNode(name, bytes, source, saving) {
  const kind = name.includes(".") ? name.split(".").at(-1).slice(0, 4).toUpperCase() : "…";
  return make("span", { className: "document" },
    make("a", { href: source, target: "_blank", rel: "noopener" },
      make("span", { className: "file-icon", "aria-hidden": "true" }, kind),
      make("span", { className: "file-name" }, make("strong", {}, name), make("span", {}, size(bytes)))),
    make("a", { className: "icon", href: saving, download: name, "aria-label": `Скачать ${name}` }, icon("save")));
}

function row(sign, title, details) {
  return make("span", { className: "document" },
    make("span", { className: "file-icon", "aria-hidden": "true" }, icon(sign)),
    make("span", { className: "file-name" }, make("strong", {}, title), make("span", {}, details)));
}

function keyboard(message, rows, context) {
  return make("div", { className: "keyboard" }, ...rows.map((buttons, r) =>
    make("div", {}, ...buttons.map((button, c) => {
      const waiting = context.presses.some((p) => p.row === r && p.column === c && p.message_id === message.message_id);
      return make("button", {
        className: `key${waiting ? " waiting" : ""}${button.url ? " link-out" : ""}`,
        "aria-busy": waiting ? "true" : null,
        onclick: () => press(message, button, r, c, context),
      }, button.pay ? button.text.replace(/^Pay [\d.]+ [A-Z]{3}$/, `Заплатить ${message.invoice ? money(message.invoice.total_amount, message.invoice.currency) : ""}`) : button.text);
    }))));
}

/** Start the bot where a link says so, as Telegram does; tells whether it was such a link. */
export function opensChat(url, context) {
  const start = url.match(/^(?:https?:\/\/)?t\.me\/(\w+)\?start=([\w-]+)$/) ?? url.match(/^tg:\/\/resolve\?domain=(\w+)&start=([\w-]+)$/);
  if (start?.[1] !== context.bot.username) return false;
  context.start(start[2]);
  return true;
}

async function press(message, button, r, c, context) {
  if (button.url) {
    if (opensChat(button.url, context)) return;
    if (await ask(`Открыть ${button.url}?`, [["Отмена", false], ["Открыть", true]])) window.open(button.url, "_blank", "noopener");
  } else if (button.pay) {
    const { total_amount: amount, currency } = message.invoice;
    const words = `Заплатить ${money(amount, currency)}? Деньги ненастоящие.`;
    if (await ask(words, [["Отмена", false], ["Заплатить", true]])) await post(`chats/${context.person.id}/pay`, { message_id: message.message_id });
  } else if (button.switch_inline_query_current_chat !== undefined) {
    context.write(`@${context.bot.username} ${button.switch_inline_query_current_chat}`);
  } else if (button.copy_text) {
    copy(button.copy_text.text);
  } else if (button.callback_data) {
    context.pressed();
    await post(`chats/${context.person.id}/press`, { message_id: message.message_id, row: r, column: c });
  } else {
    toast("Эту кнопку песочница не умеет.");
  }
}
