// A part of a page that is read anew whenever something happens in the trip; what is being typed or stands open stays.
import { connectLive } from "deskops/live";

const SETTLE_MS = 700;
const holder = document.querySelector("[data-following]");
const { following: id, trip } = holder.dataset;
const part = () => document.getElementById(id);

let due = null;

const isTyping = () => part().contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), textarea, select");

const renew = async () => {
  due = null;
  if (isTyping()) {
    soon();
    return;
  }
  await window.htmx.ajax("GET", part().dataset.address, { target: `#${id}`, swap: "morph:outerHTML" });
};

const soon = () => {
  due ??= setTimeout(() => renew().catch(() => {}), SETTLE_MS);
};

let stoodOpen = [];
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === id) stoodOpen = [...part().querySelectorAll("details[open]")].map((details) => details.id);
});
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== id) return;
  for (const each of stoodOpen) document.getElementById(each)?.setAttribute("open", "");
});

const audience = `trip:${trip}:coordination`;
connectLive({
  trip: Number(trip),
  audiences: [{ name: audience, after: Number(holder.dataset.after) }],
  apply() {},
  figures: soon,
  presence: soon,
  async snapshot() {
    const answer = await fetch(`/api/v1/trips/${trip}/journal?${new URLSearchParams({ audience, after: 0 })}`);
    const { head } = await answer.json();
    soon();
    return { [audience]: head };
  },
});
