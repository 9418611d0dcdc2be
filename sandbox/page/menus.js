// Menus that open over the input: pressed open and shut, walked by arrows, closed by Escape or a press elsewhere.

import { $, make } from "./dom.js";

const opened = new Set();

/** Make `button` open the menu `place`; `items()` gives [label, details, act] for each line. */
export function menu(button, place, items) {
  const close = () => {
    place.hidden = true;
    button.setAttribute("aria-expanded", "false");
    opened.delete(close);
  };
  const open = () => {
    closeMenus();
    const lines = items();
    if (!lines.length) return;
    place.replaceChildren(...lines.map(([label, details, act]) => make("button", {
      type: "button", role: "menuitem", onclick: () => { close(); button.focus(); act(); },
    }, make("strong", {}, label), make("span", {}, details))));
    place.hidden = false;
    button.setAttribute("aria-expanded", "true");
    opened.add(close);
    place.firstChild.focus();
  };
  button.addEventListener("click", () => { if (place.hidden) open(); else close(); });
  place.addEventListener("keydown", (event) => {
    const lines = [...place.children];
    const at = lines.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") { close(); button.focus(); } else lines.at(to % lines.length).focus();
  });
  document.addEventListener("click", (event) => {
    if (!place.hidden && !button.contains(event.target) && !place.contains(event.target)) close();
  });
}

/** Shut whatever is open. */
export function closeMenus() {
  for (const close of [...opened]) close();
}

/** Make the narrow window's buttons open the drawers at the sides. */
export function drawers() {
  const sides = [["open-people", "people-panel"], ["open-panel", "panel"], ["open-box", "panel"]];
  let last = null;
  const close = () => {
    for (const [button, drawer] of sides) {
      $(drawer).classList.remove("open");
      $(button).setAttribute("aria-expanded", "false");
    }
    $("shade").hidden = true;
    document.querySelector(".phone").inert = false;
    if (last) last.focus();
    last = null;
  };
  for (const [button, drawer] of sides) {
    $(button).addEventListener("click", () => {
      last = $(button);
      $(drawer).classList.add("open");
      $(button).setAttribute("aria-expanded", "true");
      $("shade").hidden = false;
      document.querySelector(".phone").inert = true;
      ($(drawer).querySelector("[aria-selected=true]") ?? $(drawer).querySelector("button"))?.focus();
    });
  }
  $("shade").addEventListener("click", close);
  matchMedia("(max-width: 1020px)").addEventListener("change", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && last) close(); });
  return close;
}
