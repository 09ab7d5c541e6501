// The panel of guidance cards: Enter opens the first that is found by what stands in the field, however quick it comes.
let opened = null;

const field = () => document.querySelector("[data-guidance-field]");

document.addEventListener("submit", ({ target }) => {
  if (target.matches(".guidance__search")) opened = field().value;
});
document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-guidance-field]")) opened = null;
});
// The list that typing asked for a moment before Enter must not take the place of the card.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = event.detail;
  if (elt.matches("[data-guidance-field]") && elt.value === opened) event.preventDefault();
});
// A panel that is opened anew begins at its field, with the words of the last person gone.
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-open='guidance']")) return;
  opened = null;
  document.getElementById("guidance-panel").replaceChildren();
});
