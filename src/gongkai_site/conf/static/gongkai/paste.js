// Takes what was copied in Word as it is, and shows its words only; the office cleans it.
"use strict";
const form = document.querySelector("[data-paste]");
if (form) {
  const box = form.querySelector("#paste-box");
  const said = form.querySelector("#paste-said");
  const clear = form.querySelector("[data-clear]");
  let taken = "";
  let shown = "";

  const plain = (text) => {
    const holder = document.createElement("div");
    for (const line of text.split(/\r?\n/)) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      holder.append(paragraph);
    }
    return holder.innerHTML;
  };

  const show = (html, text, word) => {
    taken = html;
    shown = text;
    box.innerText = text;
    clear.hidden = !taken;
    said.textContent = taken ? `${word} ${text.replace(/\s/g, "").length} 字。` : "";
  };

  box.addEventListener("paste", (event) => {
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    // Pictures within the text would make it too long to send, and cannot be used this way.
    const html = event.clipboardData.getData("text/html").replace(/src="data:[^"]*"/g, 'src=""');
    // What was typed before comes first.
    const before = taken || (box.innerText.trim() ? plain(box.innerText) : "");
    const words = box.innerText.trim() ? `${box.innerText.trimEnd()}\n${text}` : text;
    show(before + (html || plain(text)), words, "已收到");
  });

  box.addEventListener("input", () => {
    if (!taken) return;
    // Its words are a picture of what was taken: what is changed in them would not come in.
    if (!box.innerText.trim()) show("", "");
    else {
      show(taken, shown, "已收到");
      said.textContent += "要改字，贴入以后在编辑器里改；要重新粘贴，请先清空。";
    }
  });

  clear.addEventListener("click", () => {
    show("", "");
    box.focus();
  });

  form.addEventListener("submit", (event) => {
    const html = taken || plain(box.innerText);
    if (new Blob([html]).size > Number(form.dataset.most)) {
      event.preventDefault();
      said.textContent = "内容太多，一次收不下。请清空，分几次复制、贴入。";
      return;
    }
    form.elements.html.value = html;
  });

  // Given back by the office: what was pasted is still there.
  const given = form.elements.html.value;
  if (given) {
    const page = new DOMParser().parseFromString(given, "text/html");
    for (const one of page.querySelectorAll("style, script, title, xml")) one.remove();
    for (const one of page.querySelectorAll("p, h1, h2, h3, h4, li, tr")) one.append("\n");
    show(given, page.documentElement.textContent.trim(), "刚才粘贴的还在，可以再点“贴入正文”：");
  }
}
