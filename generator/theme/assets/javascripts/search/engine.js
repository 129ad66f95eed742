/* Questions → papers, as generator/search/engine.py answers them, which says why: the same files, the same
   steps, whole numbers, and so the same order. Masks are arrays with an element a paper, 0 or 1. */

import { compounds, endsSpaceless, folded, runs, terms, words } from "./analysis.js"
import { Index } from "./files.js"
import { FUNCTION_WORDS, telling, withoutFunctionWords } from "./function-words.js"
import { OFFSET, groups, places } from "./postings.js"
import { mended, parse } from "./query.js"
import { compare } from "./shards.js"
import { nearest, nearestTopic } from "./spelling.js"

const KEPT = 600_000 // milliseconds
const PAGE = 10 // papers of an answer
const MOST_TERMS = 128
const COMPLETIONS = 6
const SHORTEST = 3
const MOST_TIMES = 8
const RARITY = 64
const AS_ASKED = 4
const COMPLETED = 3
const COMPOUND = 2
const BEGUN = 1
const OTHER_FORM = [19, 20]
const AS_A_WHOLE = 12
const FORMS = 2
const RARE = 5
const MENDED = 3
const NAMED_TOPICS = 3
const MOST_FACETS = 200
const EXPANSIONS = "\x01"
const ROOM = 2 ** 20 // places of a paper
const EPOCH = Date.UTC(1600, 0, 1)
const DAY = 86_400_000 // milliseconds
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/ // as Python's isspace

/**
 * What answers questions from the index at this address: (question, options) → promise of the answer. What
 * is kept of an edition is kept for ten minutes, as another may be published. If files don't agree with one
 * another, as while that is being done, then all of them are fetched anew for the next question.
 */
export function engine(place, fetched) {
  let index = new Index(place, fetched)
  let since = performance.now()
  return async (question, options) => {
    if (performance.now() - since > KEPT) {
      index = new Index(place)
      since = performance.now()
    }
    const asked = index
    try {
      return await answer(asked, question, options)
    } catch (error) {
      if (error.isDamaged && index === asked) index = new Index(place, {}, { cache: "reload" })
      throw error
    }
  }
}

/** The answer, as of Python's `answer`, with the same options; rejects with a FileError. */
export async function answer(index, question, options = {}) {
  const { typing = false, start = 0, size = PAGE, sort = "relevance", every = false, facets = false } = options
  const filters = Object.entries(options.filters ?? {})
  let asked = parse(question)
  const found = {
    question,
    total: 1,
    holds: 1,
    hits: [],
    straight: null,
    suggestion: null,
    topics: [],
    abbreviations: [],
    missing: [],
    facets: null,
  }

  const number = await index.complete(() => named(index, asked))
  if (number !== undefined) {
    const card = await index.complete(() => index.card(number))
    return { ...found, hits: [{ number, score: 0, card }].slice(start, start + size), straight: card }
  }

  const last = typing ? goingOn(question, asked) : undefined
  asked = { ...asked, words: telling(asked.words, last !== undefined) }
  const most = Math.max(PAGE, start + size)
  const ranked = await index.complete(() => rank(index, asked, { typing, last, sort, every, filters, facets, most }))
  const { best, scores, missing } = ranked
  const cards = () => {
    const isFirst = sort === "relevance" && start < PAGE
    const numbers = isFirst ? askedForFirst(index, question, best) : best
    return numbers
      .slice(start, start + size)
      .map((number) => ({ number, score: scores[number], card: index.card(number) }))
  }
  const [hits, suggestion] = await Promise.all([
    index.complete(cards),
    missing.length ? index.complete(() => suggested(index, question, missing)) : null,
  ])
  return {
    ...found,
    total: ranked.total,
    holds: ranked.holds,
    hits,
    suggestion,
    topics: topics(index, asked, last),
    abbreviations: ranked.abbreviations,
    missing,
    facets: ranked.facets,
  }
}

/* The papers for a question, in their order, of which `most` are numbered; and what is told besides. */
function rank(index, asked, { typing, last, sort, every, filters, facets, most }) {
  const standings = new Map()
  const scores = new Int32Array(index.papers)
  for (const [key, [wantedTerms, times]] of wanted(index, asked, last)) {
    standings.set(key, standing(index, wantedTerms))
    addScores(scores, standings.get(key), Math.min(times, MOST_TIMES))
  }
  let mask = required(index, asked)
  const heldByWord = [...new Map(asked.words.map((word) => [word.text, word])).values()].map((word) =>
    held(index, word, word === last, standings))
  const isNearlyKnown = index.isComplete
  const withUnended = new Map([...unended(asked, last, standings), ...standings])
  const abbreviations = addAbbreviations(index, asked, withUnended, scores)
  for (const here of heldByWord) addCompletions(scores, here)
  const holding = heldByWord.reduce(and, mask)
  if (asked.words.length) mask = and(mask, somewhere(scores))
  const holds = count(holding)
  if (every) mask = holding
  const counted = facets ? facetsOf(index, mask, filters) : null
  for (const [name, value] of filters) mask = and(mask, having(index, name, value))
  const best = highest(mask, sort === "relevance" ? scores : index.column(SORTED_BY[sort]), most)
  // While other forms of abbreviations are fetched, so are the cards that most likely will be shown.
  if (isNearlyKnown && !index.isComplete) for (const number of best.slice(0, PAGE)) index.card(number)
  return {
    scores,
    total: count(mask),
    holds,
    best,
    missing: missingWords(index, asked, typing, last, standings),
    abbreviations,
    facets: counted,
  }
}

/* The paper whose arXiv id or DOI is the question. */
const named = (index, asked) => (asked.straight ? papersOf(index, `:${asked.straight}`)[0] : undefined)

/* The bare word at the question's end, which may go on; the same again before it may not. */
function goingOn(question, asked) {
  const last = asked.words.at(-1)
  if (last === undefined || endsSpaceless(last.words.at(-1))) return undefined
  const { text } = last
  const isEnd = question === text || (question.endsWith(text) && SPACE.test(question.at(-text.length - 1)))
  return isEnd ? last : undefined
}

// --- masks ---

function and(one, other) {
  const both = new Uint8Array(one)
  const { length } = both
  for (let paper = 0; paper < length; paper += 1) both[paper] &= other[paper]
  return both
}

function or(one, other) {
  const either = new Uint8Array(one)
  const { length } = either
  for (let paper = 0; paper < length; paper += 1) either[paper] |= other[paper]
  return either
}

function not(mask) {
  const others = new Uint8Array(mask.length)
  const { length } = others
  for (let paper = 0; paper < length; paper += 1) others[paper] = 1 - mask[paper]
  return others
}

function count(mask) {
  let sum = 0
  const { length } = mask
  for (let paper = 0; paper < length; paper += 1) sum += mask[paper]
  return sum
}

/* Where anything is more than 0. */
function somewhere(numbers) {
  const mask = new Uint8Array(numbers.length)
  const { length } = mask
  for (let paper = 0; paper < length; paper += 1) mask[paper] = numbers[paper] > 0 ? 1 : 0
  return mask
}

const everyPaper = (index) => new Uint8Array(index.papers).fill(1)

function maskOf(index, papers) {
  const mask = new Uint8Array(index.papers)
  for (const paper of papers) mask[paper] = 1
  return mask
}

// --- scores ---

function addScores(scores, { rarity, impact }, times = 1) {
  const { length } = scores
  const weight = times * rarity
  for (let paper = 0; paper < length; paper += 1) scores[paper] += weight * impact[paper]
}

/* Papers that have a word by one of very many completions alone aren't worth nothing. */
function addCompletions(scores, here) {
  const { length } = scores
  for (let paper = 0; paper < length; paper += 1) if (here[paper] && !scores[paper]) scores[paper] = 1
}

/* The numbers of the papers in a mask that are worth the most, the newest of equals first. */
function highest(mask, worth, most) {
  const { length } = mask
  const keys = new Float64Array(2 * most) // of worth and number; from time to time the lower half is dropped
  let filled = 0
  let least = -1
  for (let paper = length - 1; paper >= 0; paper -= 1) {
    const key = mask[paper] ? worth[paper] * length + paper : -1
    if (key <= least) continue
    keys[filled++] = key
    if (filled < keys.length) continue
    keys.sort().reverse()
    filled = most
    least = keys[most - 1]
  }
  return Array.from(keys.subarray(0, filled).sort().reverse().subarray(0, most), (key) => key % length)
}

// --- words that are ranked ---

/* What is looked for, by a key: terms, any of which will do, and what each is worth in quarters; and how often
   it is asked for. */
function wanted(index, asked, last) {
  const found = new Map()
  const add = (key, some) => {
    const [before, times] = found.get(key) ?? [some, 0]
    found.set(key, [before, times + 1])
  }
  const addEach = (some, wholes = new Set()) => {
    for (const term of withoutFunctionWords(some)) add(term, new Map([[term, wholes.has(term) ? COMPOUND : AS_ASKED]]))
  }
  for (const word of asked.words) {
    if (word.isPrefix || word === last) {
      addEach(word.words.slice(0, -1).flatMap(terms))
      if (found.has(open(word))) continue
      const beginning = word.words.at(-1)
      const completed = completions(index, beginning).flatMap(terms).map((term) => [term, COMPLETED])
      const worth = last && isShort(beginning) ? BEGUN : AS_ASKED
      add(open(word), new Map([...completed, ...terms(beginning).map((term) => [term, worth])]))
    } else addEach(terms(word.text), new Set(compounds(folded(word.text)).map(([whole]) => whole)))
  }
  for (const phrase of asked.phrases) addEach(phrase.flatMap(([word, isPrefix]) => (isPrefix ? [] : terms(word))))
  return [...found].slice(0, MOST_TERMS)
}

/* The key of a word that isn't ended. */
const open = (word) => `${word.words.at(-1)}*`

const isShort = (beginning) => beginning.length < SHORTEST && /^[\0-\x7f]*$/.test(beginning)

/* The words that begin so, in most papers first. */
function completions(index, beginning) {
  if (isShort(beginning)) return []
  return [...index.counts("lexicon", beginning)]
    .sort((one, two) => two[1] - one[1] || compare(one[0], two[0]))
    .slice(0, COMPLETIONS)
    .map(([word]) => word)
}

/* Where a word stands, in any form: its impact in quarters, whether it is in more than a topic's title, and
   its rarity, in 64ths. */
function standing(index, wantedTerms) {
  const impact = new Uint8Array(index.papers)
  const literal = new Uint8Array(index.papers)
  let total = 0
  for (const [term, quarters] of wantedTerms) {
    for (const [base, payload] of index.get("terms", term)) {
      for (const { step, isTopical, papers } of groups(payload, index.size(base))) {
        total += papers.length
        const worth = quarters * (step + OFFSET)
        const { length } = papers
        for (let i = 0; i < length; i += 1) {
          const paper = base + papers[i]
          if (impact[paper] < worth) impact[paper] = worth
          if (!isTopical) literal[paper] = 1
        }
      }
    }
  }
  const papers = Math.min(total, index.papers)
  const rarity = Math.log(1 + (index.papers - papers + 0.5) / (papers + 0.5))
  return { impact, literal, papers, rarity: Math.floor(RARITY * rarity + 0.5) }
}

/* Which papers have a bare word; as `holding` says of a paper. */
function held(index, word, isOpen, standings) {
  if (word.isPrefix) {
    const masks = word.words.slice(0, -1).map((one) => any(index, anywhere(one)))
    return masks.reduce(and, beginningSo(index, anywhere(word.words.at(-1))))
  }
  const literal = (term) => (standings.get(term) ?? standing(index, new Map([[term, AS_ASKED]]))).literal
  if (isOpen)
    return word.words.slice(0, -1).flatMap(terms).map(literal).reduce(and, literal(open(word)))
  return alternatives(word)
    .map((part) => part.map((either) => either.map(literal).reduce(and)).reduce(or))
    .reduce(and, everyPaper(index))
}

/* What must be there of a bare word without star: of each of these, all terms of one. */
function alternatives(word) {
  const found = compounds(folded(word.text))
  const told = new Set(found.flat(2))
  return [
    ...found.map(([whole, parts]) => [[whole], withoutFunctionWords(parts)]),
    ...withoutFunctionWords(terms(word.text)).flatMap((term) => (told.has(term) ? [] : [[[term]]])),
  ]
}

// --- abbreviations ---

/* The word that may go on, by its term. */
function unended(asked, last, standings) {
  const here = last && standings.get(open(last))
  if (!here || (isShort(last.words.at(-1)) && (asked.words.length > 1 || last.words.length > 1))) return []
  return terms(last.words.at(-1)).map((term) => [term, here])
}

/* Add to the scores what other forms of the question's abbreviations are worth; gives these. */
function addAbbreviations(index, asked, standings, scores) {
  const simple = asked.words.flatMap((word) => (word.isPrefix ? [] : simpleTerms(word.text)))
  const said = withoutFunctionWords(simple).slice(0, MOST_TERMS)
  const used = new Map()
  const formStanding = (form) => standing(index, new Map([[form, AS_ASKED]]))
  const forms = formsOf(index, said)
  for (const [form, others] of forms) {
    const askedFor = form.split(" ").map((term) => standings.get(term))
    if (askedFor.includes(undefined)) continue
    const { literal: hasForm } = askedFor.length === 1 ? askedFor[0] : formStanding(form)
    const isPart = forms.some(([whole]) => form !== whole && ` ${whole} `.includes(` ${form} `))
    const isMost = 2 * askedFor.length > new Set(said).size && !isPart
    const other = new Uint8Array(index.papers)
    for (const [names, formOfTheirs] of others) {
      raise(other, formStanding(formOfTheirs), isMost ? AS_ASKED * AS_A_WHOLE : 0)
      used.set(names.join("\n"), names)
    }
    const words = new Int32Array(index.papers)
    for (const one of askedFor) addScores(words, one)
    const rarity = askedFor.reduce((sum, one) => sum + one.rarity, 0)
    addOtherForm(scores, words, hasForm, other, Math.floor((rarity * OTHER_FORM[0]) / OTHER_FORM[1]), isMost)
  }
  return [...used.values()]
}

/* Raise what another form is worth to what this one is, and more. */
function raise(other, { impact, literal }, more) {
  const { length } = other
  for (let paper = 0; paper < length; paper += 1) {
    const whole = literal[paper] ? impact[paper] + more : 0
    if (other[paper] < whole) other[paper] = whole
  }
}

/* Add to the scores, which the words asked for gave what is in `words`, what another form is worth. */
function addOtherForm(scores, words, hasForm, other, each, isMost) {
  const { length } = scores
  let highestOther = 0
  let lowestAsked = Infinity
  for (let paper = 0; paper < length; paper += 1) if (hasForm[paper]) lowestAsked = Math.min(lowestAsked, words[paper])
  const most = isMost ? Infinity : lowestAsked - 1
  for (let paper = 0; paper < length; paper += 1) {
    const worth = Math.min(other[paper] * each, most)
    if (hasForm[paper] || worth <= words[paper]) continue
    scores[paper] += worth - words[paper]
    highestOther = Math.max(highestOther, worth)
  }
  if (!isMost || !highestOther || highestOther < lowestAsked) return
  const lift = highestOther + 1 - lowestAsked
  for (let paper = 0; paper < length; paper += 1) if (hasForm[paper]) scores[paper] += lift
}

/* The short and long forms among the terms, each with the others that the papers define for it:
   [form, [[names, other form], …]]. */
function formsOf(index, said) {
  const known = new Map()
  for (const term of new Set(said)) {
    const here = new Map()
    for (const [, payload] of index.get("terms", term + EXPANSIONS)) {
      for (const [short, long, papers, ...names] of JSON.parse(new TextDecoder().decode(payload))) {
        const key = `${short}\n${long}`
        const one = here.get(key) ?? { short, long, papers: 0, names }
        one.papers += papers
        here.set(key, one)
      }
    }
    for (const [key, one] of here) known.set(key, one)
  }
  const text = ` ${said.join(" ")} `
  const forms = new Map()
  const usual = (one, two) =>
    two.papers - one.papers || compare(one.short, two.short) || compare(one.long, two.long)
  for (const { short, long, papers, names } of [...known.values()].sort(usual)) {
    for (const [form, other] of [[short, long], [long, short]])
      if (text.includes(` ${form} `)) forms.set(form, [...(forms.get(form) ?? []), [papers, names, other]])
  }
  return [...forms].map(([form, others]) => {
    const [[most]] = others
    const looked = others.slice(0, FORMS).filter(([papers]) => papers * RARE >= most)
    return [form, looked.map(([, names, other]) => [names, other])]
  })
}

/* The terms of a text without its compounds. */
function simpleTerms(written) {
  const whole = new Set(compounds(folded(written)).map(([compound]) => compound))
  return terms(written).filter((term) => !whole.has(term))
}

// --- what must be, and must not ---

/* The papers for which all holds but the bare words. */
function required(index, asked) {
  const wantedMasks = [
    ...asked.clauses.map((clause) => clauseMask(index, clause)),
    ...asked.phrases.map((phrase) => phraseMask(index, phrase)),
  ]
  const unwanted = [
    ...asked.excludedClauses.map((clause) => clauseMask(index, clause)),
    ...asked.excludedPhrases.map((phrase) => phraseMask(index, phrase)),
    ...asked.excludedWords.map((word) => held(index, word, false, new Map())),
  ]
  return [...wantedMasks, ...unwanted.map(not)].reduce(and, everyPaper(index))
}

function clauseMask(index, { field, words: wanted, first, last }) {
  if (field === "year") {
    const years = index.beginning("words", ":year:").map(([, key]) => key)
    const isIn = (year) => (first ?? 0) <= year && year <= (last ?? 9999)
    return any(index, new Set(years.filter((key) => isIn(Number(key.slice(6))))))
  }
  if (field === "topic") {
    const isSame = (text) => words(text).join(" ") === wanted.join(" ")
    const slugs = index.root.topics.filter(([slug, title]) => isSame(slug) || isSame(title))
    return any(index, slugs.map(([slug]) => `:topic:${slug}`))
  }
  return wanted.map((word) => any(index, [`:${field}:${word}`])).reduce(and)
}

/* The papers which have any of these keys of the table of words. */
const any = (index, keys) => maskOf(index, [...keys].flatMap((key) => papersOf(index, key)))

/* The papers which have any key that begins so. */
function beginningSo(index, starts) {
  const found = starts.flatMap((start) => index.beginning("words", start))
  return maskOf(index, found.flatMap(([base, , payload]) => based(index, base, payload)))
}

/* The keys of an exact word, in texts and in names. */
const anywhere = (word) => [word, `:author:${word}`, `:org:${word}`]

const papersOf = (index, key) =>
  exact(index, key, false).flatMap(([base, payload]) => based(index, base, payload))

const based = (index, base, payload) => places(payload, index.papers - base).papers.map((paper) => base + paper)

/* The papers in one of whose texts these words stand in this order. */
function phraseMask(index, phrase) {
  let starts // of the words so far, in all papers, ascending
  let isTold = false // by the word before, that this one follows?
  phrase.forEach(([word, isPrefix], at) => {
    const isPaired = FUNCTION_WORDS.has(word) && !isPrefix
    if (!isTold || (isPaired && at < phrase.length - 1)) {
      const found = exact(index, word, isPrefix, phrase[at + 1])
      const here = Float64Array.from(found.flatMap(([base, payload]) => standingAt(index, base, payload, at)))
      if (found.length > 1) here.sort()
      starts = starts ? inBoth(starts, here) : here
    }
    isTold = isPaired
  })
  return maskOf(index, starts.map((start) => Math.floor(start / ROOM)))
}

/* Where a word of a phrase stands before what is behind it: of every tier and key. */
function exact(index, word, isPrefix, behind = ["", true]) {
  const isPaired = FUNCTION_WORDS.has(word) && !isPrefix // it stands together with the next word
  const [key, isBeginning] = isPaired ? [`${word} ${behind[0]}`, behind[1]] : [word, isPrefix]
  if (!isBeginning) return index.get("words", key)
  return index.beginning("words", key).map(([base, , payload]) => [base, payload])
}

/* All places of a word in all papers, each a number, less its place in the phrase. */
function standingAt(index, base, payload, less) {
  const found = []
  const { papers, ends, places: all } = places(payload, index.papers - base)
  let at = 0
  papers.forEach((paper, i) => {
    for (; at < ends[i]; at += 1) found.push((base + paper) * ROOM + all[at] - less)
  })
  return found
}

function inBoth(one, other) {
  let at = 0
  return one.filter((start) => {
    while (other[at] < start) at += 1
    return other[at] === start
  })
}

// --- order, filters, what else is told ---

const SORTED_BY = { date: "date", discussion: "discussion" }

/* The same papers; of the first page, before the others, that whose title is the question, then those whose
   titles begin with it, then those whose titles have it. */
function askedForFirst(index, question, best) {
  const asked = words(question)
  const rank = (number) => {
    const title = words(index.card(number)?.title ?? "")
    const isAt = (start) => asked.every((word, at) => title[start + at] === word)
    if (title.length === asked.length && isAt(0)) return 0
    const first = asked.length > 1 ? title.findIndex((_, start) => isAt(start)) : -1
    return first < 0 ? 3 : first ? 2 : 1
  }
  const ranks = new Map(best.slice(0, PAGE).map((number) => [number, rank(number)]))
  return [...best.slice(0, PAGE).sort((one, two) => ranks.get(one) - ranks.get(two)), ...best.slice(PAGE)]
}

/* The papers with this value of a filter. */
function having(index, name, value) {
  if (name === "year") {
    const year = /^[0-9]+$/.test(value) ? Number(value) : 0
    const [first, next] = [firstDay(year), firstDay(year + 1)]
    return Uint8Array.from(index.column("date"), (day) => (first <= day && day < next ? 1 : 0))
  }
  const place = namesOf(index, name).findIndex(([slug]) => slug === value)
  if (place < 0) return new Uint8Array(index.papers)
  if (name === "organization")
    return Uint8Array.from(index.column("organization"), (one) => (one === place + 1 ? 1 : 0))
  const mask = new Uint8Array(index.papers)
  eachTopic(index, (paper, topic) => {
    if (topic === place) mask[paper] = 1
  })
  return mask
}

/* [slug, name] of organizations or topics, in the order of their places. */
const namesOf = (index, name) => (name === "organization" ? index.names("organizations") : index.root.topics)

/* Of a year, as column "date" counts days. */
const firstDay = (year) => (new Date(0).setUTCFullYear(year, 0, 1) - EPOCH) / DAY

function eachTopic(index, tell) {
  const ends = index.column("topic-ends")
  const all = index.column("topics", ends.at(-1) ?? 0)
  let at = 0
  ends.forEach((end, paper) => {
    for (; at < end; at += 1) tell(paper, all[at])
  })
}

/* What each filter may be set to: of the papers that the others leave, how many have it. */
function facetsOf(index, mask, filters) {
  const masks = filters.map(([name, value]) => [name, having(index, name, value)])
  const left = (name) => masks.reduce((one, [other, two]) => (other === name ? one : and(one, two)), mask)
  const year = yearsOf(left("year"), index.column("date")).slice(0, MOST_FACETS)
  const counted = (name, eachPlace) => {
    const counts = new Map()
    const here = left(name)
    eachPlace((paper, place) => {
      if (here[paper]) counts.set(place, (counts.get(place) ?? 0) + 1)
    })
    const names = namesOf(index, name)
    return [...counts]
      .map(([place, papers]) => [...(names[place] ?? ["", ""]).slice(0, 2), papers])
      .sort((one, two) => two[2] - one[2] || compare(one[0], two[0]))
      .slice(0, MOST_FACETS)
  }
  const eachOrganization = (tell) =>
    index.column("organization").forEach((place, paper) => {
      if (place) tell(paper, place - 1)
    })
  return {
    year,
    topic: counted("topic", (tell) => eachTopic(index, tell)),
    organization: counted("organization", eachOrganization),
  }
}

/* The years of the papers in a mask, the newest first. */
function yearsOf(mask, days) {
  const byDay = new Map()
  for (let paper = 0; paper < mask.length; paper += 1)
    if (mask[paper]) byDay.set(days[paper], (byDay.get(days[paper]) ?? 0) + 1)
  const byYear = new Map()
  for (const [day, papers] of byDay) {
    const year = new Date(EPOCH + day * DAY).getUTCFullYear()
    byYear.set(year, (byYear.get(year) ?? 0) + papers)
  }
  return [...byYear]
    .sort((one, two) => two[0] - one[0])
    .map(([year, papers]) => [String(year), String(year), papers])
}

/* The words that were looked for, and stand nowhere; one that may go on, if none begins so. Those of names and
   topics with their field before them; characters without spaces between as one word. */
function missingWords(index, asked, typing, last, standings) {
  const missing = new Set()
  const isNowhere = (key) => standings.get(key)?.papers === 0
  for (const word of asked.words) {
    const end = word.words.at(-1)
    for (const one of word.isPrefix || word === last ? word.words.slice(0, -1) : word.words) {
      const found = endsSpaceless(one) ? [] : terms(one)
      if (found.length && found.every(isNowhere)) missing.add(one)
    }
    for (const run of runs(word.text)) {
      const characters = [...run]
      if (characters.slice(1).some((next, at) => isNowhere(characters[at] + next))) missing.add(run)
    }
    const isAlone = word.isPrefix && !word.text.endsWith("*") // a character by itself
    const isMissing = isAlone
      ? anywhere(end).every((key) => !index.beginning("words", key).length)
      : word === last && !isShort(end) && isNowhere(open(word))
    if (isMissing) missing.add(end)
  }
  for (const clause of asked.clauses) for (const one of unknown(index, clause, typing)) missing.add(one)
  return [...missing]
}

/* The words of a clause by which no name goes, or its topic if there is none. */
function unknown(index, { field, words: asked }, typing) {
  if (field === "year") return []
  if (field === "topic") {
    const name = asked.join(" ")
    const names = index.root.topics.flatMap(([slug, title]) => [slug, title].map((one) => words(one).join(" ")))
    return names.some((one) => (typing ? one.startsWith(name) : one === name)) ? [] : [`topic:${name}`]
  }
  const isKnown = (word) => {
    const key = `:${field}:${word}`
    if (typing && (isShort(word) || index.beginning("words", key).length)) return true
    return index.get("words", key).length > 0
  }
  return asked.filter((word) => !isKnown(word)).map((word) => `${field}:${word}`)
}

/* The question with words that are known for those that aren't; null if there is nothing to mend. */
function suggested(index, question, missing) {
  const better = missing.slice(0, MENDED).map((one) => {
    const [word, field] = one.split(":").reverse()
    return [one, field === "topic" ? nearestTopic(index, word) : nearest(index, word, field)]
  })
  return mended(question, new Map(better.filter(([, other]) => other)))
}

/* The topics whose titles have every bare word of the question. */
function topics(index, asked, last) {
  if (!asked.words.length) return []
  const isNamed = ([, title]) => {
    const titleTerms = new Set(terms(title))
    const titleWords = words(title)
    return asked.words.every(
      (word) =>
        terms(word.text).every((term) => titleTerms.has(term)) ||
        ((word.isPrefix || word === last) && titleWords.some((one) => one.startsWith(word.words.at(-1)))),
    )
  }
  return index.root.topics.filter(isNamed).slice(0, NAMED_TOPICS)
}
