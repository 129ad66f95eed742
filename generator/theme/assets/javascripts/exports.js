/* The reading list for other programs: functions from a memory to the text of a file. */

import { pageAt, successor } from "./entries.js"
import { site } from "./memory.js"
import { citation, recordOf } from "./record.js"

const AT_ONCE = 4 // pages

export const pageOf = (slug) => new URL(`papers/${slug}/`, site).href
export const topicPage = (slug) => new URL(`topics/${slug}/`, site).href
export const feedOf = (slug) => new URL(`feeds/${slug}.xml`, site).href

const newest = (all, field) =>
  [...all].filter(([, one]) => one[field]).sort(([, one], [, other]) => Date.parse(other[field]) - Date.parse(one[field]))

/* Pairs of slug and paper or topic, that of which it was said last first. */
export const saved = ({ papers }) => newest(papers, "saved")
export const readOnes = ({ papers }) => newest(papers, "read")
export const followed = ({ topics }) => newest(topics, "followed")

export const plain = (memory) =>
  saved(memory)
    .map(([slug, { title, facts }]) => [title, facts, pageOf(slug)].filter(Boolean).join("\n") + "\n")
    .join("\n")

/* OPML 2.0: http://opml.org/spec2.opml */
export function opml(memory, name, date) {
  const made = document.implementation.createDocument(null, "opml")
  const add = (parent, tag, attributes, text = "") => {
    const child = parent.appendChild(made.createElement(tag))
    for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value)
    child.textContent = text
    return child
  }
  const root = made.documentElement
  root.setAttribute("version", "2.0")
  const head = add(root, "head", {})
  add(head, "title", {}, name)
  add(head, "dateCreated", {}, date.toUTCString())
  const body = add(root, "body", {})
  const topics = add(body, "outline", { text: "Topics" })
  for (const [slug, { title }] of followed(memory))
    add(topics, "outline", { type: "rss", text: title, title, xmlUrl: feedOf(slug), htmlUrl: topicPage(slug) })
  const papers = add(body, "outline", { text: "Papers" })
  for (const [slug, { title, saved: created }] of saved(memory))
    add(papers, "outline", { type: "link", text: title, url: pageOf(slug), created: new Date(created).toUTCString() })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(made)}\n`
}

/* A paper's entry, as its page gives it, or null. */
async function entry(slug) {
  let page = await pageAt(pageOf(slug))
  const to = successor(page, pageOf(slug))
  if (to) page = await pageAt(pageOf(to.slug))
  const record = recordOf(page)
  return record && citation(record, "bibtex").trim()
}

/* The saved papers' entries, and the titles of those whose pages didn't give one; told how many are done. */
export async function bibtex(memory, progress) {
  const papers = saved(memory)
  const found = []
  let done = 0
  let next = 0
  const fetchSome = async () => {
    while (next < papers.length) {
      const index = next++
      found[index] = await entry(papers[index][0]).catch(() => null)
      progress((done += 1), papers.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, fetchSome))
  return {
    text: [...new Set(found.filter(Boolean))].join("\n\n") + "\n",
    failed: papers.filter((_, index) => !found[index]).map(([, { title }]) => title),
  }
}
