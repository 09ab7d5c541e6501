// Printed pages open their own print dialog when the desk asked for paper (data-print-now).
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
if (document.body.hasAttribute("data-print-now")) window.print();
