// Native dialogs: data-open="id" opens one, data-close (or Esc) closes it. The focus goes to what carries data-first:
// by itself a browser would choose the close button, which stands first.
export const openDialog = (id) => {
  const dialog = document.getElementById(id);
  dialog?.showModal();
  dialog?.querySelector("[data-first]")?.focus();
};

export const watchDialogs = () => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) openDialog(opener.dataset.open);
    event.target.closest("[data-close]")?.closest("dialog")?.close();
    closeOtherMenus(event.target);
  });
};

const closeOtherMenus = (target) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
};
