/* The door to the search: Material's script, which brings it, is loaded when the reader turns to it and not
   before, since it brings the whole index along. It opens when the page's address asks something ("?q="). */

import { bundle, dialog, material } from "./config.js"

const toggle = document.getElementById("__search")
document.querySelector(".search-button")?.insertAdjacentHTML("afterend", dialog)
const field = document.querySelector("[data-md-component=search-query]")

let loading
function load() {
  loading ??= new Promise((resolve, reject) => {
    // Material's script takes every "alternate" for a translation, and would ask for its site map;
    // "alternate " means the same to everybody else.
    for (const link of document.querySelectorAll("link[rel=alternate]")) link.rel += " "
    // What Material's script looks for in a page.
    const base = __md_scope.href.replace(/\/$/, "")
    const config = document.createElement("script")
    Object.assign(config, { id: "__config", type: "application/json" })
    config.textContent = JSON.stringify({ ...material, base, search: `${base}/${material.search}` })
    const drawer = document.createElement("input")
    Object.assign(drawer, { type: "checkbox", hidden: true })
    drawer.dataset.mdToggle = "drawer"
    document.body.append(config, drawer)
    const script = document.createElement("script")
    script.src = `${base}/${bundle}`
    script.onload = resolve
    script.onerror = reject
    document.head.append(script)
  }).then(
    () => field.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true })), // for what was typed meanwhile
    () => (loading = undefined),
  )
  return loading
}

/** Open the search, with this question if one is given. */
export function search(question) {
  if (question !== undefined) field.value = question
  if (!toggle.checked) toggle.click()
  field.focus()
  return load()
}

if (field) {
  toggle.addEventListener("change", () => {
    if (!toggle.checked) return
    load()
    field.focus()
  })
  field.addEventListener("focus", load)
  field.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && toggle.checked) toggle.click() // should Material's script not be there yet
  })
  const asked = new URLSearchParams(location.search).get("q")
  if (asked !== null) search(asked)
  for (const form of document.querySelectorAll("form.search")) {
    form.onsubmit = (event) => {
      event.preventDefault()
      search(form.elements.q.value)
    }
  }
}
