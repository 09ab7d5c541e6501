// One desk's tile: figures in, text out. Nothing is touched that did not change.
import { localise } from "deskops/digits";
import { heat } from "./burning.js";

const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export const fillWords = (pattern, values) =>
  pattern.replace(/\{(\w+)\}/g, (_match, name) => localise(values[name]));

export class Tile {
  constructor(element, words) {
    this.element = element;
    this.words = words;
    this.id = Number(element.dataset.desk);
    this.number = Number(element.dataset.number);
    this.order = Number(element.dataset.order);
    this.site = element.dataset.site;
    this.figures = null;
    this.level = 0;
    this.parts = Object.fromEntries(
      [...element.querySelectorAll("[data-figure]")].map((part) => [part.dataset.figure, part]),
    );
  }

  show(figures, now) {
    const before = this.figures;
    this.figures = figures;
    put(this.parts.waiting, localise(figures.waiting));
    put(this.parts.counters, fillWords(this.words.of, figures));
    put(this.parts.rate, localise(figures.rate));
    put(this.parts.estimate, this.estimate());
    this.parts.help.hidden = !figures.help;
    put(this.parts.help.querySelector("b"), localise(figures.help));
    if (before?.state !== figures.state) this.showState();
    this.showOldest();
    this.warm(now);
  }

  /** Time alone makes a desk hotter. */
  warm(now) {
    this.level = heat(this.figures, now);
    this.element.dataset.load = this.level;
  }

  showConnected(count) {
    this.parts.connected.hidden = !count;
    put(this.parts.connected.querySelector("span"), localise(count));
  }

  showState() {
    const { state } = this.figures;
    this.element.dataset.state = state;
    this.parts.state.replaceChildren(document.getElementById(`state-${state}`).content.cloneNode(true));
  }

  showOldest() {
    const since = this.figures.oldest_since;
    this.parts.oldest.hidden = !since;
    const time = this.parts.oldest.querySelector("time");
    // Without the attribute the page's ticking leaves it alone.
    if (since) time.dataset.since = since;
    else delete time.dataset.since;
  }

  estimate() {
    const { estimate, open, state } = this.figures;
    if (state !== "open") return "";
    if (!open || !estimate) return this.words.nobody_serves;
    const [low, high] = estimate;
    if (!high) return this.words.at_once;
    return fillWords(low === high ? this.words.about : this.words.range, { low, high });
  }

  isShown({ site, state }) {
    if (site && site !== this.site) return false;
    if (state === "burning") return this.level >= 3;
    return !state || state === this.figures?.state;
  }
}
