// The bar of messages: asks what is said to its reader as soon as the journal says that something is, and now and then.
const RENEW_MS = 60_000;
// A whole trip's screens must not ask in the same instant.
const SPREAD_MS = 600;

let due = null;

const renew = () => {
  due = null;
  const bar = document.getElementById("said");
  window.htmx.ajax("GET", bar.dataset.address, { target: "#said", swap: "outerHTML" });
};

document.addEventListener("broadcasts", () => {
  due ??= setTimeout(renew, Math.random() * SPREAD_MS);
});
setInterval(() => document.visibilityState === "visible" && renew(), RENEW_MS);
