// Quiet messages: toast(text, {kind: "ok"|"warn"|"bad", undo: url}). The server sends the same by the
// response header HX-Trigger: {"toast": {"text": "...", "kind": "ok", "undo": "/..."}}.
const SECONDS = 10;

const dismissLater = (element) => {
  let timer;
  const start = () => {
    timer = setTimeout(() => element.remove(), SECONDS * 1000);
  };
  const stop = () => clearTimeout(timer);
  // Somebody who is reading or about to undo must not lose it.
  element.addEventListener("pointerenter", stop);
  element.addEventListener("focusin", stop);
  element.addEventListener("pointerleave", start);
  element.addEventListener("focusout", start);
  start();
};

const armed = (element, undo) => {
  const button = element.querySelector("[data-undo]");
  button.hidden = !undo;
  button.addEventListener("click", async () => {
    element.remove();
    await window.htmx.ajax("POST", undo, { swap: "none" });
  });
};

export const toast = (text, { kind = "ok", undo = "" } = {}) => {
  const pattern = document.getElementById(`toast-${kind}`) ?? document.getElementById("toast-ok");
  const element = pattern.content.firstElementChild.cloneNode(true);
  element.querySelector("[data-text]").textContent = text;
  armed(element, undo);
  document.getElementById("toasts").append(element);
  if (kind !== "bad") dismissLater(element);
};

export const watchToasts = () => {
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove());
  document.addEventListener("toast", ({ detail }) => toast(detail.text, detail));
  document.querySelectorAll("#toasts .toast:not(.toast--bad)").forEach(dismissLater);
};
