// Everything works without this file. With it: a theme switch, copying, forms that are sent once, and pages that follow.
"use strict";

const root = document.documentElement;
const kept = (() => { try { return localStorage.getItem("theme"); } catch { return null; } })();
if (kept === "light" || kept === "dark") root.dataset.theme = kept;

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function offerThemes(button) {
  const tell = () => button.setAttribute("aria-pressed", String(isDark()));
  button.hidden = false;
  tell();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it lasts for this page, then */ }
    tell();
  });
}

function offerCopying(button) {
  if (!navigator.clipboard) return;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
}

// A part with `data-live="SECONDS"` is read anew, from `data-from` or this page's own address, until it comes without that.
const PATIENCE = 120;
let looks = 0;

async function follow(part) {
  const seconds = Number(part.dataset.live);
  if (!(seconds > 0) || looks++ > PATIENCE) return;
  await new Promise((done) => setTimeout(done, seconds * 1000));
  if (document.hidden) return void document.addEventListener("visibilitychange", () => follow(part), { once: true });
  const fresh = await read(part.id, part.dataset.from || location.href);
  if (!fresh) return follow(part);
  if (shape(fresh) === shape(part)) return follow(part);
  if (part.contains(document.activeElement)) return follow(part); // whoever is reading it with the keyboard goes first
  part.replaceWith(fresh);
  prepare(fresh);
  follow(fresh);
}

// What a part says, whatever was drawn for its forms and opened by its reader.
function shape(part) {
  return part.outerHTML.replace(/(name="_key" value=)"[^"]*"/g, "$1").replace(/(<details[^>]*) open=""/g, "$1");
}

async function read(id, address) {
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.getElementById(id);
    return part && document.adoptNode(part);
  } catch { return null; }
}

function prepare(part) {
  for (const button of part.querySelectorAll("[data-copy]")) offerCopying(button);
}

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-switch]")) offerThemes(button);
  for (const part of document.querySelectorAll("[data-live]")) follow(part);
  prepare(document);
});
document.addEventListener("submit", sendOnce);
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});
