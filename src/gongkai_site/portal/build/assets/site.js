// What a page can do beyond being read. Every page works without this file.
(function () {
  "use strict";
  var root = document.documentElement;
  var article = document.querySelector(".article-page");

  // --- reading: size, elder, contrast ---
  function keep() {
    var kept = {};
    ["size", "elder", "contrast"].forEach(function (key) { if (root.dataset[key]) kept[key] = root.dataset[key]; });
    try { localStorage.setItem("gongkai.reading", JSON.stringify(kept)); } catch (error) { /* not kept */ }
  }
  ["elder", "contrast"].forEach(function (key) {
    var box = document.getElementById("gk-" + key);
    if (!box) return;
    box.checked = root.dataset[key] === "1";
    box.addEventListener("change", function () {
      if (box.checked) root.dataset[key] = "1"; else delete root.dataset[key];
      keep();
    });
  });
  document.querySelectorAll("input[name=gk-size]").forEach(function (radio) {
    radio.checked = radio.value === (root.dataset.size || "medium");
    radio.addEventListener("change", function () { root.dataset.size = radio.value; keep(); });
  });
  var modes = document.querySelector(".gk-modes");
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && modes && modes.open) { modes.open = false; modes.querySelector("summary").focus(); }
  });
  if (!article) return;

  // --- print, copy ---
  var told = article.querySelector(".told");
  function tool(name) { return article.querySelector("[data-do=" + name + "]"); }
  tool("print").hidden = false;
  tool("print").addEventListener("click", function () { window.print(); });
  if (navigator.clipboard) {
    tool("copy").hidden = false;
    tool("copy").addEventListener("click", function () {
      navigator.clipboard.writeText(article.querySelector(".own-address a").href).then(function () {
        told.textContent = tool("copy").dataset.done;
      });
    });
  }

  // --- listen: the browser's own voice, with the sentence marked ---
  var speech = window.speechSynthesis;
  var recording = article.querySelector(".audio audio");
  if (recording) { follow(recording); return; }
  if (!speech) return;
  var listen = tool("listen"), stop = tool("stop"), label = listen.textContent;
  var marks = null, at = 0, speaking = false, run = 0;

  // A recording made with the page: its file of moments says which sentence is heard.
  function follow(sound) {
    var moments = null, now = null;
    sound.addEventListener("play", function () {
      if (moments) return;
      moments = [];
      fetch(sound.src + ".json").then(function (answer) { return answer.json(); })
        .then(function (told) { moments = told.sentences; }).catch(function () { /* heard, not marked */ });
    });
    function mark(number) {
      if (number === now) return;
      now = number;
      article.querySelectorAll(".spoken").forEach(function (one) { one.classList.remove("spoken"); });
      if (number === null) return;
      article.querySelectorAll('[data-sentence="' + number + '"]').forEach(function (one) { one.classList.add("spoken"); });
    }
    sound.addEventListener("timeupdate", function () {
      var here = (moments || []).filter(function (one) { return one.from <= sound.currentTime && sound.currentTime < one.to; })[0];
      mark(here && here.n !== null ? here.n : null);
    });
    sound.addEventListener("ended", function () { mark(null); });
  }

  function voice() {
    return speech.getVoices().filter(function (one) { return /^(zh|cmn)/i.test(one.lang); })[0];
  }
  function offer() { listen.hidden = !voice(); }
  offer();
  if (speech.addEventListener) speech.addEventListener("voiceschanged", offer);

  function sentences() {
    var found = [];
    var walker = document.createTreeWalker(document.getElementById("body"), NodeFilter.SHOW_TEXT);
    var nodes = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) nodes.push(walker.currentNode);
    nodes.forEach(function (node) {
      var parts = node.data.match(/[^。！？；!?]+[。！？；!?”’』」）]*|[。！？；!?]+/g) || [];
      var piece = document.createDocumentFragment();
      parts.forEach(function (part) {
        var mark = document.createElement("span");
        mark.textContent = part;
        piece.appendChild(mark);
        if (part.trim()) found.push(mark);
      });
      node.replaceWith(piece);
    });
    return found;
  }
  function say() {
    marks.forEach(function (mark, i) { mark.classList.toggle("spoken", i === at && speaking); });
    if (!speaking || at >= marks.length) { end(); return; }
    var mine = run, words = new SpeechSynthesisUtterance(marks[at].textContent);
    words.voice = voice();
    words.lang = words.voice ? words.voice.lang : "zh-CN";
    words.onend = function () { if (mine === run && speaking) { at += 1; say(); } };
    marks[at].scrollIntoView({ block: "nearest" });
    speech.speak(words);
  }
  function end() {
    run += 1; speaking = false; at = 0; speech.cancel();
    if (marks) marks.forEach(function (mark) { mark.classList.remove("spoken"); });
    listen.textContent = label; stop.hidden = true;
  }
  listen.addEventListener("click", function () {
    if (speaking) { run += 1; speaking = false; speech.cancel(); listen.textContent = listen.dataset.resume; return; }
    marks = marks || sentences();
    speaking = true; run += 1; stop.hidden = false; listen.textContent = listen.dataset.pause;
    say();
  });
  stop.addEventListener("click", function () { end(); listen.focus(); });
  window.addEventListener("pagehide", function () { speech.cancel(); });
})();
