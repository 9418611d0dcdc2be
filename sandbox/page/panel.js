// The clock, the calls of the bot, violations, faults: what a person in a real chat never sees.

import { $, make, post } from "./dom.js";
import { clockTime, dayName } from "./messages.js";

const SHOWN = 200;

/** Show the sandbox's clock, which may run ahead of ours by `offset` seconds. */
export function showClock(offset) {
  const now = new Date(Date.now() + offset * 1000);
  $("clock").textContent = `${dayName(now, new Date(0))}, ${clockTime(now)}`.replace(` ${now.getFullYear()},`, ",");
  const days = Math.floor(offset / 86400);
  const hours = Math.round((offset % 86400) / 3600);
  $("offset").textContent = offset ? `впереди настоящих на ${days ? `${days} дн. ` : ""}${hours} ч` : "идут как настоящие";
}

/** Add a call to the list, the newest on top. */
export function addCall(call) {
  const list = $("calls");
  const title = make("summary", {}, make("span", {}, call.method), make("span", {}, call.ok ? `${call.ms} мс` : `${call.error_code || "обрыв"}`));
  const details = { ...call.params };
  if (!call.ok) details["→"] = call.description;
  const open = (event) => {
    if (event.target.open && !event.target.querySelector("pre")) event.target.append(make("pre", {}, JSON.stringify(details, null, 1)));
  };
  const item = make("li", { className: call.ok ? "" : "failed" }, make("details", { ontoggle: open }, title));
  list.prepend(item);
  while (list.children.length > SHOWN) list.lastChild.remove();
  $("call-count").textContent = call.n;
}

/** Add a violation. */
export function addViolation(violation) {
  $("violations").prepend(make("li", {}, `${violation.method}: ${violation.what}`));
  const count = $("violations").children.length;
  $("violation-count").textContent = count;
  $("violation-count").className = "badge bad";
}

/** Say which faults still wait for their calls. */
export function showFaults(faults) {
  $("faults").textContent = faults.map((f) => `${f.kind} × ${f.count} (${f.method})`).join(", ");
}

/** Fill the panel from the whole state. */
export function fill(state) {
  $("calls").replaceChildren();
  state.calls.forEach(addCall);
  $("violations").replaceChildren();
  $("violation-count").textContent = "0";
  $("violation-count").className = "badge";
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
    post("faults", { kind: form.get("kind"), method: form.get("method") || "*", count: Number(form.get("count")) });
  });
  $("limits").addEventListener("change", (event) => post("limits", { limits: event.target.value }));
  $("block").addEventListener("change", (event) => post(`chats/${currentPerson()}/block`, { blocked: event.target.checked }));
}
