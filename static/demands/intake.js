// The form of registration: what it remembers, the receipt that prints by itself, and a network that drops.
import { toAscii } from "deskops/digits";

const SITE = "deskops.intake.site";
const PRINT = "deskops.intake.print";
const RETRY_MS = 4000;

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

// --- a network that drops: the form stays filled, and is sent again under the same key, which counts once ---

const notSent = (form) => form.closest(".intake").querySelector("[data-not-sent]");

const tryAgain = (form) => {
  clearTimeout(form.retry);
  if (form.isConnected && !notSent(form).hidden) form.requestSubmit();
};

// A busy or restarting server says that nothing was saved.
const UNAVAILABLE = [502, 503, 504];

const failed = (form) => {
  notSent(form).hidden = false;
  // The number of the one before must not be taken for this one's.
  form.closest(".intake").querySelector("[data-registered]")?.remove();
  form.retry = setTimeout(() => tryAgain(form), RETRY_MS);
};

const isIntake = ({ elt }) => elt.matches("form[data-intake]");

document.addEventListener("htmx:sendError", ({ detail }) => isIntake(detail) && failed(detail.elt));
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (isIntake(detail) && UNAVAILABLE.includes(detail.xhr.status)) failed(detail.elt);
});
addEventListener("online", () => forms(document).forEach(tryAgain));
// Typing on means a new content; only the unchanged form may go again under its key.
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-intake]");
  if (form && !notSent(form).hidden) {
    clearTimeout(form.retry);
    notSent(form).hidden = true;
  }
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
    form.addEventListener("change", () => showChannel(form));
    const nationalId = form.elements.national_id;
    nationalId.addEventListener("blur", () => checkNationalId(nationalId));
    // The combobox takes the select's place a moment later.
    setTimeout(() => focusFirst(form), 60);
  }
};

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
