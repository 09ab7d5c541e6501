// Narrows a list while somebody types: data-finder-field (the id of the list, or empty for those in the same data-finder).
import { fold } from "deskops/combobox";

const itemsOf = (field) => {
  const list = field.dataset.finderField ? document.getElementById(field.dataset.finderField) : field.closest("[data-finder]");
  return [...list.querySelectorAll("[data-find]")];
};

const narrow = (field) => {
  const typed = fold(field.value);
  for (const item of itemsOf(field)) item.hidden = !fold(item.dataset.find).includes(typed);
};

const firstButton = (field) =>
  itemsOf(field)
    .filter((item) => !item.hidden)
    .flatMap((item) => [...item.querySelectorAll("button:not(:disabled), a[href]")])[0];

document.addEventListener("input", ({ target }) => target.matches?.("[data-finder-field]") && narrow(target));
// Enter in the field goes to the first thing found; a second Enter takes it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-finder-field]")) return;
  event.preventDefault();
  firstButton(event.target)?.focus();
});
