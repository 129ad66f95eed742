/* The page of search. What is asked, how it is sorted and what is filtered stand in its address, so that
   it can be sent to others, and the browser's way back leads to the question before.

   Nothing of the index is loaded before somebody turns to the field, or comes with a question. */

import { element } from "../notice.js"
import { asking } from "./asking.js"
import { warm } from "./client.js"
import { seeking } from "./excerpt.js"
import { arrows, cards, counted, fault, hit, paperAddress, remarks, searchAddress, summary } from "./results.js"
import { addressForTopic } from "./topic.js"

const STEP = 10 // papers shown at a time
const EXCERPT = 200 // characters
const OPTIONS = 200 // of a filter: more would be no help
const SORTS = ["relevance", "date", "discussion"]
const FILTERS = ["year", "topic", "organization"]
const NAMES = ["q", "sort", "every", ...FILTERS]

const article = document.querySelector("article.search")
const form = article.querySelector("form.search")
const field = form.elements.q
const controls = article.querySelector(".controls")
const { sort, every } = controls.elements
const filters = FILTERS.map((name) => controls.elements[name])
const fold = controls.querySelector("details")
const status = article.querySelector("[role=status]")
const remarked = article.querySelector(".remarks")
const list = article.querySelector("ol")
const after = article.querySelector(".after")
const title = document.title

let last // {answer, options, sought, shown: how many papers} of what is shown
let isEverything = false // asked for without a question
let isTyped = false // and not ended by Enter: its last word may go on
let isSettled = true // what the address asks is a step of the way back
let withFacets = false // what was asked last
let leads // how to go straight to a paper that the question names: "assign", "replace", or not at all

/* --- What is asked -------------------------------------------------------------------------- */

const chosen = () => Object.fromEntries(filters.filter(({ value }) => value).map(({ name, value }) => [name, value]))
const isFiltered = () => filters.some(({ value }) => value)
const isChosen = () => every.checked || isFiltered()
const isAsked = () =>
  Boolean(field.value.trim() || isEverything || isChosen() || sort.value !== "relevance" || fold.open)

function options(more) {
  withFacets = fold.open || isFiltered()
  return {
    sort: sort.value,
    every: every.checked,
    filters: chosen(),
    facets: withFacets,
    typing: isTyped,
    start: 0,
    size: STEP,
    ...more,
  }
}

const { ask, later, stop } = asking({
  shown: show,
  waiting() {
    status.textContent = "Searching…"
  },
  failed(again) {
    status.replaceChildren(
      ...fault(() => {
        field.focus()
        again()
      }),
    )
  },
})

/* --- The address ------------------------------------------------------------------------------- */

function write(isNew) {
  const question = field.value.trim()
  const url = new URL(searchAddress(question))
  if (!question && !isEverything) url.searchParams.delete("q")
  if (sort.value !== "relevance") url.searchParams.set("sort", sort.value)
  if (every.checked) url.searchParams.set("every", "1")
  for (const [name, value] of Object.entries(chosen())) url.searchParams.set(name, value)
  document.title = question ? `${question} · ${title}` : title
  if (url.href === location.href && Boolean(history.state?.typing) === isTyped) return
  // Who comes back to what was typed finds the same papers.
  history[isNew ? "pushState" : "replaceState"](isTyped ? { typing: true } : null, "", url)
}

function read() {
  const asked = new URLSearchParams(location.search)
  field.value = asked.get("q") ?? ""
  isEverything = asked.has("q")
  isTyped = asked.has("typing") || Boolean(history.state?.typing)
  sort.value = SORTS.includes(asked.get("sort")) ? asked.get("sort") : "relevance"
  every.checked = asked.has("every")
  for (const filter of filters) choose(filter, asked.get(filter.name) ?? "")
  fold.open ||= isFiltered()
  document.title = field.value.trim() ? `${field.value.trim()} · ${title}` : title
  return NAMES.some((name) => asked.has(name))
}

function choose(filter, value) {
  // What an address asks for may be nowhere.
  if (![...filter.options].some((option) => option.value === value)) filter.add(new Option(value, value))
  filter.value = value
}

/* --- What is shown -------------------------------------------------------------------------------- */

function clear() {
  stop()
  last = undefined
  withFacets = false
  status.textContent = ""
  for (const place of [remarked, list, after]) place.replaceChildren()
  tellEvery()
}

function show(answer, asked) {
  if (leads && answer.straight) location[leads](paperAddress(answer.straight))
  leads = undefined
  const isMore = asked.start > 0
  const sought = isMore ? last.sought : seeking(answer.question, { typing: asked.typing, abbreviations: answer.abbreviations })
  const found = isMore ? answer.hits.map(({ card }) => card) : cards(answer)
  const items = found.map((card) => hit(card, sought, EXCERPT))
  last = { answer, options: asked, sought, shown: isMore ? last.shown + items.length : items.length }
  if (isMore) list.append(...items)
  else list.replaceChildren(...items)
  status.textContent = summary(answer, { isFiltered: isFiltered(), typing: asked.typing })
  if (isChosen()) status.append(" ", element("button", { type: "button", onclick: showAll }, "Show all"))
  remarked.replaceChildren(...remarks(answer, go))
  after.replaceChildren(...ways(answer))
  offer(answer.facets)
  tellEvery(answer)
  // For the reader's own marks.
  const detail = Object.fromEntries(
    found.map(({ slug, listed, comments, upvotes, published }) => [slug, [listed, comments, upvotes, published]]),
  )
  document.dispatchEvent(new CustomEvent("entries", { detail }))
  if (!isMore) return
  history.replaceState({ shown: last.shown, typing: isTyped }, "") // for who comes back
  items[0]?.querySelector("a").focus()
}

function ways(answer) {
  const made = []
  const rest = answer.total - (last.options.start + answer.hits.length)
  if (rest > 0 && answer.hits.length)
    made.push(
      element(
        "button",
        { type: "button", className: "action", onclick: () => ask(answer.question, { ...last.options, start: last.options.start + answer.hits.length, size: STEP }) },
        `Show ${Math.min(STEP, rest)} more`,
      ),
    )
  const address = answer.question.trim() && addressForTopic(answer.question)
  if (address)
    made.push(
      element(
        "p",
        {},
        element("a", { href: address }, "Make this a topic"),
        ": with a page and feeds of its own, for everybody, once a curator agrees.",
      ),
    )
  return made
}

/* What the filters offer, with how many papers each leaves. */
function offer(facets) {
  if (!facets) return
  for (const filter of filters) {
    const { value } = filter
    const first = filter.options[0]
    const found = facets[filter.name] ?? []
    filter.replaceChildren(first)
    for (const [key, label, count] of found.slice(0, OPTIONS))
      filter.add(new Option(`${label} (${count.toLocaleString("en-GB")})`, key))
    if (value && ![...filter.options].some((option) => option.value === value)) {
      const [, label, count] = found.find(([key]) => String(key) === value) ?? [value, value, 0]
      filter.add(new Option(`${label} (${count})`, value))
    }
    filter.value = value
  }
}

function tellEvery(answer) {
  const isOf = answer && answer.question.trim() && !answer.straight
  controls.querySelector(".every").hidden = !every.checked && !(isOf && answer.holds && answer.holds !== answer.total)
  const count = isOf && !isFiltered() ? ` (${answer.holds.toLocaleString("en-GB")})` : ""
  every.nextElementSibling.textContent = `With every word${count}`
}

/* --- What the reader does ---------------------------------------------------------------------------- */

/* While a question is typed it is one step of the way back, and not a step a letter. */
function typed() {
  isEverything = false
  isTyped = true
  write(isSettled && Boolean(last?.answer.question.trim()))
  isSettled = false
  leads = undefined
  if (isAsked()) later(field.value, options())
  else clear()
}

function go(question) {
  field.value = question
  field.focus()
  typed()
}

function changed() {
  write(false)
  if (isAsked()) ask(field.value, options())
  else clear()
}

function showAll() {
  every.checked = false
  for (const filter of filters) filter.value = ""
  changed()
  field.focus() // the button is gone
}

function submitted(event) {
  event.preventDefault()
  isEverything = true
  isTyped = false
  isSettled = true
  leads = "assign"
  write(false)
  ask(field.value, options())
}

function arrived() {
  if (read()) ask(field.value, options({ size: history.state?.shown ?? STEP }))
  else clear()
}

form.addEventListener("focusin", () => warm(), { once: true })
form.addEventListener("input", typed)
form.addEventListener("submit", submitted)
controls.addEventListener("submit", (event) => event.preventDefault())
controls.addEventListener("change", changed)
fold.addEventListener("toggle", () => fold.open && !withFacets && changed())
arrows(field, article)
addEventListener("popstate", () => {
  isSettled = true
  arrived()
})

// Who comes back from a paper wants what was found, and not the paper again.
if (performance.getEntriesByType("navigation")[0]?.type === "navigate") leads = "replace"
arrived()
if (location.hash === "#how-to-ask") article.querySelector(".how").open = true
