/* The page of the reading list: what is remembered, how to take it elsewhere, and how to get rid of it. */

import { bibtex, feedOf, followed, opml, pageOf, plain, readOnes, saved, topicPage } from "./exports.js"
import {
  asides, change, discard, empty, LARGEST, lasts, merged, noted, onChange, parse, recall, setAside, written,
} from "./memory.js"
import { button, element, notice } from "./notice.js"

const article = document.querySelector("article.reading")
const head = article.querySelector("h1")
const site = document.querySelector(".nameplate")?.textContent ?? document.title
const link = (href, text, more) => element("a", { href, ...more }, text)
const counted = (number, word) => `${number.toLocaleString("en-GB")} ${word}${number === 1 ? "" : "s"}`
const papers = (number) => counted(number, "paper")

/* --- Lists ------------------------------------------------------------------------------------- */

/* Take something out by its button; the focus goes on to the next one. */
function remove(event, name, slug, field, told) {
  const row = event.currentTarget.closest("li")
  const [list, index] = [row.parentElement.id, [...row.parentElement.children].indexOf(row)]
  const one = recall()[name].get(slug)
  const put = (value) => change((memory) => noted(memory, name, slug, { ...one, ...memory[name].get(slug), [field]: value }))
  put(undefined)
  notice(told, "Undo", () => put(one[field]))
  const buttons = [...document.querySelectorAll(`#${list} button`)]
  ;(buttons[Math.min(index, buttons.length - 1)] ?? document.getElementById(`${list}-heading`)).focus()
}

const DONE = { Remove: "Removed", Unfollow: "No longer followed", Forget: "Forgotten" }

function row(slug, { title }, href, facts, label, name, field) {
  const made = button(label, (event) => remove(event, name, slug, field, `${DONE[label]}: ${title}`))
  made.setAttribute("aria-label", `${label}: ${title}`)
  const about = facts.length ? [element("em", {}, ...facts)] : []
  return element("li", {}, link(href, title, { dir: "auto" }), ...about, made)
}

function section(id, title, rows, nothing) {
  const heading = element("h2", { id: `${id}-heading`, tabIndex: -1 }, title)
  const list = element("ul", { id })
  list.append(...rows)
  return [heading, rows.length ? list : element("p", {}, nothing)]
}

const date = (time) => new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })

const lists = element("div")
let isOpen = false

function show(memory) {
  const kept = saved(memory)
  const read = readOnes(memory)
  const details = element("details", { open: isOpen, ontoggle: () => (isOpen = details.open) })
  details.append(
    element("summary", {}, papers(read.length)),
    element(
      "ul",
      { id: "read" },
      ...read.map(([slug, one]) => row(slug, one, pageOf(slug), [date(one.read)], "Forget", "papers", "read")),
    ),
  )
  lists.replaceChildren(
    ...(lasts() ? [] : [element("p", {}, "This browser doesn’t let the site remember anything. What is here lasts for this visit at most.")]),
    ...section(
      "saved",
      "Saved",
      kept.map(([slug, one]) => row(slug, one, pageOf(slug), one.facts ? [one.facts] : [], "Remove", "papers", "saved")),
      "Nothing yet. The bookmark below a paper’s title in any list puts it here.",
    ),
    ...section(
      "topics",
      "Topics you follow",
      followed(memory).map(([slug, one]) =>
        row(slug, one, topicPage(slug), [link(feedOf(slug), "RSS")], "Unfollow", "topics", "followed"),
      ),
      "None yet. Each topic’s page has a button to follow it.",
    ),
    element("h2", { id: "read-heading", tabIndex: -1 }, "Read"),
    read.length ? details : element("p", {}, "Nothing yet. A paper counts as read once its page was open for some seconds."),
  )
  for (const made of needSaved) made.disabled = !kept.length
}

/* --- Taking it elsewhere --------------------------------------------------------------------------- */

function download(name, type, text) {
  const href = URL.createObjectURL(new Blob([text], { type }))
  const made = link(href, "", { download: name })
  made.click()
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}

async function downloadBibtex({ currentTarget: made }) {
  made.disabled = true
  const label = made.textContent
  const { text, failed } = await bibtex(recall(), (done, all) => (made.textContent = `${done} of ${all}`))
  made.textContent = label
  made.disabled = false
  made.focus()
  const number = saved(recall()).length - failed.length
  if (number) download("reading-list.bib", "application/x-bibtex", text)
  const missing = failed.map((title) => `“${title}”`).join(", ")
  if (failed.length) notice(`${number ? `${papers(number)} exported` : "Nothing exported"}. These pages gave no citation: ${missing}.`)
  else notice(`${papers(number)} exported.`)
}

const needSaved = [
  button("BibTeX", downloadBibtex),
  button("Plain text", () => download("reading-list.txt", "text/plain", plain(recall()))),
]
const takeAway = element(
  "p",
  { className: "choices" },
  ...needSaved,
  button("OPML, with topics", () =>
    download("reading-list.opml", "text/x-opml", opml(recall(), `${site}: reading list`, new Date())),
  ),
  button("Everything, as JSON", () => download("memory.json", "application/json", written(recall(), 2))),
)

/* --- Bringing it back ---------------------------------------------------------------------------------- */

const file = element("input", { type: "file", accept: ".json,application/json" })
const replaces = element("input", { type: "checkbox" })

async function bringBack() {
  const [chosen] = file.files
  if (!chosen) return
  try {
    if (chosen.size > 4 * LARGEST) throw new Error("it is too long") // bytes, up to four to a character
    const { memory: other, lost } = parse(await chosen.text())
    const before = recall()
    change((memory) => (replaces.checked ? other : merged(memory, other)))
    const what = `${papers(other.papers.size)} and ${counted(other.topics.size, "followed topic")}`
    const left = lost ? ` Left out, since they made no sense: ${lost} more.` : ""
    notice(`The file held ${what}.${left}`, "Undo", () => change(() => before))
  } catch ({ message }) {
    notice(`Nothing is changed. “${chosen.name}” can’t be used: ${message}.`)
  }
  file.value = ""
}

file.onchange = bringBack
const bringing = element(
  "p",
  { className: "choices" },
  element("label", {}, "Bring back a JSON file ", file),
  element("label", {}, replaces, "in place of what is here"),
)

/* --- Getting rid of it ------------------------------------------------------------------------------------ */

function clear() {
  const before = recall()
  const texts = asides()
  for (const [key] of texts) discard(key)
  change(empty)
  showAsides()
  notice("Everything is cleared.", "Undo", () => {
    for (const [, text] of texts) setAside(text)
    change(() => before)
    showAsides()
  })
}

const dialog = element("dialog", { id: "clearing" })
dialog.setAttribute("aria-labelledby", "clearing-question")
dialog.append(
  element("h2", { id: "clearing-question" }, "Clear everything?"),
  element("p", {}, "Saved and read papers, followed topics and your last visit are forgotten by this browser."),
  button("Keep it", () => dialog.close(), { autofocus: true }),
  button("Clear everything", () => {
    dialog.close()
    clear()
  }),
)
const clearing = element(
  "p",
  { className: "choices" },
  button("Clear everything …", () => dialog.showModal()),
)

/* What could not be understood, and was set aside. */
const unreadable = element("div")

function showAsides() {
  const rows = asides().map(([key, text], index) =>
    element(
      "li",
      {},
      element("span", {}, counted(text.length, "character")),
      element(
        "div",
        { className: "choices" },
        button("Download", () => download(`memory-${index + 1}.txt`, "text/plain", text)),
        button("Delete", () => {
          discard(key)
          showAsides()
          head.focus()
        }),
      ),
    ),
  )
  if (!rows.length) return unreadable.replaceChildren()
  const why = "This browser remembered something that could not be understood, wholly or in part. It was set aside rather than lost:"
  return unreadable.replaceChildren(
    element("h2", { tabIndex: -1 }, "Set aside"),
    element("p", {}, why),
    element("ul", {}, ...rows),
  )
}

article.querySelector("h1 + p").remove() // it says what to do without JavaScript
head.tabIndex = -1
head.after(
  lists,
  element("h2", {}, "Take it with you"),
  takeAway,
  bringing,
  element("h2", {}, "Get rid of it"),
  clearing,
  unreadable,
  dialog,
)
show(recall())
showAsides()
onChange(show)
