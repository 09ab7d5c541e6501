// Says each call aloud with the browser's own voice for the page's language. Without such a voice the chime has to do.
import { localise } from "deskops/digits";

const KNOWN = "deskops.board.voice";
const AFTER_CHIME_MS = 1500;
// Who hears a number half a minute late looks for it in vain.
const LATE_MS = 30_000;

/** What is said for a call {number, desk, place}: the page's sentence with its places in braces filled. */
export const announcement = (sentence, call, lang = document.documentElement.lang) =>
  sentence.replace(/\{(\w+)\}/g, (_, place) => localise(call[place], lang));

export class Voice {
  /** button: {dataset: {sentence, on, off, blocked}}; hidden while the browser has no voice for this language. */
  constructor(button) {
    this.button = button;
    this.on = localStorage.getItem(KNOWN) === "on";
    button.addEventListener("click", () => this.toggle());
    globalThis.speechSynthesis?.addEventListener("voiceschanged", () => this.show());
    this.show();
  }

  /** "fa" finds "fa-IR" and "fa_IR". */
  voice() {
    const lang = document.documentElement.lang;
    return globalThis.speechSynthesis?.getVoices().find((voice) => voice.lang.toLowerCase().split(/[-_]/)[0] === lang);
  }

  show() {
    const { on, off, blocked } = this.button.dataset;
    this.button.hidden = !this.voice();
    this.button.setAttribute("aria-pressed", String(this.on));
    const label = this.blocked ? blocked : { true: on, false: off }[this.on];
    this.button.querySelector("span").textContent = label;
  }

  /** The press is also what a browser waits for before it lets a page speak. */
  toggle() {
    this.on = this.blocked || !this.on;
    this.blocked = false;
    localStorage.setItem(KNOWN, this.on ? "on" : "off");
    if (!this.on) speechSynthesis.cancel();
    this.show();
  }

  say(call) {
    if (!this.on || !this.voice()) return;
    const asked = Date.now();
    setTimeout(() => this.speak(announcement(this.button.dataset.sentence, call), asked), AFTER_CHIME_MS);
  }

  speak(text, asked) {
    const spoken = new SpeechSynthesisUtterance(text);
    Object.assign(spoken, { voice: this.voice(), lang: document.documentElement.lang, rate: 0.9 });
    spoken.addEventListener("start", () => Date.now() - asked > LATE_MS && speechSynthesis.cancel());
    spoken.addEventListener("error", ({ error }) => {
      this.blocked = error === "not-allowed";
      this.show();
    });
    speechSynthesis.speak(spoken);
  }
}
