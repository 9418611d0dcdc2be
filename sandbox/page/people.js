// The people whose phones one can take into the hand.

import { $, icon, make, phone, post } from "./dom.js";

const COLORS = ["#7a6a9b", "#a8643f", "#3f6fa8", "#8a7a2f", "#a0506e", "#4d7d4a"];

/** Draw the list; `unread` counts what came meanwhile, by person. */
export function draw({ people, bot }, current, unread, choose) {
  const focused = document.activeElement?.dataset?.person;
  $("people").replaceChildren(...people.map((one, number) => {
    const count = unread.get(one.id) ?? 0;
    const about = one.blocked ? "заблокировал бота" : one.about || phone(one.phone_number);
    return make("button", {
      className: "person", "data-testid": `person-${one.id}`, "data-person": one.id,
      "aria-current": String(one.id === current), onclick: () => choose(one.id),
    },
    avatar(one, number),
    make("span", { className: "who" }, make("strong", {}, `${one.first_name} ${one.last_name}`.trim()), make("span", {}, about)),
    count ? make("span", { className: "badge new", "aria-label": `новых: ${count}` }, String(count)) : null);
  }));
  if (focused) document.querySelector(`[data-person="${focused}"]`)?.focus();
  const all = [...unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = `${all ? `(${all}) ` : ""}${bot.first_name} — песочница`;
  $("open-people").replaceChildren(icon("people"), ...(all ? [make("span", { className: "badge new" }, String(all))] : []));
}

function avatar(one, number) {
  const letters = [one.first_name, one.last_name].map((name) => [...name][0] ?? "").join("");
  const node = make("span", { className: "avatar", "aria-hidden": "true" }, letters);
  node.style.background = COLORS[number % COLORS.length];
  return node;
}

/** Make the form for somebody new work; `come` is told their id. */
export function connect(come) {
  $("new-person").addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name").trim();
    if (!name) return;
    const [first, ...rest] = name.split(/\s+/);
    event.target.reset();
    const answer = await post("people", { first_name: first, last_name: rest.join(" ") });
    if (answer) await come(answer.person.id);
  });
}
