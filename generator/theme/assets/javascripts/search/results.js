/* What is shown of an answer: its papers, and what there is to say about the question. Titles, names and
   texts are strangers': they are put into pages as text, and never as HTML. */

import { site } from "../memory.js"
import { element } from "../notice.js"
import { excerpt, marked } from "./excerpt.js"
import { parse } from "./query.js"

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")
const LONGEST = 2000 // characters of a question in an address; servers refuse much longer ones
const AT_MOST = 5 // words that are told of
const LONGEST_WORD = 40 // characters of one
const BEGINNING = /^[\w-]{1,2}$/ // which the engine doesn't complete

const shortened = (word) => (word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD)}…` : word)
const saysSomething = (question) => Object.values(parse(question)).some((parts) => parts?.length)

export const counted = (number, word) => `${number.toLocaleString("en-GB")} ${word}${number === 1 ? "" : "s"}`

export const paperAddress = ({ slug }) => new URL(`papers/${slug}/`, site).href

/** `typing`: with what the last word may go on as. */
export function searchAddress(question, { typing = false } = {}) {
  const url = new URL("search/", site)
  url.searchParams.set("q", question.slice(0, LONGEST))
  if (typing) url.searchParams.set("typing", "1")
  return url.href
}

function day(date) {
  const [year, month, number] = date.split("-").map(Number)
  return `${number} ${MONTHS[month - 1]} ${year}`
}

const nodes = (pieces) => pieces.map(([piece, isMatch]) => (isMatch ? element("mark", {}, piece) : piece))

/* What may be in a script from right to left leaves what stands beside it in its order. */
const isolated = (...parts) => element("bdi", {}, ...parts)

/* At most three names, and how many more there are. */
function authors(card, sought) {
  const { authors: names, author_count: count } = card
  if (!names.length) return count ? [counted(count, "author")] : []
  const more = (count ?? names.length) - names.length
  return [
    ...names.flatMap((name, index) => [index ? ", " : "", isolated(...nodes(marked(name, sought)))]),
    more > 0 ? ` and ${more.toLocaleString("en-GB")} more` : "",
  ]
}

function facts(card, sought) {
  const { organization, published, listed, comments, upvotes } = card
  const all = [
    authors(card, sought),
    organization ? [element("a", { href: new URL(`organizations/${organization[0]}/`, site).href }, isolated(organization[1]))] : [],
    [published ? day(published) : `listed ${day(listed)}`],
    comments ? [counted(comments, "comment")] : [],
    upvotes ? [counted(upvotes, "upvote")] : [],
  ].filter(({ length }) => length)
  return all.flatMap((fact, index) => [index ? "\u00a0· " : "", ...fact])
}

/** A paper that was found: a title, the piece of its text that shows most of what is sought, facts. */
export function hit(card, sought, length) {
  const text = excerpt(card, sought, length)
  return element(
    "li",
    { className: "story" },
    element("h3", {}, element("a", { href: paperAddress(card) }, ...nodes(marked(card.title, sought)))),
    ...(text.length ? [element("p", {}, ...nodes(text))] : []),
    element("p", {}, element("em", {}, ...facts(card, sought))),
  )
}

/** The answer's papers; the one that the question names, if it does, stands first. */
export function cards({ straight, hits }) {
  const all = hits.map(({ card }) => card)
  if (straight && !all.some(({ slug }) => slug === straight.slug)) all.unshift(straight)
  return all
}

/** "37 papers, 4 with every word"; of filtered papers it isn't known how many hold every word. Of a letter
    or two that are `typed` it isn't known what begins so. */
export function summary(answer, { isFiltered = false, typing = false } = {}) {
  const { total, holds, question } = answer
  const number = Math.max(total, cards(answer).length)
  if (!number && !question.trim() && !isFiltered) return "There are no papers yet."
  if (!number) return typing && BEGINNING.test(question) ? "Go on typing …" : "No paper is found."
  if (question.trim() && !isFiltered && !saysSomething(question)) return `There is no word to look for: ${number === 1 ? "the one paper" : `all ${counted(number, "paper")}`}`
  if (!question.trim() || isFiltered || holds === total || answer.straight) return counted(number, "paper")
  return `${counted(number, "paper")}, ${holds ? holds.toLocaleString("en-GB") : "none"} with every word`
}

/** What else there is to say; `go` is called with the question that the reader would rather ask. */
export function remarks({ suggestion, topics, abbreviations, missing }, go) {
  const said = []
  if (suggestion) {
    const link = element("a", { href: searchAddress(suggestion) }, isolated(suggestion.trim()))
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      go(suggestion)
    }
    said.push(["Did you mean ", link, "?"])
  }
  if (topics.length) {
    const links = topics
      .slice(0, AT_MOST)
      .flatMap(([slug, title, papers], index) => [
        index ? ", " : "",
        element("a", { href: new URL(`topics/${slug}/`, site).href }, isolated(title)),
        ` (${counted(papers, "paper")})`,
      ])
    said.push([topics.length === 1 ? "Topic: " : "Topics: ", ...links])
  }
  if (abbreviations.length)
    said.push([`Also searched for: ${abbreviations.map(([short, long]) => `${short} (${long})`).join(", ")}`])
  if (missing.length && !suggestion)
    said.push(["In no paper: ", ...missing.slice(0, AT_MOST).flatMap((word, at) => [at ? ", “" : "“", isolated(shortened(word)), "”"])])
  return said.map((parts) => element("p", { className: "remark" }, ...parts))
}

/** That something couldn't be loaded, with a button that tries again. */
export function fault(again) {
  const button = element("button", { type: "button", onclick: again }, "Try again")
  return ["A part of the index could not be loaded. ", button]
}

/** From the field to the papers, from paper to paper, and back: by the arrows up and down. */
export function arrows(field, within) {
  within.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const { target } = event
    if (!by || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const stops = [field, ...within.querySelectorAll(".story h3 a, .remark a, a.all")]
    const to = stops[stops.indexOf(target) + by]
    if (!stops.includes(target) || !to) return
    event.preventDefault()
    to.focus()
    if (to === field) field.scrollIntoView?.({ block: "nearest" })
  })
}
