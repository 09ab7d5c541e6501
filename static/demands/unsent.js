// The list of what this device could not send yet: a line for each, what was refused with its reason, and what has just
// been sent with its number. The form of registration hands over and takes back entries.
import { openDialog } from "deskops/dialog";
import { localise } from "deskops/digits";
import { tehranClock } from "deskops/time";
import { Outbox } from "./outbox.js";
import { Vault } from "./vault.js";

const ACTS = { correct: "refused", ask: "refused", putBack: "held" };

const stateOf = (entry, held) => {
  if (entry.key === held) return "held";
  return entry.reason ? "refused" : "waiting";
};

const part = (root, name, text) => {
  root.querySelector(`[data-part='${name}']`).textContent = text ?? "";
};

const numbered = (element, count) => {
  element.textContent = element.dataset.unsentCount.replace("{n}", localise(count));
};

export class Unsent {
  /** hooks: correct(entry) puts it into the form, putBack() takes it out again. */
  constructor(section, { correct, putBack }) {
    Object.assign(this, { section, correct, putBack });
    this.words = JSON.parse(this.part("[data-unsent-words]").textContent);
    this.vault = new Vault(section.dataset);
    this.outbox = new Outbox(this.vault, section.dataset.address, {
      changed: () => this.draw(),
      sent: (told, entry) => this.sent.unshift({ ...told, name: entry.fields.name }),
    });
    this.sent = [];
    section.addEventListener("click", (event) => this.onClick(event));
    // Another page of this browser has kept or sent something.
    addEventListener("storage", () => this.draw());
    addEventListener("beforeunload", (event) => !this.vault.lasts && this.entries.length && event.preventDefault());
    this.entries = [];
    this.draw();
    this.outbox.send();
  }

  part(selector) {
    return this.section.querySelector(selector);
  }

  async draw() {
    const entries = await this.vault.all();
    this.entries = entries.map((entry) => (entry.fields ? entry : { ...entry, fields: {}, reason: this.words.unreadable }));
    const [count, foreign] = [this.entries.length, this.vault.foreign()];
    this.section.hidden = !count && !foreign && !this.sent.length;
    this.part("[data-unsent-title]").hidden = !count;
    this.part("[data-unsent-when]").hidden = !count || !this.vault.lasts;
    this.part("[data-unsent-brief]").hidden = !count || this.vault.lasts;
    this.part("[data-unsent-not-me]").hidden = !count || !this.outbox.notMe;
    const others = this.part("[data-unsent-foreign]");
    others.hidden = !foreign;
    others.textContent = others.dataset.unsentForeign.replace("{n}", localise(foreign));
    for (const counter of document.querySelectorAll("[data-unsent-count]")) numbered(counter, count);
    for (const line of document.querySelectorAll("[data-unsent-line]")) line.hidden = !count;
    const rows = [...this.sent.map((told) => this.sentRow(told)), ...this.entries.map((entry) => this.row(entry))];
    this.part("[data-unsent-list]").replaceChildren(...rows);
  }

  row(entry) {
    const row = this.part("[data-unsent-row]").content.firstElementChild.cloneNode(true);
    const state = stateOf(entry, this.outbox.held);
    row.dataset.key = entry.key;
    row.dataset.is = state;
    if (entry.at) row.querySelector("time").textContent = tehranClock(new Date(entry.at));
    this.name(row, entry);
    part(row, "reason", state === "refused" ? entry.reason : "");
    for (const shown of row.querySelectorAll("[data-while]")) shown.hidden = shown.dataset.while !== state;
    for (const shown of row.querySelectorAll("[data-act]")) shown.hidden = ACTS[shown.dataset.act] !== state;
    if (!entry.at) row.querySelector("[data-act='correct']").hidden = true;
    return row;
  }

  sentRow({ number, receipt, name }) {
    const row = this.part("[data-sent-row]").content.firstElementChild.cloneNode(true);
    part(row, "name", name);
    part(row, "number", number);
    row.querySelector("[data-part='receipt']").href = receipt;
    return row;
  }

  name(root, { fields }) {
    const topic = document.querySelector(`form[data-intake] [name="topic_id"] [value="${CSS.escape(fields.topic_id ?? "")}"]`);
    part(root, "name", fields.name);
    part(root, "topic", topic?.text);
  }

  onClick({ target }) {
    const act = target.closest("[data-act]")?.dataset.act;
    const key = target.closest("[data-key]")?.dataset.key ?? this.asked;
    const entry = this.entries.find((one) => one.key === key);
    if (!act || !entry) return;
    this[act](entry);
  }

  ask(entry) {
    this.asked = entry.key;
    this.name(this.part("#unsent-ask"), entry);
    openDialog("unsent-ask");
  }

  discard(entry) {
    this.outbox.forget(entry.key);
  }
}
