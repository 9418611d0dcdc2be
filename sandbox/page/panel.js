// The clock, the calls of the bot, violations, faults: what a person in a real chat never sees.

import { $, make, plural, post } from "./dom.js";
import { clockTime, dayName } from "./messages.js";

const SHOWN = 200;

/** Show the sandbox's clock, which may run ahead of ours by `offset` seconds. */
export function showClock(offset) {
  const now = new Date(Date.now() + offset * 1000);
  $("clock").textContent = `${dayName(now, new Date(0))}, ${clockTime(now)}`.replace(` ${now.getFullYear()},`, ",");
  const hours = Math.round(offset / 3600);
  const parts = [];
  if (hours >= 24) parts.push(plural(Math.floor(hours / 24), "день", "дня", "дней"));
  if (hours % 24) parts.push(plural(hours % 24, "час", "часа", "часов"));
  if (offset && !parts.length) parts.push(plural(Math.max(1, Math.round(offset / 60)), "минуту", "минуты", "минут"));
  $("offset").textContent = parts.length ? `впереди настоящих на ${parts.join(" ")}` : "идут как настоящие";
}

/** Add a call to the list, the newest on top. */
export function addCall(call) {
  const list = $("calls");
  const at = new Date(call.at * 1000);
  const title = make("summary", {},
    make("span", { className: "at" }, clockTime(at)),
    make("span", {}, call.method),
    make("span", {}, call.ok ? `${call.ms} мс`.replace(".", ",") : `${call.error_code || "обрыв"}`));
  const details = { ...call.params };
  if (!call.ok) details["→"] = call.description;
  const open = (event) => {
    if (event.target.open && !event.target.querySelector("pre")) event.target.append(make("pre", {}, JSON.stringify(details, null, 1)));
  };
  const item = make("li", { className: call.ok ? "" : "failed" }, make("details", { ontoggle: open }, title));
  list.prepend(item);
  while (list.children.length > SHOWN) list.lastChild.remove();
  $("call-count").textContent = call.n;
  $("no-calls").hidden = true;
  if (![...$("methods").children].some((one) => one.value === call.method)) $("methods").append(make("option", { value: call.method }));
}

/** Add a violation. */
export function addViolation(violation) {
  $("violations").prepend(make("li", {}, make("strong", {}, violation.method), ` ${violation.what}`));
  const count = $("violations").children.length;
  $("violation-count").textContent = count;
  $("violation-count").className = "badge bad";
  $("no-violations").hidden = true;
}

/** Say which faults still wait for their calls. */
export function showFaults(faults) {
  const names = Object.fromEntries([...$("fault").elements.kind.options].map((one) => [one.value, one.text]));
  const lines = faults.map((f) => `${names[f.kind] ?? f.kind} × ${f.count}${f.method ? `, ${f.method === "*" ? "любой метод" : f.method}` : ""}`);
  $("faults").replaceChildren(...lines.map((line) => make("li", {}, line)));
  $("clear-faults").hidden = !lines.length;
  countFaults();
}

/** Say whether letters and text messages fail. */
export function showOutages({ mail, sms }) {
  $("mail-down").checked = mail;
  $("sms-down").checked = sms;
  countFaults();
}

function countFaults() {
  const count = $("faults").children.length + Number($("mail-down").checked) + Number($("sms-down").checked);
  $("fault-count").hidden = !count;
  $("fault-count").textContent = count;
}

/** Fill the panel from the whole state. */
export function fill(state) {
  $("calls").replaceChildren();
  $("no-calls").hidden = false;
  state.calls.forEach(addCall);
  $("violations").replaceChildren();
  $("violation-count").textContent = "0";
  $("violation-count").className = "badge good";
  $("no-violations").hidden = false;
  state.violations.forEach(addViolation);
  showFaults(state.faults);
  $("limits").value = state.limits;
}

/** Make the panel's buttons work. */
export function connect(currentPerson) {
  for (const button of document.querySelectorAll("[data-forward]")) {
    button.addEventListener("click", () => post("clock", { forward: Number(button.dataset.forward) }));
  }
  $("fault").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    post("faults", {
      kind: form.get("kind"), method: form.get("method").trim() || "*",
      count: Number(form.get("count")), seconds: Number(form.get("seconds")),
    });
  });
  $("clear-faults").addEventListener("click", () => post("faults", {}, "DELETE"));
  $("limits").addEventListener("change", (event) => post("limits", { limits: event.target.value }));
  for (const way of ["mail", "sms"]) {
    $(`${way}-down`).addEventListener("change", (event) => post("phone", { [way]: event.target.checked }));
  }
  $("block").addEventListener("change", (event) => post(`chats/${currentPerson()}/block`, { blocked: event.target.checked }));
}
