/* The query language, as generator/search/query.py has it, to the character: which says what it means.

   A query is {words, phrases, clauses, excludedWords, excludedPhrases, excludedClauses, straight}: a word is
   {text, words, isPrefix}, a phrase is [[word, isPrefix], …], a clause is {field, words, first, last}. */

import { folded, words } from "./analysis.js"

// Of a question; what comes behind them isn't read.
const LONGEST = 50_000 // characters
const MOST_PARTS = 1_000

const LONGEST_ID = 500
const FIELDS = ["author", "org", "topic", "year"]
const YEAR = /^[0-9]{4}$/

// --- reading ---

/** The question, understood. Takes time in proportion to its length, and throws nothing. */
export function parse(question) {
  const found = [false, true].map(() => ({ word: [], phrase: [], clause: [] }))
  for (const [kind, part, isExcluded] of parts(plain(firstOf(question, LONGEST)))) {
    if (part) found[Number(isExcluded)][kind].push(part)
  }
  const [wanted, unwanted] = found
  const query = {
    words: wanted.word,
    phrases: wanted.phrase,
    clauses: wanted.clause,
    excludedWords: unwanted.word,
    excludedPhrases: unwanted.phrase,
    excludedClauses: unwanted.clause,
    straight: null,
  }
  return { ...query, straight: straight(query) }
}

/** Does the query say nothing? */
export const isEmpty = ({ words, phrases, clauses, excludedWords, excludedPhrases, excludedClauses }) =>
  ![words, phrases, clauses, excludedWords, excludedPhrases, excludedClauses].some(({ length }) => length)

/** A phrase as it is compared: [[word, isPrefix], …]. */
export const phrase = (written) =>
  written.split(" ").flatMap((piece) => {
    const [words, isPrefix] = read(piece)
    return words.map((word, at) => [word, isPrefix && at === words.length - 1])
  })

/* The exact words of what stands between white space, and whether the last is a prefix. */
const SPACELESS = "\u0e00" // from here on are the scripts without spaces, of which terms have pairs

const read = (piece) => (piece.endsWith("*") ? [words(piece.slice(0, -1)), true] : [words(piece), false])

/* As text.plain of Python: on one line, without what no format can carry. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g
const FORBIDDEN = /[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u202a-\u202e\u2066-\u2069\p{NChar}]+/gu
const spaced = (text) => text.replace(SPACE, " ").replace(/^ | $/g, "")
export const plain = (text) => spaced(spaced(text).replace(FORBIDDEN, "").replace(/\p{Cs}/gu, "\ufffd"))

const firstOf = (text, length) => (text.length <= length ? text : Array.from(text).slice(0, length).join(""))

/* The parts of a question on one line: kind, part, null for what says nothing, whether it is excluded, and
   where it begins and ends. */
function* parts(written) {
  const question = written.replace(/[“”„]/g, '"')
  let at = 0
  let most = MOST_PARTS
  while (at < question.length && most) {
    if (question[at] === " ") {
      at += 1
      continue
    }
    // A dash excludes what it stands before; "--seed" is a word, and so is what follows a quote.
    let isExcluded = question[at] === "-" && ![undefined, " ", "-"].includes(question[at + 1])
    if (question[at - 1] === '"') {
      isExcluded = false
      while (question[at] === "-") at += 1
    }
    const start = at + isExcluded
    const [kind, part, end] = partAt(question, start)
    at = end
    most -= 1
    yield [kind, part, isExcluded, start, end]
  }
}

/* The kind of the part that begins at a character, the part or null, and where it ends. */
function partAt(question, at) {
  if (question[at] === '"') {
    const [quoted, end] = quotedAt(question, at)
    const found = phrase(quoted)
    return ["phrase", found.length ? found : null, end]
  }
  let end = find(question, " ", at)
  const piece = question.slice(at, end)
  const colon = piece.indexOf(":")
  const name = piece.slice(0, Math.max(colon, 0))
  const field = name.toLowerCase()
  if (FIELDS.includes(field)) {
    let value = piece.slice(colon + 1)
    const isQuoted = value[0] === '"'
    if (isQuoted) [value, end] = quotedAt(question, at + colon + 1)
    const clause = clauseOf(field, value)
    if (clause) return ["clause", clause, end]
    // Such that it reads again as the same.
    if (isQuoted) return ["word", wordOf(words(value).length ? `${name}:"${value}"` : `${name}:`), end]
  }
  return ["word", wordOf(piece), end]
}

function quotedAt(question, at) {
  const end = find(question, '"', at + 1)
  return [question.slice(at + 1, end), end + 1]
}

function find(question, character, at) {
  const found = question.indexOf(character, at)
  return found < 0 ? question.length : found
}

function wordOf(text) {
  const [words, isPrefix] = read(text)
  const isAlone = words.length === 1 && [...words[0]].length === 1 && words[0] >= SPACELESS
  return words.length ? { text, words, isPrefix: isPrefix || isAlone } : null
}

function clauseOf(field, value) {
  if (field !== "year") {
    const found = words(value)
    return found.length ? { field, words: found, first: null, last: null } : null
  }
  const dots = value.indexOf("..")
  const years = dots < 0 ? [value, value] : [value.slice(0, dots), value.slice(dots + 2)]
  const known = years.filter((year) => year)
  if (!known.length || !known.every((year) => YEAR.test(year))) return null
  const [low, high = low] = known.map(Number).sort((a, b) => a - b)
  return { field, words: [], first: years[0] ? low : null, last: years[1] ? high : null }
}

// --- ids ---

/* As generator/fields.py reads them. */
const ARXIV = /^(\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?\/\d{7})(?:v\d+)?$/
const LACKS_DIGIT = /^(?:1[5-9]|[2-8]\d)\d{2}\.\d{4}$/
const ARXIV_PREFIX =
  /^(?:arxiv: *|(?:https?:\/\/)?(?:www\.|export\.)?arxiv\.org\/(?:abs|pdf|html)\/|(?:https?:\/\/doi\.org\/)?10\.48550\/arxiv\.)/i
const DOI = /^10\.\d{4,9}\/[!-;=?-~]*[!-+\-/-9=?-~]$/
const DOI_PREFIX = /^(?:doi: *|(?:https?:\/\/)?(?:dx\.)?doi\.org\/)/i

/* "arxiv:2405.21060" or "doi:10.1000/182" if the query is one and nothing else. */
function straight(query) {
  const asked = query.words.map(({ text }) => text).join(" ")
  if (!isEmpty({ ...query, words: [] }) || asked.length > LONGEST_ID || !/^[ -~]+$/.test(asked)) return null
  const arxiv = ARXIV.exec(asked.replace(ARXIV_PREFIX, "").replace(/\.pdf$/, ""))?.[1]
  if (arxiv && !LACKS_DIGIT.test(arxiv)) return `arxiv:${arxiv}`
  const doi = asked.replace(DOI_PREFIX, "")
  return DOI.test(doi) ? `doi:${doi.toLowerCase()}` : null
}

// --- writing ---

/** The query as text, which is read as the same query. */
export const canonical = (query) =>
  [
    ...written(query.words, query.phrases, query.clauses),
    ...written(query.excludedWords, query.excludedPhrases, query.excludedClauses).map((part) => `-${part}`),
  ].join(" ")

/** The question with better words (a map) for some that are looked for; null if none of these is there. A bare
    word is named as `words` has it, one of a name "author:word" or "org:word", a topic by "topic:" and its
    words with spaces between: what is better than this is a slug. */
export function mended(question, better) {
  const asked = plain(firstOf(question, LONGEST))
  let [made, done] = ["", 0]
  for (const [kind, part, isExcluded, start, end] of parts(asked)) {
    if (kind === "phrase" || !part || isExcluded) continue
    const from = kind === "clause" ? asked.indexOf(":", start) + 1 : start
    const text = asked.slice(from, end)
    made += asked.slice(done, from)
    if (part.field === "topic") made += better.get(`topic:${part.words.join(" ")}`) ?? text
    else made += mendedWords(text, better, kind === "clause" ? `${part.field}:` : "")
    done = end
  }
  made += asked.slice(done)
  return made === asked ? null : made
}

/* Folding leaves as many code points, or it isn't known where the words stand. */
function mendedWords(text, better, before) {
  const plainText = folded(text)
  const letters = [...text]
  if ([...plainText].length !== letters.length) return text
  let made = ""
  let read = 0 // of the folded text
  let done = 0 // letters
  for (const word of words(text)) {
    const at = plainText.indexOf(word, read)
    const start = done + [...plainText.slice(read, at)].length
    const end = start + [...word].length
    made += letters.slice(done, start).join("") + (better.get(before + word) ?? letters.slice(start, end).join(""))
    read = at + word.length
    done = end
  }
  return made + letters.slice(done).join("")
}

const written = (words, phrases, clauses) => [
  ...words.map(({ text }) => text),
  ...phrases.map((phrase) => `"${phrase.map(([word, isPrefix]) => exactly(word) + (isPrefix ? "*" : "")).join(" ")}"`),
  ...clauses.map((clause) => `${clause.field}:${valueOf(clause)}`),
]

function valueOf({ words, first, last }) {
  if (words.length) return words.length > 1 ? `"${words.map(exactly).join(" ")}"` : exactly(words[0])
  const [from, to] = [first, last].map((year) => (year === null ? "" : String(year).padStart(4, "0")))
  return from === to ? from : `${from}..${to}`
}

/* A word, written such that it is read as the same: at its end 's would be left out. */
const exactly = (word) => {
  const again = words(word)
  return again.length === 1 && again[0] === word ? word : `${word}_`
}
