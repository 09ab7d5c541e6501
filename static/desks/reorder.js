// Dragging a topic or a desk among those beside it; the buttons up and down do the same for whoever doesn't drag.
const list = document.querySelector("[data-reorder]");
let dragged = null;

const idsBeside = (row) => [...row.parentElement.children].map((item) => item.dataset.id);

const isBelowMiddle = (row, y) => {
  const { top, height } = row.firstElementChild.getBoundingClientRect();
  return y > top + height / 2;
};

for (const grip of list.querySelectorAll("[data-grip]")) grip.hidden = false;

list.addEventListener("dragstart", (event) => {
  if (!event.target.matches("[data-grip]")) return;
  dragged = event.target.closest("[data-id]");
  dragged.orderBefore = idsBeside(dragged).join();
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.id);
  event.dataTransfer.setDragImage(dragged, 0, 0);
});

list.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-id]");
  if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  if (over !== dragged) over[isBelowMiddle(over, event.clientY) ? "after" : "before"](dragged);
});

list.addEventListener("drop", (event) => event.preventDefault());

// However it ends, by a drop or outside of the list: what is seen is sent, and the answer shows the list as it is.
list.addEventListener("dragend", () => {
  const order = idsBeside(dragged).join();
  dragged.classList.remove("is-dragged");
  if (order !== dragged.orderBefore) {
    window.htmx.ajax("POST", list.dataset.reorder, { source: list, swap: "none", values: { [list.dataset.field ?? "topic_ids"]: order } });
  }
  dragged = null;
});
