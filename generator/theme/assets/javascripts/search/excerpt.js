/* What of a text answers a question, and which piece of a summary or abstract shows most of it.

   Marks are made in the text as it is written, so its words are found here with their places, and
   compared in the forms that analysis.js gives them. */

import { CJK, SPACELESS, endsSpaceless, terms, words } from "./analysis.js"
import { telling } from "./function-words.js"
import { parse } from "./query.js"

const RUN = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*[+#]*(?:['’](?![sS](?![\p{L}\p{N}_]))[\p{L}\p{N}\p{M}]+)?/gu
// Of scripts without spaces, pairs of characters are compared; in those of CJK each is a word.
const CHARACTERS = new RegExp(`${SPACELESS}|[^${SPACELESS}]+`, "gv")
const WORDS = new RegExp(`${CJK}|[^${CJK}]+`, "gv")
const SPACELESS_FIRST = new RegExp(`^${SPACELESS}`, "v")
const isSpaceless = (piece) => piece.charCodeAt(0) > 127 && SPACELESS_FIRST.test(piece)
const isPlain = (text) => /^[\0-\x7f]*$/.test(text)
const JOINT = /^[-‐_.]$/
const PARTS = 4 // of a compound
const isShort = (beginning) => /^[\0-\x7f]{0,2}$/.test(beginning) // which the engine doesn't complete

const cache = new Map()
function termsOf(text) {
  if (!cache.has(text)) {
    if (cache.size > 20_000) cache.clear()
    cache.set(text, terms(text))
  }
  return cache.get(text)
}

/** What of a question is to be marked. While it is typed, the last word may go on. */
export function seeking(question, { typing = false, abbreviations = [] } = {}) {
  const query = parse(question)
  const end = query.words.at(-1)
  const last = typing && end && question.endsWith(end.text) && !endsSpaceless(end.words.at(-1)) ? end : undefined
  const bare = telling(query.words, Boolean(last))
  const sought = bare.filter(({ isPrefix }) => !isPrefix).flatMap(({ text }) => terms(text))
  return {
    terms: new Set(sought),
    letters: new Set(sought.map(([letter]) => letter)), // that these begin with
    // Exact words, and whether each is only how a word begins.
    phrases: [
      ...query.phrases,
      ...bare.filter((word) => word.isPrefix).map((word) => [[word.words.at(-1), true]]),
      ...(last && bare.includes(last) ? [[[last.words.at(-1), !isShort(last.words.at(-1))]]] : []),
      ...query.clauses.filter(({ field }) => field === "author").flatMap((clause) => clause.words.map((one) => [[one, false]])),
      ...abbreviations.flat().map((written) => words(written).map((one) => [one, false])),
    ].filter(({ length }) => length),
  }
}

/* The pieces of the words of a text: [from, to, text]. */
function pieces(text, pattern) {
  const found = []
  for (const run of text.matchAll(RUN))
    if (isPlain(run[0])) found.push([run.index, run.index + run[0].length, run[0]])
    else
      for (const piece of run[0].matchAll(pattern)) {
        const from = run.index + piece.index
        found.push([from, from + piece[0].length, piece[0]])
      }
  return found
}

/* Where terms are: [from, to, term]. */
function termsIn(text, { terms: sought, letters }) {
  if (!sought.size) return []
  const found = []
  // A term begins with the letter that its word begins with, so most words need no second look.
  const canBegin = (at) => text.charCodeAt(at) > 127 || letters.has(text[at].toLowerCase())
  const see = (from, to) => {
    if (!canBegin(from)) return
    for (const term of termsOf(text.slice(from, to))) if (sought.has(term)) found.push([from, to, term])
  }
  const all = pieces(text, CHARACTERS)
  for (const [index, [from, to, piece]] of all.entries()) {
    if (isSpaceless(piece)) {
      const [next, end, other] = all[index + 1] ?? []
      if (next === to && isSpaceless(other)) see(from, end)
      else if (all[index - 1]?.[1] !== from || !isSpaceless(all[index - 1][2])) see(from, to)
      continue
    }
    see(from, to)
    // Compounds that begin here: what all their parts give together, and none of them by itself.
    for (let last = index + 1; canBegin(from) && last < Math.min(all.length, index + PARTS); last += 1) {
      const [next, end, other] = all[last]
      if (!JOINT.test(text.slice(all[last - 1][1], next)) || isSpaceless(other)) break
      const parts = new Set(all.slice(index, last + 1).flatMap((part) => termsOf(part[2])))
      for (const term of termsOf(text.slice(from, end)))
        if (sought.has(term) && !parts.has(term)) found.push([from, end, term])
    }
  }
  return found
}

const wordsOf = (piece) => (isPlain(piece) ? [piece.toLowerCase()] : words(piece))

/* Where phrases of exact words are: [from, to, phrase]. */
function phrasesIn(text, phrases) {
  if (!phrases.length) return []
  const all = pieces(text, WORDS).flatMap(([from, to, piece]) => wordsOf(piece).map((word) => [from, to, word]))
  const found = []
  for (const [index, [from]] of all.entries())
    for (const phrase of phrases) {
      const isHere = phrase.every(([word, isPrefix], offset) => {
        const there = all[index + offset]?.[2]
        return isPrefix ? there?.startsWith(word) : there === word
      })
      if (isHere) found.push([from, all[index + phrase.length - 1][1], phrase.join(" ")])
    }
  return found
}

const matches = (text, sought) =>
  [...termsIn(text, sought), ...phrasesIn(text, sought.phrases)].sort((one, other) => one[0] - other[0] || one[1] - other[1])

/* A stretch of a text in pieces: [[piece, whether it is a match], …]. */
function cut(text, found, from, to) {
  const made = []
  let at = from
  for (const [start, end] of found) {
    if (end <= at || end > to) continue
    if (start > at) made.push([text.slice(at, start), false])
    const piece = text.slice(Math.max(start, at), end)
    if (made.length && made.at(-1)[1]) made.at(-1)[0] += piece
    else made.push([piece, true])
    at = end
  }
  if (at < to) made.push([text.slice(at, to), false])
  return made
}

/** A text with its matches: [[piece, whether it is a match], …], which together are the text. */
export const marked = (text, sought) => cut(text, matches(text, sought), 0, text.length)

/* The end of a word, or if there is none near, of a character. */
function endOfWord(text, at) {
  if (at >= text.length) return text.length
  const space = text.slice(0, at + 1).search(/\s\S*$/)
  if (space > at - 30) return space
  return /[\udc00-\udfff]/.test(text[at]) ? at - 1 : at
}

/* Where to begin so that a match is seen: with its sentence, or else a few words before it. */
function beginnings(text, from, length) {
  const sentence = Math.max(...[". ", "? ", "! "].map((mark) => text.lastIndexOf(mark, from - 2) + 2))
  const start = sentence > 1 ? sentence : 0
  if (from - start < length / 2) return [start]
  const near = Math.max(0, from - Math.floor(length / 4))
  const space = text.slice(near, from).search(/\s/)
  return [space < 0 ? from : near + space + 1]
}

/** The piece of a paper's summary or abstract that shows most of what is sought, as `marked` gives it:
    at most about so many characters. */
export function excerpt(card, sought, length) {
  let best
  for (const text of [card.summary, card.abstract]) {
    if (!text) continue
    const found = matches(text, sought)
    const starts = new Set([0, ...found.flatMap(([from]) => beginnings(text, from, length))])
    for (const start of starts) {
      const within = found.filter(([from, to]) => from >= start && to <= start + length)
      const score = new Set(within.map(([, , key]) => key)).size * 10 + Math.min(within.length, 9)
      if (!best || score > best.score) best = { text, found, start, score }
    }
  }
  if (!best) return []
  const { text, found, start } = best
  const end = endOfWord(text, start + length)
  const made = cut(text, found.filter(([from]) => from >= start), start, end)
  if (start > 0) made.unshift(["… ", false])
  if (end < text.length) made.push([`${made.pop()[0].replace(/[\s,;:–—-]+$/, "")}…`, false])
  return made
}
