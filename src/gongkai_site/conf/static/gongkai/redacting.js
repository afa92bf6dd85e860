// Drawing boxes with the mouse. Without this file a box is drawn with two clicks, each a page.
"use strict";

(() => {
  // --- waiting: look again until the worker is done ------------------------------------------------
  const waited = document.querySelector("[data-wait]");
  const look = async () => {
    try {
      const answer = await fetch(waited.dataset.wait, { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const still = fresh.querySelector("[data-wait]");
      if (answer.ok && !still) return location.replace(waited.dataset.wait);
      const label = still && still.querySelector("label");
      if (label) waited.querySelector("label").textContent = label.textContent;
    } catch {
      // The server may be starting again: ask once more in a while.
    }
    setTimeout(look, 1500);
  };
  if (waited) setTimeout(look, 700);

  const parts = ["told", "sheet-head", "marks", "side"];
  let start = null;
  let rect = null;

  const sheet = () => document.getElementById("sheet");
  const marks = () => document.getElementById("marks");
  const field = (name) => document.querySelector(`#box-form [name=${name}]`);

  // --- whoever uses the keyboard goes on where they were -----------------------------------------
  const focused = () => {
    const held = document.activeElement;
    const section = held && held.closest(".redact-side section");
    return section && { form: held.form && held.form.id, title: section.getAttribute("aria-labelledby") };
  };
  const refocus = (where) => {
    const faults = document.getElementById("faults");
    if (faults) return faults.focus();
    if (!where) return;
    if (where.form === "box-form") return field("left").focus({ preventScroll: true });
    const title = document.getElementById(where.title) || document.getElementById("boxes-title");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  };

  // --- a form answers without the page being loaded anew ---------------------------------------
  const send = async (form, button) => {
    const data = new FormData(form, button || undefined);
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const drawn = fresh.getElementById("sheet");
      if (!drawn || drawn.dataset.page !== sheet().dataset.page) {
        // It is no longer a page of drawing, or another one: go there.
        if (answer.redirected) location.assign(answer.url);
        else location.reload();
        return;
      }
      const where = focused();
      for (const id of parts) document.getElementById(id).replaceWith(fresh.getElementById(id));
      const said = fresh.querySelector(".messages");
      const told = document.getElementById("told");
      if (said) {
        said.setAttribute("role", "status");
        told.append(said);
      }
      history.replaceState(null, "", answer.redirected ? answer.url : location.href);
      ready();
      refocus(where);
    } catch {
      const line = document.createElement("p");
      line.className = "banner bad";
      line.setAttribute("role", "alert");
      line.textContent = "没有连上服务器，这一步可能没有保存。请刷新页面核对。";
      document.getElementById("told").replaceChildren(line);
    } finally {
      form.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!sheet() || !form.matches(".redact-side form") || form.action.endsWith("/make")) return;
    event.preventDefault();
    if (!form.getAttribute("aria-busy")) send(form, event.submitter);
  });

  // --- the mouse --------------------------------------------------------------------------------
  const place = (event) => {
    const box = sheet().querySelector(".page-image").getBoundingClientRect();
    const within = (value) => Math.min(1, Math.max(0, value));
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };

  const draw = (from, to) => {
    const view = marks().viewBox.baseVal;
    if (!rect || !rect.isConnected) {
      for (const old of marks().querySelectorAll(".pending, .corner")) old.remove();
      rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.setAttribute("class", "pending");
      marks().append(rect);
    }
    rect.setAttribute("x", Math.min(from[0], to[0]) * view.width);
    rect.setAttribute("y", Math.min(from[1], to[1]) * view.height);
    rect.setAttribute("width", Math.abs(to[0] - from[0]) * view.width);
    rect.setAttribute("height", Math.abs(to[1] - from[1]) * view.height);
  };

  const told = (from, to) => {
    const sides = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];
    ["left", "top", "right", "bottom"].forEach((name, at) => {
      field(name).value = (sides[at] * 100).toFixed(2);
    });
    if (field("ground").value) document.getElementById("box-form").requestSubmit(document.querySelector("#box-form button"));
    else field("ground").focus();
  };

  let dragging = false;
  let waiting = null; // the first of two clicks

  const down = (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    start = place(event);
    dragging = false;
    event.target.setPointerCapture(event.pointerId);
  };
  const move = (event) => {
    if (start) {
      const now = place(event);
      const box = sheet().querySelector(".page-image").getBoundingClientRect();
      if (Math.hypot((now[0] - start[0]) * box.width, (now[1] - start[1]) * box.height) > 4) dragging = true;
      if (dragging) draw(start, now);
    } else if (waiting) draw(waiting, place(event));
  };
  const up = (event) => {
    if (start && dragging) {
      waiting = null;
      told(start, place(event));
    }
    start = null;
  };
  const click = (event) => {
    // Sent by a key, it has no place; the form is then sent as it stands.
    if (event.detail === 0) {
      event.preventDefault();
      document.getElementById("box-form").requestSubmit(document.querySelector("#box-form button"));
      return;
    }
    event.preventDefault();
    if (dragging) {
      dragging = false;
      return;
    }
    const now = place(event);
    if (waiting) {
      const from = waiting;
      waiting = null;
      draw(from, now);
      told(from, now);
    } else {
      waiting = now;
      draw(now, now);
      document.getElementById("how").textContent = "左上角记下了，请再点右下角。";
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !sheet()) return;
    start = waiting = null;
    if (rect) rect.remove();
  });

  const ready = () => {
    rect = null;
    waiting = null;
    for (const one of document.querySelectorAll(".with-script")) one.hidden = false;
  };

  const image = document.querySelector("#sheet input.page-image");
  if (!image) return;
  image.draggable = false;
  image.addEventListener("pointerdown", down);
  image.addEventListener("pointermove", move);
  image.addEventListener("pointerup", up);
  image.addEventListener("click", click);
  ready();
})();
