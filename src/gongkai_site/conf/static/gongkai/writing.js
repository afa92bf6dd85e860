// What Wagtail's editors lack: the table editor's words, and names for whoever hears the page.
"use strict";

if (window.Handsontable) {
  const words = {
    insertRowAbove: "在上面加一行",
    insertRowBelow: "在下面加一行",
    insertColumnOnTheLeft: "在左边加一列",
    insertColumnOnTheRight: "在右边加一列",
    removeRow: ["删除这一行", "删除这几行"],
    removeColumn: ["删除这一列", "删除这几列"],
    mergeCells: "合并单元格",
    unmergeCells: "拆分单元格",
    undo: "撤销",
    redo: "重做",
  };
  const dictionary = { languageCode: "zh-CN" };
  for (const [name, text] of Object.entries(words)) dictionary[`ContextMenu:items.${name}`] = text;
  window.Handsontable.languages.registerLanguageDictionary(dictionary);
}

const named = [
  [".public-DraftEditor-content", "正文文字"],
  ["#HandsontableCopyPaste", "表格的剪贴板"],
];

function giveNames() {
  for (const [which, name] of named) {
    for (const one of document.querySelectorAll(`${which}:not([aria-label])`)) {
      one.setAttribute("aria-label", name);
    }
  }
  // It is laid behind everything; within the page's main part it has a place to be read.
  const clipboard = document.querySelector("body > #HandsontableCopyPaste");
  if (clipboard) document.getElementById("main").append(clipboard);
}

new MutationObserver(giveNames).observe(document.body, { childList: true, subtree: true });
giveNames();
