// Turns <select data-combobox> into a field to type in; the select stays and carries the value.
// An option is found by its text and by the synonyms in its data-words.
import { toAscii } from "deskops/digits";

// As the server folds names: Arabic, Kurdish and Persian letters, marks and joiners make no difference.
const LETTERS = { ي: "ی", ى: "ی", ې: "ی", ێ: "ی", ك: "ک", ڪ: "ک", ة: "ه", ە: "ه", ہ: "ه", ھ: "ه", ۆ: "و", ۇ: "و", ڕ: "ر", ڵ: "ل", ء: "", ـ: "" };

export const fold = (text) =>
  toAscii(text)
    .normalize("NFKD")
    .replace(/[\p{M}\u200c\s]+/gu, "")
    .replace(/[يىېێكڪةەہھۆۇڕڵءـ]/g, (letter) => LETTERS[letter])
    .toLowerCase();

const build = (select) => {
  const box = document.createElement("div");
  box.className = "combobox";
  const input = document.createElement("input");
  const list = document.createElement("ul");
  list.className = "combobox__list";
  list.id = `${select.id}-list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${select.id}"]`)?.textContent.trim() ?? "");
  Object.assign(input, { type: "text", className: "input", autocomplete: "off", id: select.id, dir: "auto" });
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  select.removeAttribute("id");
  select.before(box);
  box.append(input, list, select);
  select.hidden = true;
  return { input, list };
};

const optionItem = (option, id) => {
  const item = document.createElement("li");
  item.role = "option";
  item.id = id;
  item.dataset.value = option.value;
  item.textContent = option.text;
  item.setAttribute("aria-selected", "false");
  return item;
};

class Combobox {
  constructor(select) {
    this.select = select;
    Object.assign(this, build(select));
    this.show();
    this.input.addEventListener("input", () => this.open());
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    // mousedown, not click: the field must not lose focus before the choice is taken.
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.choose(event.target.closest("[role='option']"));
    });
    // Something of ours gave the select another value.
    select.addEventListener("restored", () => this.show());
    select.form?.addEventListener("reset", () => setTimeout(() => this.show()));
  }

  show() {
    this.input.value = this.select.value ? this.select.selectedOptions[0].text : "";
    this.hide();
  }

  open() {
    const typed = fold(this.input.value);
    const chosen = this.input.value === this.select.selectedOptions[0]?.text;
    const found = [...this.select.options].filter(
      (option) => option.value && (chosen || fold(`${option.text}|${option.dataset.words ?? ""}`).includes(typed)),
    );
    this.list.replaceChildren(...found.map((option, index) => optionItem(option, `${this.list.id}-${index}`)));
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(0);
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    if (!this.input.value) this.select.value = "";
    this.show();
  }

  mark(index) {
    const items = [...this.list.children];
    this.at = Math.max(0, Math.min(index, items.length - 1));
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === this.at)));
    if (!items.length) return;
    items[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", items[this.at].id);
  }

  choose(item) {
    if (!item) return;
    this.select.value = item.dataset.value;
    this.show();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  onKey(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      if (this.list.hidden) this.open();
      else this.mark(this.at + moves[event.key]);
    } else if (event.key === "Enter" && !event.ctrlKey && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.list.children[this.at]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.show();
    }
  }
}

export const enhance = (select) => new Combobox(select);
