/* What the reader's memory does on pages: buttons to save and to follow, marks on what is read, new, or
   followed, and on the front page two lines of what happened since. */

import { entries, links, paper, slugIn, successor } from "./entries.js"
import { key } from "./keys.js"
import { change, hasLost, isNew, moved, noted, onChange, recall, site, visited } from "./memory.js"
import { button, element, notice, remember } from "./notice.js"

const READING = 3000 // milliseconds of a page in view, after which its paper counts as read
const SHOWN = 6 // papers from followed topics on the front page

const article = document.querySelector("article")
const now = () => new Date().toISOString()
const own = paper()
const topic = article?.matches(".list") ? slugIn(location.href, "topics") : undefined

/* When the papers of this page were listed, if it tells. */
function listed() {
  const block = document.querySelector("script#numbers")
  const days = block ? Object.entries(JSON.parse(block.textContent)).map(([slug, [day]]) => [slug, day]) : []
  return new Map(days)
}

const days = listed()
let timer // until the paper counts as read

/* --- What the reader does -------------------------------------------------------------------- */

const toggle = (name, slug, field, fields) =>
  remember((memory) => {
    const isSo = memory[name].get(slug)?.[field]
    return noted(memory, name, slug, isSo ? { [field]: undefined } : { ...fields, [field]: now() })
  })

const save = ({ slug, title, facts }) => toggle("papers", slug, "saved", { title, ...(facts && { facts }) })
const read = ({ slug, title }) => {
  stopReading() // who says so by hand is believed
  toggle("papers", slug, "read", { title })
}
const follow = () => toggle("topics", topic, "followed", { title: topicTitle() })
const topicTitle = () => article.querySelector("h1").textContent.replace(/, page \d+$/, "")

/* The entry where the focus is, or else the paper whose page this is. */
export const current = () =>
  entries().find(({ heading }) => heading.contains(document.activeElement)) ??
  entries().find(({ line }) => line?.contains(document.activeElement)) ??
  own

const withCurrent = (action) => () => {
  const one = current()
  if (!one) return false
  action(one)
  return true
}

/* --- Buttons ----------------------------------------------------------------------------------- */

const saveButtons = new Map() // by button, the entry
const pressed = [] // other buttons, and whether they are pressed

function addSave(one) {
  if (!one.line || one.line.querySelector(".save")) return
  const label = "Save to reading list"
  const made = button("", () => save(one), { className: "save", title: `${label} (s)`, ariaLabel: label })
  one.link.id ||= `entry-${saveButtons.size}`
  made.setAttribute("aria-describedby", one.link.id)
  one.line.append(made)
  saveButtons.set(made, one)
}

function addToggle(label, title, action, isPressed) {
  const made = button(label, action, { className: "toggle", title })
  pressed.push([made, isPressed])
  return made
}

function addButtons() {
  for (const one of entries()) addSave(one)
  const head = article?.querySelector("h1")
  const facts = own?.line?.parentElement ?? head?.parentElement.querySelector("h1 + p:has(> em:only-child)") ?? head
  if (own) {
    const isIt = (field) => (memory) => Boolean(memory.papers.get(own.slug)?.[field])
    const buttons = [
      addToggle("Save to reading list", "Key: s", () => save(own), isIt("saved")),
      addToggle("Mark as read", "Key: m", () => read(own), isIt("read")),
    ]
    buttons[0].classList.add("bookmark")
    // Behind where to read it, which is what most come for.
    const links = article.querySelector(":scope > ul") ?? facts
    links.after(element("div", { className: "own" }, ...buttons))
  } else if (topic) {
    const made = addToggle("Follow", "Mark its papers in this browser", follow, ({ topics }) => topics.has(topic))
    facts.after(element("div", { className: "own" }, made))
  }
}

let count

function addDoor() {
  count = element("span", {})
  const name = element("span", {}, "Reading list")
  const door = element("a", { className: "reading-door", href: new URL("reading-list/", site).href }, name, " ", count)
  document.querySelector(".masthead > .nameplate")?.after(door)
}

/* --- Marks ---------------------------------------------------------------------------------------- */

/* Say a word of a link, to eyes by its class, to ears behind it. */
function tell(link, word, isSo) {
  if (link.classList.contains(word) === isSo) return
  link.classList.toggle(word, isSo)
  if (isSo) link.after(element("span", { className: "unseen" }, ` (${word})`))
  else if (link.nextElementSibling?.matches(".unseen")) link.nextElementSibling.remove()
}

function show(memory) {
  if (article.matches(".front")) showFollowed(memory)
  for (const [made, { slug }] of saveButtons)
    made.setAttribute("aria-pressed", Boolean(memory.papers.get(slug)?.saved))
  for (const [made, isPressed] of pressed) made.setAttribute("aria-pressed", isPressed(memory))
  for (const link of links()) tell(link, "read", Boolean(memory.papers.get(slugIn(link.href))?.read))
  for (const link of document.querySelectorAll("main :is(em, h2) > a[href]")) {
    const to = slugIn(link.href, "topics")
    if (to && to !== topic) tell(link, "followed", memory.topics.has(to))
  }
  count.textContent = [...memory.papers.values()].filter(({ saved }) => saved).length || ""
}

/* Where papers of several editions stand together. On the page of one, the word would stand at each. */
function markNew(memory) {
  if (article.matches(".front") || /\/days\/[\d-]+\/$/.test(location.pathname)) return
  for (const { slug, line } of entries())
    if (line && !line.querySelector(".new") && isNew(memory, days.get(slug)) && !memory.papers.get(slug)?.read)
      line.prepend(element("span", { className: "new" }, "New"), " · ")
}

/* --- The front page --------------------------------------------------------------------------------- */

const day = (date, options) =>
  new Date(date).toLocaleDateString("en-GB", { day: "numeric", month: "long", ...options })

const list = (items) => items.flatMap((item, index) => [index ? ", " : "", item])

/* The editions that the page leads to, newest first: {day, href, papers: how many it says there are}. */
function editions() {
  const found = new Map()
  let before // the place of the link before: a number belongs to the first of several
  for (const link of article.querySelectorAll("a[href]")) {
    const [, of] = /\/days\/(\d{4}-\d\d-\d\d)\/$/.exec(new URL(link.href).pathname) ?? []
    if (!of) continue
    const place = link.closest("p, li")
    const said = place !== before && /([\d,]+) (?:new )?papers?\b/.exec(place?.textContent ?? "")
    before = place
    const papers = said ? Number(said[1].replaceAll(",", "")) : undefined
    if (!found.get(of)?.papers) found.set(of, { day: of, href: link.href, papers })
  }
  return [...found.values()].sort((one, other) => (one.day < other.day ? 1 : -1))
}

function showSince({ visit: { since, left } }) {
  const all = editions()
  const fresh = all.filter((edition) => since && edition.day > since)
  if (!fresh.length) return
  const papers = fresh.every((edition) => edition.papers) && fresh.reduce((sum, edition) => sum + edition.papers, 0)
  // If all that the page leads to are new, there may be more of which it doesn't tell.
  const least = fresh.length === all.length ? "at least " : ""
  const counted = (number, word) => `${number.toLocaleString("en-GB")} ${word}${number === 1 ? "" : "s"}`
  const what = `${papers ? `${counted(papers, "paper")} in ` : ""}${counted(fresh.length, "edition")}`
  const year = new Date(left).getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" }
  const text = `${least}${what} since your last visit, on ${day(left, year)}: `
  const to = fresh.map((edition) => element("a", { href: edition.href }, day(edition.day, { timeZone: "UTC" })))
  const head = article.querySelector(".dateline") ?? article.querySelector("h1")
  head.after(element("p", { className: "since" }, text[0].toUpperCase() + text.slice(1), ...list(to)))
}

let followedBox

function showFollowed({ topics }) {
  followedBox?.remove()
  const found = entries().filter((one) => one.topics.some((slug) => topics.has(slug)))
  if (!found.length) return
  const newest = (one) => days.get(one.slug) ?? ""
  found.sort((one, other) => (newest(one) < newest(other) ? 1 : newest(one) > newest(other) ? -1 : 0))
  const items = found
    .slice(0, SHOWN)
    .map(({ link, title }) => element("li", {}, element("a", { href: link.href, dir: "auto" }, title)))
  followedBox = element("section", { className: "from-topics" }, element("h2", {}, "From your topics"), element("ul", {}, ...items))
  const leads = article.querySelector(".leads") ?? article.querySelector(".dateline, h1")
  leads.after(followedBox)
}

/* --- When a page is opened ---------------------------------------------------------------------------- */

/* The visit, and what this page tells of what is remembered: papers' titles, and where they have gone. */
function arrive(memory) {
  let next = visited(memory, now(), [...days.values()].sort().pop())
  const to = successor()
  if (to) next = moved(next, slugIn(location.href), to.slug, to.title)
  for (const { slug, title } of own ? [own] : entries()) {
    const one = next.papers.get(slug)
    if (one && one.title !== title) next = noted(next, "papers", slug, { title })
  }
  return next
}

/* A page that was in view for some seconds was read: not one opened by mistake, or behind others. */
function readSoon() {
  clearTimeout(timer)
  if (document.visibilityState !== "visible") return
  timer = setTimeout(() => {
    stopReading()
    change((memory) => noted(memory, "papers", own.slug, { title: own.title, read: now() }))
  }, READING)
}

function stopReading() {
  clearTimeout(timer)
  document.removeEventListener("visibilitychange", readSoon)
}

if (article) {
  change(arrive)
  addDoor()
  addButtons()
  const memory = recall()
  markNew(memory)
  if (article.matches(".front")) showSince(memory)
  show(memory)
  onChange(show)
  // A list that was sorted shows others, and those of its further pages.
  document.addEventListener("entries", ({ detail }) => {
    for (const [slug, [day]] of Object.entries(detail)) days.set(slug, day)
    for (const one of entries()) addSave(one)
    markNew(recall())
    show(recall())
  })
  if (hasLost())
    notice("Some of what this browser remembered could not be understood. It is kept: see the reading list.")
  if (own && !memory.papers.get(own.slug)?.read) {
    document.addEventListener("visibilitychange", readSoon)
    readSoon()
  }
  if (own || entries().length || article.matches(".search")) {
    key("s", "Save to the reading list, or take out", withCurrent(save))
    key("m", "Mark as read, or as unread", withCurrent(read))
  }
}
