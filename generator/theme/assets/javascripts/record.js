/* The citation of a paper, from what its page says: as BibTeX, RIS, CSL-JSON or text.

   `recordOf(document)` takes a paper's page, this one or one that was fetched and parsed, and gives its
   record, or null if it is no paper's; `citation(record, format)` gives the text of a file, and `FORMATS`
   what formats there are: label, extension, media type. Several papers' BibTeX may follow each other,
   divided by an empty line, and so may their RIS; of CSL-JSON take `record.csl`.

   A page has the BibTeX in `pre > code.language-bibtex`, the plain text behind `h2[id^="cite"]`, the
   abstract, if there is one, in the paragraph behind `h2[id^="abstract"]`, and all other facts as JSON-LD.
   How names are parted is read from the BibTeX. What comes out is what citations.py makes, to the byte. */

export const FORMATS = {
  bibtex: { label: "BibTeX", extension: "bib", type: "application/x-bibtex" },
  ris: { label: "RIS", extension: "ris", type: "application/x-research-info-systems" },
  csl: { label: "CSL-JSON", extension: "json", type: "application/vnd.citationstyles.csl+json" },
  text: { label: "Text", extension: "txt", type: "text/plain" },
}

export function recordOf(page = document) {
  const block = page.querySelector("pre > code.language-bibtex")
  const facts = [...page.querySelectorAll('script[type="application/ld+json"]')]
    .map((script) => JSON.parse(script.textContent))
    .find((facts) => facts["@type"] === "ScholarlyArticle")
  if (!block || !facts) return null
  const bibtex = block.textContent
  const text = page.querySelector('h2[id^="cite"] + p').textContent
  const ids = Object.fromEntries((facts.identifier ?? []).map((id) => [id.propertyID, id.value]))
  const onArxiv = ids.arXiv && { genre: "preprint", number: `arXiv:${ids.arXiv}`, publisher: "arXiv" }
  const date = facts.datePublished?.split("-").map(Number)
  const authors = namesIn(bibtex)
  const abstract = abstractOf(page)
  const csl = {
    id: /^@\w+\{(.*),$/m.exec(bibtex)[1],
    type: onArxiv ? "article" : "document",
    title: facts.headline,
    ...(authors.length && { author: authors }),
    ...(date && { issued: { "date-parts": [date] } }),
    ...onArxiv,
    ...(ids.DOI && { DOI: ids.DOI }),
    URL: facts.url ?? facts.mainEntityOfPage["@id"],
    ...(abstract && { abstract }),
  }
  return { bibtex, text, csl }
}

export function citation(record, format) {
  if (format === "csl") return `${JSON.stringify([record.csl], null, 2)}\n`
  return format === "ris" ? ris(record.csl) : record[format]
}

/* A formula of MathML says in alttext how it is written in plain text. */
function abstractOf(page) {
  const paragraph = page.querySelector('h2[id^="abstract"] + p')?.cloneNode(true)
  for (const formula of paragraph?.querySelectorAll("math[alttext]") ?? [])
    formula.replaceWith(formula.getAttribute("alttext"))
  return paragraph?.textContent
}

const TEX = {
  textbackslash: "\\",
  textbraceleft: "{",
  textbraceright: "}",
  textasciicircum: "^",
  textasciitilde: "~",
}
const plain = (tex) =>
  tex.replace(/\\(text\w+)\{\}|\\(\W|_)|\{\}/g, (_, name, sign) => (name ? TEX[name] : sign ?? ""))

/* Names as CSL has them. What BibTeX keeps in braces is whole; small words before a family's name are
   its particle. */
function namesIn(bibtex) {
  const field = /^  author = \{(.*)\},?$/m.exec(bibtex)?.[1] ?? ""
  const names = []
  let depth = 0
  let start = 0
  for (let at = 0; at <= field.length; at++) {
    depth += { "{": 1, "}": -1 }[field[at]] ?? 0
    if (at < field.length && (depth || !field.startsWith(" and ", at))) continue
    const name = field.slice(start, at)
    if (name && name !== "others") names.push(parted(name))
    start = at + " and ".length
  }
  return names
}

function parted(name) {
  if (name.startsWith("{")) return { literal: plain(name.slice(1, -1)) }
  const [last, ...rest] = name.split(", ").map(plain)
  const [, particle, family] = /^((?:[a-z']\S* )*)(.+)$/.exec(last)
  return {
    given: rest.at(-1),
    ...(particle && { "non-dropping-particle": particle.trimEnd() }),
    family,
    ...(rest.length > 1 && { suffix: rest[0] }),
  }
}

function ris(item) {
  const [year, ...days] = item.issued?.["date-parts"][0] ?? []
  const rest = [0, 1, 2].map((index) => `${days[index] ?? ""}`.padStart(days[index] ? 2 : 0, "0"))
  const lines = [
    ["TY", item.type === "article" ? "UNPB" : "GEN"],
    ["ID", item.id],
    ...(item.author ?? []).map((name) => ["AU", lastFirst(name)]),
    ["TI", item.title],
    ["PY", year],
    ["DA", year && [year, ...rest].join("/")],
    ["PB", item.publisher],
    ["AN", item.number],
    ["DO", item.DOI],
    ["UR", item.URL],
    ["AB", item.abstract],
  ]
  const known = lines.filter(([, value]) => value)
  return [...known, ["ER", ""]].map(([tag, value]) => `${tag}  - ${value}\r\n`).join("")
}

function lastFirst(name) {
  if (name.literal) return name.literal
  const family = [name["non-dropping-particle"], name.family].filter(Boolean).join(" ")
  return [family, name.given, name.suffix].filter(Boolean).join(", ")
}
