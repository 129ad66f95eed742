/* The door to the search: a dialog over the page, opened by its button, by "/" (steps.js) and by Ctrl+K
   or ⌘K. What answers is loaded when it opens, and not before. The page of search has a field of its own. */

import { site } from "./memory.js"
import { element } from "./notice.js"

const HINT = "Any word may match, best first. “A phrase” in quotes, -word, author:, topic:, org: and year:2023..2025 narrow it down. "

// Modules that import one another: who asks for each only when it is named waits for one after the other.
// main.html names those of the page of search.
const MODULES = [
  ...["client", "dialog", "asking", "results", "excerpt"],
  ...["worker", "engine", "analysis", "stem", "query", "function-words", "files", "shards", "postings", "spelling"],
]

const page = new URL("search/", site)
const own = document.querySelector("article.search form.search")
let dialog
let isPrepared = Boolean(own)
let loading

function made() {
  const field = element("input", {
    name: "q",
    type: "search",
    dir: "auto",
    autocapitalize: "off",
    autocomplete: "off",
    spellcheck: false,
    enterKeyHint: "search",
    placeholder: "Search",
    ariaLabel: "Search",
  })
  const form = element(
    "form",
    { action: page, role: "search" },
    field,
    element("button", { type: "button", ariaLabel: "Close", onclick: () => dialog.close() }, "×"),
  )
  const status = element("p", { role: "status" })
  const hint = element("p", { className: "hint" }, HINT, element("a", { href: `${page}#how-to-ask` }, "How to ask"))
  const scroll = element("div", { className: "answer" }, status, hint)
  const box = element("dialog", { className: "search", ariaLabel: "Search" }, form, scroll)
  box.addEventListener("click", ({ target }) => target === box && box.close()) // beside it
  // By itself, the key would only empty the field.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return
    event.preventDefault()
    box.close()
  })
  return document.body.appendChild(box)
}

/* A module that couldn't be loaded isn't asked for again by every browser, but by a new page it is. */
function failed(field, status) {
  const again = element("button", { type: "button", onclick: () => field.form.submit() }, "Try again")
  status.replaceChildren("The search could not be loaded. ", again)
}

/* Load the search itself, but nothing of the index. */
function prepare() {
  if (isPrepared) return
  isPrepared = true
  for (const name of MODULES)
    document.head.append(element("link", { rel: "modulepreload", href: new URL(`search/${name}.js`, import.meta.url).href }))
}

/** Open the search. To be called while an event is handled: so telephones show their keyboard. */
export function search() {
  dialog ??= own ? undefined : made()
  const field = (own ?? dialog).querySelector("input")
  if (dialog && !dialog.open) dialog.showModal()
  field.focus()
  field.select()
  if (!dialog || loading) return
  prepare()
  loading = import("./search/dialog.js").then(
    ({ start }) => start(dialog),
    () => failed(field, dialog.querySelector("[role=status]")),
  )
  // Not to wait for one another. What fails here, the first question will tell.
  import("./search/client.js").then(({ warm }) => warm(), () => {})
}

const button = document.querySelector(".search-button")
if (!own) button?.setAttribute("aria-haspopup", "dialog")
for (const turning of ["pointerenter", "focus"]) button?.addEventListener(turning, prepare)
button?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return // to another tab
  event.preventDefault()
  search()
})
addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || event.ctrlKey === event.metaKey || event.altKey || event.shiftKey) return
  if (event.isComposing || document.querySelector("dialog[open]:not(.search)")) return
  event.preventDefault()
  search()
})
