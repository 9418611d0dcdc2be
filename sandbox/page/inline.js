// Inline mode: «@bot words» in the input, and what the bot offers above it.

import { $, make, post } from "./dom.js";
import { toEnd } from "./feed.js";

const PAUSE = 400;
let timer;
let asked = "";

/** Ask the bot when the input speaks to it; `done` empties the input. */
export function askInline(text, { person, bot }, done) {
  clearTimeout(timer);
  asked = "";
  const words = text.match(/^@(\w+)\s(.*)$/s);
  if (words?.[1].toLowerCase() !== bot.username.toLowerCase()) {
    $("offers").hidden = true;
    return;
  }
  asked = text;
  timer = setTimeout(async () => {
    const answer = await post(`chats/${person.id}/ask_inline`, { query: words[2] });
    if (!answer || asked !== text) return;
    show(answer, person, done);
  }, PAUSE);
}

function show({ id, results, button }, person, done) {
  const close = () => { $("offers").hidden = true; done(); toEnd(); };
  const lines = results.map((result) => line(result.title, result.description, () => {
    close();
    post(`chats/${person.id}/choose_inline`, { id, result_id: result.id });
  }));
  if (button) {
    lines.unshift(line(button.text, "", () => {
      close();
      post(`chats/${person.id}/start`, { payload: button.start_parameter });
    }));
  }
  if (!lines.length) lines.push(make("p", { className: "muted" }, "Ничего не нашлось."));
  $("offers").replaceChildren(...lines);
  $("offers").hidden = false;
}

function line(title, description, act) {
  return make("button", { type: "button", onclick: act }, make("strong", {}, title), make("span", {}, description));
}
