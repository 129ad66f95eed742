/* From paper to paper, and from page to page, by keys. */

import { search } from "./door.js"
import { entries, links } from "./entries.js"
import { key } from "./keys.js"

const isCalm = matchMedia("(prefers-reduced-motion: reduce)")

/* The links to step through: entries, or on pages that have none, whatever leads to papers. */
function stops() {
  const all = entries().map(({ link }) => link)
  return (all.length ? all : links()).filter((link) => link.checkVisibility?.() ?? true)
}

function step(by) {
  const all = stops()
  const at = document.activeElement
  // From wherever the focus is; from nowhere, to the first that is in sight.
  let index = all.findIndex((link) => link.closest("h3, li").contains(at))
  if (index >= 0) index += by
  else if (at === document.body || at.matches("main")) index = all.findIndex((link) => link.getBoundingClientRect().top >= 0)
  else {
    index = all.findIndex((link) => at.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING)
    if (by < 0) index = (index < 0 ? all.length : index) - 1
  }
  const link = all[index]
  if (!link) return false
  link.focus({ preventScroll: true })
  link.scrollIntoView({ block: "nearest", behavior: isCalm.matches ? "instant" : "smooth" })
  return true
}

function open() {
  const link = stops().find((one) => one === document.activeElement)
  link?.click()
  return Boolean(link)
}

/* HTML's own links from one document of a series to the one before and the one after. */
const series = (rel) => document.querySelector(`head link[rel~=${rel}]`)

const turn = (rel) => ({ key, target }) => {
  if (key.startsWith("Arrow") && scrolls(target)) return false
  location.assign(series(rel).href)
  return true
}

/* Whether arrows move something already: what is wider than its place. */
function scrolls(target) {
  for (let one = target; one; one = one.parentElement)
    if (one.scrollWidth > one.clientWidth && one.clientWidth && getComputedStyle(one).overflowX !== "visible") return true
  return false
}

if (stops().length || document.querySelector("article.search")) {
  key("j", "Next paper", () => step(1))
  key("k", "Previous paper", () => step(-1))
  key("o", "Open the paper, as Enter does", open)
}
if (series("prev")) key(["[", "ArrowLeft"], "Previous edition or page", turn("prev"))
if (series("next")) key(["]", "ArrowRight"], "Next edition or page", turn("next"))
key("/", "Search", () => void search())
