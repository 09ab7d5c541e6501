// A classic script in <head>: the chosen theme must stand before the first paint, and a module is too late.
(() => {
  const root = document.documentElement;
  const dark = document.getElementById("dark-tokens");
  const system = matchMedia("(prefers-color-scheme: dark)");

  const apply = (theme) => {
    root.dataset.theme = theme;
    dark.media = theme === "dark" ? "screen" : "not all";
  };

  const followSystem = () => {
    root.dataset.theme = system.matches ? "dark" : "light";
    dark.media = "screen and (prefers-color-scheme: dark)";
  };

  const chosen = localStorage.getItem("deskops.theme");
  if (chosen) apply(chosen);
  else followSystem();

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = root.dataset.theme === "dark" ? "light" : "dark";
    // The system's own choice is not stored: it may change in the evening, and then follows.
    if ((next === "dark") === system.matches) {
      localStorage.removeItem("deskops.theme");
      followSystem();
    } else {
      localStorage.setItem("deskops.theme", next);
      apply(next);
    }
  });
})();
