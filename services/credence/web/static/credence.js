// Pages work without this file; it only answers sooner.
"use strict";

for (const form of document.querySelectorAll("[data-compare]")) {
  const boxes = [...form.querySelectorAll("input[name=c]")];
  const said = form.querySelector("[data-picked]");
  const before = said.textContent;
  const update = () => {
    const picked = boxes.filter((box) => box.checked).length;
    said.textContent = picked === 0 ? before : picked === 1 ? "One chosen, choose one to three more" : `${picked} chosen`;
    for (const box of boxes) box.disabled = picked >= 4 && !box.checked;
  };
  said.setAttribute("aria-live", "polite");
  form.addEventListener("change", update);
  window.addEventListener("pageshow", update);
}

// Escape and a click elsewhere close an open filter.
const open = () => document.querySelector(".filters details[open]");
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && open();
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  const menu = open();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// What takes a while says so.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.busy;
  });
}
