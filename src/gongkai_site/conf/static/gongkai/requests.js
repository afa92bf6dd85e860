// What makes the desk of requests more comfortable where scripts run. Every page works without it.
"use strict";

(() => {
  // --- faults: whoever sent the form hears of them first ------------------------------------------
  const faults = document.getElementById("faults");
  if (faults) faults.focus();

  // --- lists: j and k move, Enter opens, / searches ------------------------------------------------
  const table = document.querySelector("table[data-rows]");
  if (!table) return;
  const links = [...document.querySelectorAll("table[data-rows] a[data-row]")];
  const search = document.querySelector(".filters input[type=search]");
  for (const hint of document.querySelectorAll(".keys")) hint.hidden = false;
  let at = -1;

  const move = (step) => {
    const focused = links.indexOf(document.activeElement);
    at = Math.min(links.length - 1, Math.max(0, (focused >= 0 ? focused : at) + step));
    for (const link of links) link.closest("tr").classList.remove("here");
    links[at].closest("tr").classList.add("here");
    links[at].focus();
    links[at].closest("tr").scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "j" && links.length) move(1);
    else if (event.key === "k" && links.length) move(-1);
    else if (event.key === "/" && search) search.focus();
    else return;
    event.preventDefault();
  });
})();
