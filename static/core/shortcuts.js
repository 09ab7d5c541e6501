// Keys by event.code, since a Persian layout sends another letter. A control names its own key:
// data-key="KeyN" (outside fields only) or data-key="ctrl+KeyN"; data-key-label when its text won't do.
import { localise } from "deskops/digits";
import { openDialog } from "deskops/dialog";

const STORE = "deskops.letters";
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

export const lettersAreOn = () => localStorage.getItem(STORE) !== "off";

// A dialog may have opened another: the last one is on top.
const scope = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
const isUsable = (control) => !control.disabled && control.getClientRects().length > 0;

const press = (key) => {
  const control = [...scope().querySelectorAll(`[data-key="${key}"]`)].find(isUsable);
  if (!control) return false;
  if (control.matches(FIELDS)) control.focus();
  else control.click();
  return true;
};

const submitForm = (target) => {
  const form = target.closest("form") ?? scope().querySelector("form[data-main]");
  form?.requestSubmit();
  return Boolean(form);
};

const closeMenu = () => {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return press("Escape");
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
};

const search = () => {
  const field = scope().querySelector("[data-search]");
  field?.focus();
  return Boolean(field);
};

const help = () => {
  if (document.querySelector("dialog[open]")) return false;
  fillHelp(document.getElementById("key-list"));
  openDialog("key-help");
  return true;
};

const perform = (event) => {
  const inField = event.target.matches?.(FIELDS);
  if (event.code === "Escape") return closeMenu();
  if (event.ctrlKey) return press(`ctrl+${event.code}`) || (event.code === "Enter" && submitForm(event.target));
  if (inField || !lettersAreOn()) return false;
  if (event.code === "Slash") return event.shiftKey ? help() : search();
  return !event.shiftKey && press(event.code);
};

/** "N" for "KeyN", "۱" for "Digit1" on a Persian page, "Ctrl+N" for "ctrl+KeyN". */
export const keyName = (key) =>
  localise(key.replace("ctrl+", "Ctrl+").replace(/Key|Digit/, "").replace("Slash", "/").replace("Escape", "Esc"));

const line = (label, key) => {
  const item = document.createElement("li");
  const words = document.createElement("bdi");
  const cap = document.createElement("kbd");
  words.textContent = label;
  cap.append(document.createElement("bdi"));
  cap.firstChild.textContent = key;
  item.append(words, cap);
  return item;
};

const labelOf = (control) => {
  const bare = control.cloneNode(true);
  bare.querySelectorAll("kbd").forEach((cap) => cap.remove());
  return control.dataset.keyLabel || control.getAttribute("aria-label") || bare.textContent.trim();
};

const fillHelp = (list) => {
  const controls = [...document.querySelectorAll("[data-key]")].filter(isUsable);
  const own = controls.map((control) => line(labelOf(control), keyName(control.dataset.key)));
  const taken = new Set(controls.map((control) => keyName(control.dataset.key)));
  list.querySelectorAll("li:not([data-fixed])").forEach((item) => item.remove());
  list.querySelectorAll("li").forEach((item) => {
    item.hidden = taken.has(item.querySelector("kbd").textContent);
  });
  list.prepend(...own);
};

export const watchKeys = () => {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.altKey || event.metaKey) return;
    if (perform(event)) event.preventDefault();
  });
  const choice = document.getElementById("letters-on");
  if (!choice) return;
  choice.checked = lettersAreOn();
  choice.addEventListener("change", () => localStorage.setItem(STORE, choice.checked ? "on" : "off"));
  document.querySelector("[data-key-help]")?.addEventListener("click", help);
};
