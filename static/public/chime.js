// Two tones, made here: nothing to load, nothing to license. A browser is silent until somebody touched the page once.
const TONES = [659.25, 523.25]; // e″, c″
const APART_SECONDS = 0.35;
const SOUNDS_SECONDS = 1.1;
const QUIET_SECONDS = 1.5; // several calls at once ring once

export class Chime {
  constructor(button) {
    this.context = new AudioContext();
    this.rungAt = -QUIET_SECONDS;
    button.hidden = this.context.state === "running";
    this.context.addEventListener("statechange", () => {
      button.hidden = this.context.state === "running";
    });
    // Any touch will do; the button is there to ask for one.
    document.addEventListener("click", async () => {
      if (this.context.state === "running") return;
      await this.context.resume();
      this.ring();
    });
  }

  ring() {
    const now = this.context.currentTime;
    if (this.context.state !== "running" || now - this.rungAt < QUIET_SECONDS) return;
    this.rungAt = now;
    TONES.forEach((tone, place) => this.sound(tone, now + place * APART_SECONDS));
  }

  sound(tone, at) {
    const gain = this.context.createGain();
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.5, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, at + SOUNDS_SECONDS);
    const oscillator = new OscillatorNode(this.context, { type: "sine", frequency: tone });
    oscillator.connect(gain).connect(this.context.destination);
    oscillator.start(at);
    oscillator.stop(at + SOUNDS_SECONDS);
  }
}
