/* A list of papers: how much of each is shown, in which order, and which of them. What is chosen stands
   in the page's address, so that it can be sent to others.

   Everything is read from what is there to be read anyway: the entries, the page's block "numbers" (a
   paper's slug → the day it was listed, comments, upvotes, its own date), the list's further pages, and,
   for whole summaries and abstracts, the papers' pages. Nothing is loaded before it is asked for. */

import { pageAt, slugIn } from "./entries.js"
import { button, element } from "./notice.js"

const PAGE = 50 // entries shown at a time, as in the pages of a list
const AT_ONCE = 6 // requests

const BLOCK = "script#numbers" // as a heading may be called the same
const block = document.querySelector(BLOCK)
const article = block && document.querySelector("article.list")
const stories = article?.querySelector(".stories")
const heading = article?.querySelector(".papers > h2")

const VIEWS = { headlines: "Headlines", summaries: "Summaries", abstracts: "Abstracts" }
const ORDERS = {
  listed: (one, other) => one.place - other.place,
  published: (one, other) => (other.date > one.date) - (other.date < one.date) || one.place - other.place,
  discussed: (one, other) => other.discussion - one.discussion || one.place - other.place,
  title: (one, other) => one.title.localeCompare(other.title) || one.place - other.place,
}
const ORDER_NAMES = {
  listed: { trending: "Trending", listing: "As listed" }[block?.dataset.order] ?? "Newest listed",
  published: "Newest paper",
  discussed: "Most discussed",
  title: "Title",
}
const FILTERS = { year: "Any year", topic: "Any topic", organization: "Any organization" }

function entry(story, numbers, place) {
  const link = story.querySelector("h3 a")
  const [listed, comments, upvotes, published] = numbers[slugIn(link.href)] ?? []
  const date = published ?? listed ?? ""
  const named = (folder) =>
    [...story.querySelectorAll("p > em:only-child a")]
      .map((a) => [slugIn(a.href, folder), a.textContent])
      .filter(([slug]) => slug)
  return {
    story,
    place,
    date,
    title: link.textContent,
    discussion: (comments ?? 0) + (upvotes ?? 0) / 10,
    page: link.href,
    year: date ? [[date.slice(0, 4), date.slice(0, 4)]] : [],
    topic: named("topics"), // but not that of a topic's own page, which every entry has
    organization: named("organizations"),
  }
}

function select(name, label, options, value) {
  const made = element("select", { name, ariaLabel: label }, ...options.map(([key, text]) => new Option(text, key)))
  made.value = value
  return made
}

function start() {
  const address = new URL(location)
  const isFirst = !document.querySelector("link[rel=prev]") || !block.dataset.pages
  const pages = isFirst ? Number(block.dataset.pages ?? 1) : 1
  const numbers = JSON.parse(block.textContent)
  const entries = [...stories.children].map((story, place) => entry(story, numbers, place))
  const asBuilt = entries.slice()
  const chosen = {}
  for (const name of ["sort", ...Object.keys(FILTERS)])
    chosen[name] = (isFirst && address.searchParams.get(name)) || ""
  if (!Object.hasOwn(ORDERS, chosen.sort)) chosen.sort = "listed"
  const asked = address.searchParams.get("view")
  let view = [asked, __md_get("view"), "summaries"].find((name) => name && Object.hasOwn(VIEWS, name))
  let shown = PAGE

  // --- The controls

  const radio = (name) => element("input", { type: "radio", name: "view", value: name, checked: name === view })
  const views = Object.entries(VIEWS).map(([name, label]) => element("label", {}, radio(name), label))
  const controls = element(
    "form",
    { className: "controls", ariaLabel: "This list", onsubmit: (event) => event.preventDefault() },
    element("fieldset", {}, element("legend", {}, "Show"), ...views),
  )
  const sort = select("sort", "Sort by", Object.entries(ORDER_NAMES), chosen.sort)
  const filters = Object.keys(FILTERS).map((name) => select(name, `Only this ${name}`, [["", FILTERS[name]]], ""))
  const status = element("p", { role: "status" })
  const showMore = () => {
    shown += PAGE
    apply()
  }
  const more = button("", showMore, { className: "action" })
  if (isFirst && (entries.length > 1 || pages > 1)) controls.append(sort, ...filters)
  else if (!isFirst) controls.append(element("a", { href: new URL("../", location) }, "Sort and filter"))
  heading.after(controls)
  stories.before(status)
  stories.after(more)
  const pager = [] // the way to the list's other pages
  for (let at = more.nextElementSibling; at; at = at.nextElementSibling)
    if (at.matches("hr, hr + p:not(:has(> em:only-child))") && pages > 1) pager.push(at)

  function offer() {
    for (const filter of filters) {
      const counts = new Map()
      for (const one of entries)
        for (const [key, label] of one[filter.name])
          counts.set(key, [label, (counts.get(key)?.[1] ?? 0) + 1])
      const options = [...counts].sort(
        filter.name === "year"
          ? ([one], [other]) => other - one
          : ([, [one, m]], [, [other, n]]) => n - m || one.localeCompare(other),
      )
      filter.replaceChildren(new Option(FILTERS[filter.name], ""))
      for (const [key, [label, count]] of options) filter.add(new Option(`${label} (${count})`, key))
      // What an address asks for may be on a page that isn't loaded, or nowhere.
      const value = chosen[filter.name]
      if (value && !counts.has(value)) filter.add(new Option(`${value} (0)`, value))
      filter.value = value
      filter.hidden = !value && !options.some(([, [, count]]) => count < entries.length)
    }
  }

  // --- The list's other pages

  let loading
  function all() {
    if (pages === 1) return Promise.resolve()
    loading ??= (async () => {
      const parsed = []
      const rest = Array.from({ length: pages - 1 }, (_, index) => index + 2)
      let done = 1
      const worker = async () => {
        for (let page; (page = rest.shift()); ) {
          parsed[page] = await pageAt(new URL(`${page}/`, location.origin + location.pathname).href)
          status.textContent = `Reading the list: page ${++done} of ${pages}`
        }
      }
      const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker))
      const failed = ended.find(({ status }) => status === "rejected")
      if (failed) throw failed.reason
      for (const document_ of parsed.filter(Boolean)) {
        const theirs = JSON.parse(document_.querySelector(BLOCK).textContent)
        Object.assign(numbers, theirs)
        for (const story of document_.querySelectorAll(".stories > .story"))
          entries.push(entry(document.adoptNode(story), theirs, entries.length))
      }
      offer()
    })()
    loading.catch(() => (loading = undefined))
    return loading
  }

  // --- What is chosen, shown

  const isPlain = () => chosen.sort === "listed" && !Object.keys(FILTERS).some((name) => chosen[name])

  async function apply() {
    const plain = isPlain()
    if (!plain) {
      try {
        await all()
      } catch {
        status.textContent = "A page of this list could not be loaded. "
        status.append(button("Try again", apply))
        return
      }
    }
    const found = plain
      ? asBuilt
      : entries.filter((one) =>
          Object.keys(FILTERS).every(
            (name) => !chosen[name] || one[name].some(([key]) => key === chosen[name]),
          ),
        )
    const sorted = [...found].sort(ORDERS[chosen.sort])
    const here = plain ? sorted : sorted.slice(0, shown)
    if (!plain || stories.children.length !== here.length || here.some((one, at) => stories.children[at] !== one.story)) {
      stories.replaceChildren(...here.map((one) => one.story))
      document.dispatchEvent(new CustomEvent("entries", { detail: numbers })) // for their marks
    }
    more.hidden = here.length === sorted.length
    more.textContent = `Show ${Math.min(PAGE, sorted.length - here.length)} more`
    for (const part of pager) part.hidden = !plain
    status.textContent = plain ? "" : `${sorted.length} of ${entries.length} papers. `
    if (!plain)
      status.append(
        button("Show all", () => {
          Object.assign(chosen, { sort: "listed", year: "", topic: "", organization: "" })
          changed()
          sort.focus()
        }),
      )
    detail(here)
  }

  function changed() {
    const url = new URL(location)
    for (const [name, value] of Object.entries({ ...chosen, view }))
      if (value && value !== "listed" && value !== "summaries") url.searchParams.set(name, value)
      else url.searchParams.delete(name)
    history.replaceState(history.state, "", url)
    shown = PAGE
    sort.value = chosen.sort
    for (const filter of filters) filter.value = chosen[filter.name]
    apply()
  }

  controls.onchange = ({ target }) => {
    if (target.name === "view") {
      view = target.value
      __md_set("view", view)
    } else chosen[target.name] = target.value
    changed()
  }
  controls.addEventListener("pointerenter", () => all().then(() => isPlain() && apply(), () => {}), { once: true })
  sort.addEventListener("focus", () => all().then(() => isPlain() && apply(), () => {}), { once: true })

  // --- How much of a paper

  const facts = (one) => one.story.querySelector(":scope > p > em:only-child")
  const words = (one) => one.story.querySelector(":scope > p:not(:has(> em:only-child))")

  /** The paragraphs below a heading of the paper's page; of the abstract, or else of the summary. */
  async function whole(one, ...ids) {
    const page = await pageAt(one.page)
    // By its beginning: the paper itself may be called "Abstract".
    const from = ids.map((id) => page.querySelector(`h2[id^=${id}]`)).find(Boolean)
    const found = []
    for (let at = from?.nextElementSibling; at?.matches("p"); at = at.nextElementSibling)
      if (!at.querySelector(":scope > em:only-child")) found.push(...(found.length ? [" "] : []), ...at.childNodes)
    return found.map((node) => (node.nodeType ? document.adoptNode(node) : node))
  }

  async function open(one, ...ids) {
    const paragraph = words(one)
    if (!paragraph || one.open === ids[0]) return
    one.teaser ??= [...paragraph.childNodes]
    one.open = ids[0]
    one.story.classList.add("open")
    try {
      const nodes = await whole(one, ...ids)
      if (nodes.length && one.open === ids[0]) paragraph.replaceChildren(...nodes)
    } catch {
      status.textContent = `The whole text of “${one.title}” could not be loaded.`
    }
    label(one)
  }

  function close(one) {
    if (one.teaser) words(one).replaceChildren(...one.teaser)
    one.open = undefined
    one.story.classList.remove("open")
    label(one)
  }

  function label(one) {
    if (!one.button) return
    one.button.firstChild.data = one.open ? "Less" : "More"
    one.button.setAttribute("aria-expanded", Boolean(one.open))
  }

  const near = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen)
        if (isIntersecting) {
          near.unobserve(target)
          const one = entries.find(({ story }) => story === target)
          if (view === "abstracts") open(one, "abstract", "summary")
        }
    },
    { rootMargin: "600px" },
  )

  function detail(here) {
    article.dataset.view = view
    near.disconnect()
    for (const one of here) {
      if (view !== "abstracts" && one.open === "abstract") close(one)
      if (view === "abstracts") near.observe(one.story)
    }
    if (view !== "summaries") return
    const cut = here.filter((one) => {
      const text = words(one)
      return text && !one.button && (text.scrollHeight > text.clientHeight + 1 || text.textContent.endsWith("…"))
    })
    for (const one of cut) {
      const toggle = () => (one.open ? close(one) : open(one, "summary", "abstract"))
      one.button = button("More", toggle, { className: "more", ariaExpanded: false })
      one.button.append(element("span", { className: "unseen" }, ` of ${one.title}`))
      facts(one).insertBefore(one.button, facts(one).querySelector(".save"))
    }
  }

  offer()
  apply()
}

if (stories && heading) start()
