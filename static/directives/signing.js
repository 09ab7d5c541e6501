// Signing over a bad connection: the page says whether the order was signed, and asks until it knows. And the seconds in
// which it can be called back.
import { languageOf, localise } from "deskops/digits";
import { serverNow } from "deskops/time";

const ASK_AGAIN = 3000;

const show = (form, name, shown) => {
  form.querySelector(`[data-${name}]`).hidden = !shown;
};

/** A redirect leads to the order that was signed; a page of its own says that there is none. */
const ask = async (form) => {
  try {
    const answer = await fetch(form.dataset.sent, { cache: "no-store" });
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    if (!answer.ok) throw new Error(answer.status);
  } catch {
    setTimeout(ask, ASK_AGAIN, form);
    return;
  }
  show(form, "lost", false);
  show(form, "nothing", true);
};

const onLost = ({ detail }) => {
  const form = detail.elt.closest("form[data-sent]");
  if (!form) return;
  show(form, "nothing", false);
  show(form, "lost", true);
  setTimeout(ask, ASK_AGAIN, form);
};

for (const name of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, onLost);

// A refusal that brings the form along is shown whatever its status; of any other one its words.
const onRefused = ({ detail }) => {
  const form = detail.elt.closest("#order");
  if (!form || detail.xhr.status < 400) return;
  if (detail.serverResponse.includes('id="order"')) {
    detail.shouldSwap = true;
    return;
  }
  form.querySelector("[data-refused] p").textContent = detail.serverResponse;
  show(form, "refused", true);
};
document.body.addEventListener("htmx:beforeSwap", onRefused);

const tick = () => {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Math.max(0, Math.ceil((Date.parse(element.dataset.until) - serverNow()) / 1000));
    const text = localise(left, languageOf(element));
    if (element.textContent !== text) element.textContent = text;
  }
};
tick();
setInterval(tick, 250);
