// The feed: the messages of one chat. Only what changed is drawn anew, so that focus, a selection and
// opened spoilers stay; the feed keeps to its end unless a person has scrolled away.

import { $, make } from "./dom.js";
import { dayName, messageNode } from "./messages.js";

const drawn = new Map();
let shown = null;
let atEnd = true;
let missed = 0;
let size = "";

/** Draw a chat; `context`: person, bot, presses, reactions, and send(text), start(payload), write(text), pressed(). */
export function drawFeed(messages, context, today) {
  const feed = $("feed");
  if (shown !== context.person.id) {
    shown = context.person.id;
    drawn.clear();
    feed.replaceChildren();
    atEnd = true;
  }
  const items = [];
  let lastDay = "";
  let previous = null;
  for (const message of messages) {
    const day = dayName(new Date(message.date * 1000), today);
    if (day !== lastDay) {
      items.push([`day-${day}`, "", () => make("div", { className: "day" }, day)]);
      previous = null;
    }
    lastDay = day;
    const presses = context.presses.filter((press) => press.message_id === message.message_id);
    const joined = previous?.from.id === message.from.id;
    items.push([message.message_id, JSON.stringify([message, presses, joined, context.reactions[message.message_id]]), () => messageNode(message, context, joined)]);
    previous = message;
  }
  if (!items.length) {
    const words = "Здесь пока пусто. Нажмите «Запустить», и бот поздоровается.";
    items.push(["empty", "", () => make("div", { className: "empty" }, words)]);
  }
  place(feed, items);
  if (atEnd) toEnd();
}

function place(feed, items) {
  const keys = new Set(items.map(([key]) => key));
  for (const [key, { node }] of drawn) {
    if (keys.has(key)) continue;
    if (node.contains(document.activeElement)) feed.focus({ preventScroll: true });
    node.remove();
    drawn.delete(key);
  }
  let next = feed.firstChild;
  for (const [key, signature, build] of items) {
    const old = drawn.get(key);
    if (old?.signature === signature) {
      if (old.node === next) next = next.nextSibling;
      else feed.insertBefore(old.node, next);
      continue;
    }
    const node = build();
    if (old) {
      if (old.node === next) next = next.nextSibling;
      const focused = [...old.node.querySelectorAll("button, a")].indexOf(document.activeElement);
      old.node.replaceWith(node);
      if (focused >= 0) ([...node.querySelectorAll("button, a")][focused] ?? feed).focus({ preventScroll: true });
    } else {
      feed.insertBefore(node, next);
    }
    drawn.set(key, { signature, node });
  }
}

/** Scroll to the newest message. */
export function toEnd() {
  const feed = $("feed");
  atEnd = true;
  missed = 0;
  feed.scrollTop = feed.scrollHeight;
  showDown();
}

/** Count a message that came while the person reads further up. */
export function came() {
  if (!atEnd) missed += 1;
  showDown();
}

function showDown() {
  $("down").hidden = atEnd;
  $("down-count").hidden = !missed;
  $("down-count").textContent = missed;
}

const sizeOf = (feed) => `${feed.clientWidth}×${feed.clientHeight}`;

$("feed").addEventListener("scroll", () => {
  const feed = $("feed");
  if (sizeOf(feed) !== size) return; // the window was resized: nobody scrolled
  atEnd = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 60;
  if (atEnd) missed = 0;
  showDown();
});
$("down").addEventListener("click", toEnd);
new ResizeObserver(() => {
  size = sizeOf($("feed"));
  if (atEnd) toEnd();
}).observe($("feed"));
