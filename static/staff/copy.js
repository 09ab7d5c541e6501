// Buttons that copy what a field holds; without a clipboard they stay hidden, and the field can be marked by hand.
import { toast } from "deskops/toast";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    toast(button.dataset.copied);
  });
}
