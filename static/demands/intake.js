// The form of registration: what it remembers, the receipt that prints by itself, and a network that drops.
import { toAscii } from "deskops/digits";
import { randomKey, release } from "deskops/forms";
import { serverNow } from "deskops/time";
import { isUnsent } from "./outbox.js";
import { Unsent } from "./unsent.js";

const SITE = "deskops.intake.site";
const PRINT = "deskops.intake.print";

const forms = (root) => [...root.querySelectorAll("form[data-intake]")];

// --- what it remembers ---

const remember = (form) => {
  const site = form.elements.site_id;
  const known = localStorage.getItem(SITE);
  if (!site.value && known && [...site.options].some((option) => option.value === known)) site.value = known;
  site.addEventListener("change", () => localStorage.setItem(SITE, site.value));
  const print = form.querySelector("[data-print-receipt]");
  print.checked = localStorage.getItem(PRINT) === "on";
  print.addEventListener("change", () => localStorage.setItem(PRINT, print.checked ? "on" : "off"));
};

// --- who is on the phone waits at no site ---

const showChannel = (form) => {
  const walksIn = form.elements.channel.value === "walk_in";
  for (const part of form.querySelectorAll("[data-walk-in]")) part.hidden = !walksIn;
};

// --- what a topic asks people to bring ---

const showPapers = (form) => {
  const papers = form.elements.topic_id.selectedOptions[0]?.dataset.papers?.split("\n") ?? [];
  const items = papers.map((paper) => Object.assign(document.createElement("li"), { textContent: paper, dir: "auto" }));
  const note = form.querySelector("[data-papers-needed]");
  note.hidden = items.length === 0;
  note.querySelector("ul").replaceChildren(...items);
};

// --- a national ID warns and never blocks ---

/** The check digit as the registry makes it: the sum of each digit times its place, modulo 11. */
const fits = (digits) => {
  if (!/^\d{10}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) return false;
  const rest = [...digits.slice(0, 9)].reduce((sum, digit, place) => sum + digit * (10 - place), 0) % 11;
  return Number(digits[9]) === (rest < 2 ? rest : 11 - rest);
};

const checkNationalId = (input) => {
  const digits = toAscii(input.value).replace(/\D/g, "");
  const doubtful = input.value.trim() !== "" && !fits(digits);
  input.toggleAttribute("data-doubtful", doubtful);
  let note = input.parentElement.querySelector(".doubt");
  if (doubtful && !note) {
    note = document.createElement("p");
    note.className = "doubt";
    note.setAttribute("role", "status");
    note.textContent = input.dataset.nationalId;
    input.after(note);
  }
  if (!doubtful) note?.remove();
};

// --- a network that drops: what was typed goes to the device's store, the form is free for the next person ---

// A first answer stays good for this long (the server's KEEP_ANSWERS); what is older is registered anew.
const OWN_TIME_MS = 7 * 24 * 3600 * 1000;
const NOT_TYPED = ["csrf_token", "idempotency_key"];
const STAYS = [...NOT_TYPED, "channel", "site_id"];

let corrected = null; // the refused entry that lies in the form

const isIntake = ({ elt }) => elt.matches("form[data-intake]");
const message = (form, name) => form.closest(".intake").querySelector(`[data-${name}]`);

const say = (form, name) => {
  for (const other of ["kept", "not-kept", "incomplete"]) message(form, other).hidden = other !== name;
};

const typedIn = (form) =>
  Object.fromEntries([...new FormData(form)].filter(([name]) => !NOT_TYPED.includes(name)));

const put = (field, value) => {
  if (field instanceof RadioNodeList) field.value = value;
  else if (field.type === "checkbox") field.checked = value === field.value;
  else field.value = value ?? "";
};

/** Fields that are not named are emptied; lists go back to their first choice. */
const fill = (form, fields) => {
  for (const name of new Set([...form.elements].map((element) => element.name))) {
    const field = form.elements[name];
    if (!name || (STAYS.includes(name) && !(name in fields))) continue;
    if (field.options && !(name in fields)) field.selectedIndex = 0;
    else put(field, fields[name]);
    field.dispatchEvent?.(new Event("restored"));
  }
  showChannel(form);
  showPapers(form);
};

const free = (form) => {
  release(form);
  fill(form, {});
  form.elements.idempotency_key.value = randomKey();
  const around = form.closest(".intake");
  // The number of the one before must not be taken for this one's.
  around.querySelectorAll("[data-registered], [data-error-summary], .field__error").forEach((part) => part.remove());
  around.querySelectorAll(".field--bad").forEach((field) => field.classList.remove("field--bad"));
  focusFirst(form);
};

/** As the server would ask: without these it can't be registered, and the person is still here. */
const isIncomplete = ({ topic_id: topic, channel, site_id: site }) => !topic || (channel === "walk_in" && !site);

const keep = async (form) => {
  const entry = form.sending;
  release(form);
  if (isIncomplete(entry.fields)) {
    say(form, "incomplete");
    return;
  }
  corrected = unsent.outbox.held = null;
  free(form);
  try {
    await unsent.outbox.keep(entry);
    say(form, "kept");
  } catch {
    fill(form, entry.fields);
    form.elements.idempotency_key.value = entry.key;
    say(form, "not-kept");
  }
};

const correct = (entry) => {
  const form = forms(document)[0];
  if (!form) return;
  corrected = entry;
  unsent.outbox.held = entry.key;
  fill(form, entry.fields);
  form.querySelector("details").open = true;
  unsent.draw();
  focusFirst(form);
};

/** What lies in the form goes back among the refused. */
const putBack = () => {
  corrected = unsent.outbox.held = null;
  unsent.draw();
};

const unsent = new Unsent(document.querySelector("[data-unsent]"), {
  correct,
  putBack() {
    putBack();
    forms(document).forEach(free);
  },
});

const ownTime = () => {
  const now = serverNow();
  return corrected && now - Date.parse(corrected.at) < OWN_TIME_MS ? corrected.at : new Date(now).toISOString();
};

// The time goes along from the first try on: sent again, the content must be the same to the letter.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!isIntake(detail) || detail.verb !== "post") return;
  const key = corrected?.key ?? detail.parameters.idempotency_key;
  detail.elt.sending = { key, at: ownTime(), fields: typedIn(detail.elt) };
  Object.assign(detail.parameters, { at: detail.elt.sending.at, idempotency_key: key });
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isIntake(event.detail) || !unsent.outbox.cut) return;
  event.preventDefault();
  keep(event.detail.elt);
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => isIntake(detail) && keep(detail.elt));
}
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (isIntake(detail) && isUnsent(detail.xhr.status)) keep(detail.elt);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  // Whose answer it was: by now the answer has taken the form's place.
  if (isIntake(detail.requestConfig)) {
    corrected = unsent.outbox.held = null;
    unsent.outbox.forget(detail.requestConfig.elt.sending.key);
  }
  // The form was fetched anew, for somebody else.
  if (detail.target.id === "register-form" && corrected) putBack();
});
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-intake]");
  if (form) say(form, "");
});

// --- after saving ---

const printReceipt = (root) => {
  const done = root.querySelector?.("[data-registered]");
  if (done && localStorage.getItem(PRINT) === "on") window.open(done.dataset.receipt, "receipt", "width=420,height=720");
};

const prepare = (root) => {
  for (const form of forms(root)) {
    remember(form);
    showChannel(form);
    showPapers(form);
    form.addEventListener("change", () => {
      showChannel(form);
      showPapers(form);
    });
    const nationalId = form.elements.national_id;
    nationalId.addEventListener("blur", () => checkNationalId(nationalId));
    // The combobox takes the select's place a moment later; whoever types by then is left where they are.
    setTimeout(() => isTypedIn(form) || focusFirst(form), 60);
  }
};

const isTypedIn = (form) => form.contains(document.activeElement) && document.activeElement.matches("input, textarea");

const focusFirst = (form) => {
  if (form.closest(".intake").querySelector("[data-error-summary]")) return;
  form.querySelector(".combobox input, [data-first]")?.focus();
};

prepare(document);
document.addEventListener("htmx:load", ({ detail }) => {
  if (detail.elt === document.body) return;
  prepare(detail.elt.parentElement ?? detail.elt);
  printReceipt(detail.elt.parentElement ?? detail.elt);
});
