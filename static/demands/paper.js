// Typing in forms: a code is judged as soon as it is left, and a scanner's Enter goes on to the next field.
const form = document.querySelector("form[data-paper]");
const code = form.elements.code;
const answer = document.getElementById("paper-check");

/** Only the newest question's answer is shown: a slow one may come after the code was corrected. */
let asked = "";
const check = async () => {
  const typed = code.value.trim();
  if (typed === asked) return;
  asked = typed;
  answer.replaceChildren();
  if (!typed) return;
  const response = await fetch(`${code.dataset.check}?${new URLSearchParams({ code: typed })}`).catch(() => null);
  // Without an answer the code is judged when the form is saved.
  if (!response?.ok || typed !== asked) return;
  answer.innerHTML = await response.text();
};

code.addEventListener("change", check);
code.addEventListener("keydown", (event) => {
  if (event.code !== "Enter" && event.code !== "NumpadEnter") return;
  if (event.ctrlKey) return;
  event.preventDefault();
  check();
  form.elements[form.elements.day.value ? "clock" : "day"].focus();
});

const served = form.querySelector("[data-served]");
const showServed = () => (served.hidden = form.elements.outcome.value === "");
form.elements.outcome.addEventListener("change", showServed);
showServed();

const showChannel = () => {
  for (const part of form.querySelectorAll("[data-walk-in]")) part.hidden = form.elements.channel.value !== "walk_in";
};
form.addEventListener("change", ({ target }) => target.name === "channel" && showChannel());
showChannel();
check();
