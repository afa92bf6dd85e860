// What makes the public's pages more comfortable where scripts run. Every page works without it.
"use strict";

(() => {
  // --- keep a form while it is being written ------------------------------------------------------
  const form = document.querySelector("form[data-autosave]");
  if (form) {
    const status = form.querySelector("[data-autosave-status]");
    let timer = 0, sent = "", sending = false;
    const content = () => {
      const data = new FormData(form);
      data.delete("carried");
      data.set("go", "autosave");
      return new URLSearchParams(data);
    };
    const clock = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
    const save = async () => {
      const body = content();
      if (sending || body.toString() === sent) return;
      sending = true;
      try {
        const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
        if (answer.ok) {
          const { form: address } = await answer.json();
          const search = new URL(form.action).search;
          form.action = address + search;
          if (location.pathname !== address) history.replaceState(null, "", address + search);
          sent = body.toString();
          status.textContent = `${clock()} 已自动保存`;
        } else {
          status.textContent = "自动保存没有成功，请不要关闭页面，过一会儿点“保存并继续”。";
        }
      } catch {
        status.textContent = "网络不通，自动保存没有成功，请不要关闭页面。";
      }
      sending = false;
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 2500);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
    sent = content().toString();
  }

  // --- the number that a scanned code brought, and printing ---------------------------------------
  const number = document.getElementById("f-number");
  const brought = /^#(\d{4}-\d{5,})$/.exec(location.hash);
  if (number && brought && !number.value) {
    number.value = brought[1];
    document.getElementById("f-code").focus();
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
