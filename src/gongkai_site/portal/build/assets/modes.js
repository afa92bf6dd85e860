// Runs before the page is drawn: the reader's kept way of reading, so that nothing jumps.
(function () {
  "use strict";
  try {
    var kept = JSON.parse(localStorage.getItem("gongkai.reading") || "{}");
    for (var key in kept) {
      if (/^(size|elder|contrast)$/.test(key) && kept[key]) document.documentElement.dataset[key] = kept[key];
    }
  } catch (error) { /* a browser that keeps nothing reads as the page comes */ }
})();
