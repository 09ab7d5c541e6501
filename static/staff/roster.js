// Somebody dragged from one shift to another. Whoever doesn't drag opens the shift and presses a button there.
const form = document.getElementById("drop");
const board = document.querySelector(".roster");
let dragged = null;

const slotUnder = (event) => event.target.closest?.("[data-slot]");

const mark = (slot) => {
  for (const marked of board.querySelectorAll(".is-over")) if (marked !== slot) marked.classList.remove("is-over");
  slot?.classList.add("is-over");
};

board?.addEventListener("dragstart", (event) => {
  const person = event.target.closest?.("[data-person]");
  if (!person) return;
  dragged = person;
  person.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", person.textContent.trim());
});

board?.addEventListener("dragover", (event) => {
  const slot = slotUnder(event);
  const here = dragged && slot && slot !== slotUnder({ target: dragged }) ? slot : null;
  mark(here);
  if (here) event.preventDefault();
});

board?.addEventListener("drop", (event) => {
  const slot = slotUnder(event);
  if (!dragged || !slot) return;
  event.preventDefault();
  form.elements.staff_id.value = dragged.dataset.person;
  form.elements.from_id.value = slotUnder({ target: dragged }).dataset.slot;
  form.elements.slot_id.value = slot.dataset.slot;
  form.requestSubmit();
});

board?.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  mark(null);
});
