(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const each = (selector, within = document) => [...within.querySelectorAll(selector)];

  // the theme: the system's until somebody chooses
  const theme = $("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const told = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    told();
  });
  dark.addEventListener("change", told);
  told();

  // on paper everything is unfolded
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = each("details:not([open])");
    for (const details of unfolded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
  });

  // a link to a list that is folded unfolds it
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const details = link && link.hash.length > 1 && $(link.hash.slice(1))?.querySelector(":scope > details");
    if (details) details.open = true;
  });

  const filters = document.querySelector(".filters");
  if (!filters) return;
  filters.hidden = false;
  const status = $("status");

  for (const button of each("[data-copy]")) button.hidden = false;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const command = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(command.textContent);
      status.textContent = "The command was copied.";
      button.dataset.copied = "";
      setTimeout(() => delete button.dataset.copied, 2000);
    } catch {
      getSelection().selectAllChildren(command);
      status.textContent = "The command is selected; copy it by the keyboard.";
    }
  });

  // one entry a package; what is said of several is part of each one's text
  const items = each("[data-item]").map((element) => ({
    element,
    ...element.dataset,
    paths: element.dataset.files.split(" "),
    card: element.closest("[data-card]"),
    text: null,
  }));
  const common = new Map();
  const textOf = (item) => {
    if (item.text === null) {
      let shared = "";
      if (item.card && item.card !== item.element) {
        if (!common.has(item.card)) common.set(item.card, item.card.querySelector(".said").textContent);
        shared = common.get(item.card);
      }
      item.text = `${item.element.textContent} ${shared}`.toLowerCase().replace(/\s+/g, " ");
    }
    return item.text;
  };
  const value = (id) => ($(id) ? $(id).value : "");
  const number = (count) => count.toLocaleString("en");

  const apply = () => {
    const words = $("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [verdict, ecosystem, reach, file] = ["verdict", "ecosystem", "reach", "file"].map(value);
    const filtered = Boolean(words.length || verdict || ecosystem || reach || file);
    const cards = new Map();
    let shown = 0;
    let passed = 0;
    for (const item of items) {
      const matches =
        (!verdict || item.verdict === verdict) &&
        (!ecosystem || item.ecosystem === ecosystem) &&
        (!reach || item.reach === reach) &&
        (!file || item.paths.includes(file)) &&
        words.every((word) => textOf(item).includes(word));
      item.element.hidden = !matches;
      if (matches) shown += 1;
      if (matches && !item.card) passed += 1;
      if (item.card) cards.set(item.card, (cards.get(item.card) || 0) + Number(matches));
    }
    for (const [card, count] of cards) card.hidden = !count;
    if ($("findings")) $("findings").hidden = filtered && ![...cards.values()].some(Boolean);
    if ($("passed")) {
      $("passed").hidden = filtered && !passed;
      $("passed-shown").textContent = filtered ? `, ${number(passed)} shown` : "";
      if (verdict === "pass") $("passed").querySelector("details").open = true;
    }
    if (filtered) for (const details of each(".where > details:has([data-item]:not([hidden]))")) details.open = true;
    $("nothing").hidden = Boolean(shown);
    $("clear").hidden = !filtered;
    const folded = passed && passed < shown ? `, ${number(passed)} of them passed` : "";
    status.textContent = filtered
      ? `${number(shown)} of ${number(items.length)} packages shown${folded}.`
      : `${number(items.length)} packages.`;
  };

  let waiting = 0;
  $("text").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  for (const select of each("select", filters)) select.addEventListener("change", apply);
  $("clear").addEventListener("click", () => {
    $("text").value = "";
    for (const select of each("select", filters)) select.value = "";
    apply();
    $("text").focus();
  });
  apply();
})();
