/* The palette: the system's colours, light, dark. The button is named by what it does next. */

import { palette as options } from "./config.js"

const button = document.querySelector(".palette")

function paint() {
  const canvas = getComputedStyle(document.body).backgroundColor
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    meta.removeAttribute("media")
    meta.content = canvas
  }
}

if (button) {
  let chosen = (__md_get("__palette") || {}).index ?? 0
  if (!options[chosen]) chosen = 0
  const show = () => {
    button.dataset.scheme = options[chosen].scheme || ""
    button.title = options[chosen].toggle.name
    button.setAttribute("aria-label", options[chosen].toggle.name)
  }
  button.onclick = () => {
    chosen = (chosen + 1) % options.length
    const { media, scheme } = options[chosen]
    __md_set("__palette", { index: chosen, color: { media, scheme } })
    if (scheme) document.body.setAttribute("data-md-color-scheme", scheme)
    else document.body.removeAttribute("data-md-color-scheme")
    show()
    paint()
  }
  show()
  if (document.body.hasAttribute("data-md-color-scheme")) paint()
}
