// Native dialogs: data-open="id" opens one, data-close (or Esc) closes it.
export const openDialog = (id) => document.getElementById(id)?.showModal();

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
