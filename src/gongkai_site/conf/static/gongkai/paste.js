// Takes what was copied in Word as it is, and shows its words only; the office cleans it.
"use strict";
const form = document.querySelector("[data-paste]");
if (form) {
  const box = form.querySelector("#paste-box");
  const said = form.querySelector("#paste-said");
  let taken = "";

  const plain = (text) => {
    const holder = document.createElement("div");
    for (const line of text.split(/\r?\n/)) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      holder.append(paragraph);
    }
    return holder.innerHTML;
  };

  box.addEventListener("paste", (event) => {
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    // Pictures within the text would make it too long to send, and cannot be used this way.
    const html = event.clipboardData.getData("text/html").replace(/src="data:[^"]*"/g, 'src=""');
    taken += html || plain(text);
    box.innerText += text;
    said.textContent = `已收到 ${box.innerText.trim().length} 字。`;
  });
  box.addEventListener("input", () => {
    if (!box.innerText.trim()) taken = "";
  });
  form.addEventListener("submit", () => {
    form.elements.html.value = taken || plain(box.innerText);
  });
}
