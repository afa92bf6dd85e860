// What makes the desk more comfortable where scripts run. Every page works without this file.
"use strict";

(() => {
  // --- files: drop them, check them before sending ----------------------------------------------
  const megabytes = (bytes) => Math.round(bytes / 1048576);

  const filesIn = async (entry) => {
    if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) return found;
      for (const inner of some) found.push(...(await filesIn(inner)));
    }
  };

  const dropped = async (transfer) => {
    const entries = [...transfer.items].map((i) => i.webkitGetAsEntry && i.webkitGetAsEntry());
    if (!entries.some((entry) => entry && entry.isDirectory)) return [...transfer.files];
    const lists = await Promise.all(entries.filter(Boolean).map(filesIn));
    return lists.flat().filter((file) => !file.name.startsWith("."));
  };

  for (const form of document.querySelectorAll("form[data-upload]")) {
    const zone = form.querySelector("[data-drop]");
    const input = form.querySelector("input[type=file]");
    const error = form.querySelector("[data-drop-error]");
    const status = form.querySelector("[data-upload-status]");
    const maxFiles = Number(zone.dataset.maxFiles);
    const maxBytes = Number(zone.dataset.maxBytes);
    form.querySelector("[data-drop-hint]").hidden = false;

    const fault = () => {
      const files = [...input.files];
      const large = files.filter((file) => file.size > maxBytes);
      if (files.length > maxFiles)
        return `选了 ${files.length} 个文件，一次最多 ${maxFiles} 个。请分几次上传，或者打成 ZIP。`;
      if (large.length)
        return `“${large[0].name}”有 ${megabytes(large[0].size)} MB，每个文件不能超过 ${megabytes(maxBytes)} MB。请去掉它再传。`;
      return "";
    };
    const tell = () => {
      const words = fault();
      error.textContent = words;
      error.hidden = !words;
      const count = input.files.length;
      status.textContent = count && !words ? `已选 ${count} 个文件` : "";
      return !words;
    };
    input.addEventListener("change", tell);
    form.addEventListener("submit", (event) => {
      if (!tell()) {
        event.preventDefault();
        input.focus();
        return;
      }
      status.textContent = `正在上传 ${input.files.length} 个文件，请不要关闭页面……`;
    });
    for (const name of ["dragenter", "dragover"])
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    for (const name of ["dragleave", "drop"])
      zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", async (event) => {
      event.preventDefault();
      const list = new DataTransfer();
      for (const file of await dropped(event.dataTransfer)) list.items.add(file);
      input.files = list.files;
      if (tell() && input.files.length) form.requestSubmit();
    });
  }

  // --- progress: put in what has changed, unless someone is using it ------------------------------
  const poll = async () => {
    const body = document.querySelector("[data-poll]");
    if (!body) return;
    try {
      const answer = await fetch(body.dataset.poll, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const fresh of parsed.querySelectorAll("[data-live]")) {
          const old = document.getElementById(fresh.id);
          if (!old) continue;
          if (!old.contains(document.activeElement)) {
            const scrolled = old.querySelector(".scroll");
            const [left, top] = scrolled ? [scrolled.scrollLeft, scrolled.scrollTop] : [0, 0];
            old.replaceWith(fresh);
            const again = fresh.querySelector(".scroll");
            if (again) again.scrollTo(left, top);
          } else {
            const [bar, now] = [old.querySelector("#progress"), fresh.querySelector("#progress")];
            if (bar && now) bar.replaceWith(now);
          }
        }
      }
    } catch {
      // The server may be starting again: ask once more in a while.
    }
    setTimeout(poll, 1500);
  };
  setTimeout(poll, 700);

  // --- a report: keep the table where it was, bring the place in the text into view ---------------
  const reading = document.querySelector(".reading");
  if (reading) {
    const key = `scroll ${location.pathname}`;
    for (const link of document.querySelectorAll("a[data-cell]"))
      link.addEventListener("click", () => sessionStorage.setItem(key, String(reading.scrollTop)));
    const within = (box, mark) =>
      box.scrollTo(0, mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - box.clientHeight / 3);
    const kept = sessionStorage.getItem(key);
    const selected = reading.querySelector("td.selected");
    if (kept !== null) reading.scrollTo(0, Number(kept));
    if (selected) {
      const [box, cell] = [reading.getBoundingClientRect(), selected.getBoundingClientRect()];
      if (cell.top < box.top || cell.bottom > box.bottom) within(reading, selected);
    }
    for (const pane of document.querySelectorAll(".pane .text")) {
      const mark = pane.querySelector("mark.here");
      if (mark) within(pane, mark);
    }
  }

  // Arrow keys go from number to number.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const cell = event.target.closest && event.target.closest("table.form td");
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const from = cell.getBoundingClientRect();
    const [x, y] = [from.left + from.width / 2, from.top + from.height / 2];
    let best = null;
    for (const link of cell.closest("table").querySelectorAll("td > a")) {
      const to = link.parentElement.getBoundingClientRect();
      const [dx, dy] = [to.left + to.width / 2 - x, to.top + to.height / 2 - y];
      const along = step[1] ? dx * step[1] : dy * step[0];
      const aside = Math.abs(step[1] ? dy : dx);
      if (along > 1 && aside < (step[1] ? from.height : from.width) / 2 && (!best || along < best[0]))
        best = [along, link];
    }
    if (best) {
      event.preventDefault();
      best[1].focus();
    }
  });

  // --- printing, menus ----------------------------------------------------------------------------
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.documentElement.classList.add("scripted");
})();
