/* Papers on a page, this or another: which links lead to one, and what of the page belongs to it. */

import { isSlug, site } from "./memory.js"

/* The slug, if an address is that of a paper (or a topic, on whichever of its pages). */
export function slugIn(address, folder = "papers") {
  const { origin, pathname } = new URL(address)
  if (origin !== site.origin || !pathname.startsWith(site.pathname + folder + "/")) return undefined
  const [slug, ...rest] = pathname.slice(site.pathname.length + folder.length + 1).split("/")
  return isSlug(slug) && /^(\d+\/)?$/.test(rest.join("/")) ? slug : undefined
}

const isFacts = (paragraph) => paragraph.matches("p:has(> em:only-child)")

/* The line of facts below a heading, in the section that the heading begins. */
function factsBelow(heading) {
  let facts
  for (let next = heading.nextElementSibling; next && !next.matches("h1, h2, h3, hr"); next = next.nextElementSibling)
    if (isFacts(next)) facts = next.firstElementChild
  return facts
}

const known = new WeakMap()

/* An entry as the page first had it: {slug, title, link, heading, line, facts, topics}. */
function entry(link) {
  if (!known.has(link)) {
    const heading = link.parentElement
    const line = factsBelow(heading)
    const section = heading.closest("section")?.querySelector("h2 a[href]")
    known.set(link, {
      slug: slugIn(link.href),
      title: link.textContent,
      link,
      heading,
      line,
      facts: line?.textContent,
      topics: [...(line?.querySelectorAll("a[href]") ?? []), ...(section ? [section] : [])]
        .map((to) => slugIn(to.href, "topics"))
        .filter(Boolean),
    })
  }
  return known.get(link)
}

/* Entries of lists: headings that lead to papers. */
export const entries = () =>
  [...document.querySelectorAll("main h3 > a[href]")].map(entry).filter(({ slug }) => slug)

/* All links to papers. */
export const links = () =>
  [...document.querySelectorAll("main :is(h3, li) a[href]")].filter((link) => slugIn(link.href))

/* The paper whose page this is, or undefined. */
export function paper() {
  const slug = slugIn(location.href)
  const heading = document.querySelector("article.paper h1")
  if (!slug || !heading) return undefined
  const line = document.querySelector("article.paper > p:has(> em:only-child) > em")
  return { slug, title: heading.textContent, heading, line, facts: line?.textContent }
}

/* Another page of the site, fetched and parsed. Addresses in it are whole, as they were relative to it and
   not to this page. Throws an Error if it can't be had. */
export async function pageAt(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${response.status}`)
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  for (const link of page.querySelectorAll('main a[href]:not([href*="://"])'))
    link.href = new URL(link.getAttribute("href"), address)
  return page
}

/* Where the page of a paper that has turned out to be another leads: {slug, title}; or undefined. */
export function successor(page = document, address = location.href) {
  if (!slugIn(address) || page.querySelector("article.paper")) return undefined
  const found = [...page.querySelectorAll("main a[href]")]
    .map((link) => ({ slug: slugIn(link.href), title: link.textContent }))
    .filter(({ slug }) => slug)
  return found.length === 1 ? found[0] : undefined
}
