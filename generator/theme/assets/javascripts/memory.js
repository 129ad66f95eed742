/* What this browser remembers of its reader, and tells nobody: papers read and saved, topics followed,
   the last visit, and whether single keys do something.

   One JSON value in localStorage, named by the site's path. Papers and topics are known by their
   slugs, which never change; titles are kept as last seen, to be shown. All that changes a memory is a
   pure function to a new one. Maps, because "constructor" is a slug like any other.

     {version, papers: {slug: {title, facts?, read?, saved?}}, topics: {slug: {title, followed}},
      visit?: {at, day?, since?, left?}, keys?: false}

   read, saved, followed, at and left are times, day and since are days, as ISO 8601 has them. */

export const site = new URL("../../", import.meta.url)
export const LARGEST = 4_000_000 // characters; browsers keep about five million for a site

const VERSION = 1
const KEY = `${site.pathname}.memory`
const VERSION_MESSAGE = "it is of another version"
const VISIT = 30 * 60_000 // milliseconds without a page, after which the next one begins another visit
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const DAY = /^\d{4}-\d\d-\d\d$/

/* --- A memory ---------------------------------------------------------------------------- */

export const empty = () => ({ version: VERSION, papers: new Map(), topics: new Map() })

export const isSlug = (value) => typeof value === "string" && value.length <= 100 && SLUG.test(value)

const isOf = (pattern) => (value) =>
  typeof value === "string" && pattern.test(value) && !Number.isNaN(Date.parse(value))
const isTime = isOf(TIME)
const isDay = isOf(DAY)
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value)

/* A stranger's text, as one line without control characters, and without what XML can't have. */
const line = (value) =>
  typeof value === "string" ? value.slice(0, 1000).replace(/[\p{Cc}\p{Cs}\s\ufffe\uffff]+/gu, " ").trim() : ""

/* Of an object, what passes the checks. */
const checked = (value, checks) =>
  Object.fromEntries(Object.entries(checks).flatMap(([name, check]) => (check(value[name]) ? [[name, value[name]]] : [])))

/* The memory that a JSON text holds, and how many of its entries made no sense and were left out.
   Throws an Error that says why, if it is none at all. */
export function parse(text) {
  if (text.length > LARGEST) throw new Error("it is too long")
  let value
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error("it is not JSON")
  }
  if (!isObject(value) || !isObject(value.papers) || !isObject(value.topics)) throw new Error("it holds something else")
  if (value.version !== VERSION) throw new Error(VERSION_MESSAGE)
  const memory = empty()
  let lost = 0
  const take = (name, checks) => {
    for (const [slug, one] of Object.entries(value[name])) {
      const times = isObject(one) && isSlug(slug) ? checked(one, checks) : {}
      if (!Object.keys(times).length) lost += 1
      else {
        const facts = line(one.facts)
        memory[name].set(slug, { title: line(one.title) || slug, ...(facts && { facts }), ...times })
      }
    }
  }
  take("papers", { read: isTime, saved: isTime })
  take("topics", { followed: isTime })
  if (isObject(value.visit) && isTime(value.visit.at)) {
    const { left } = value.visit
    memory.visit = checked(value.visit, { at: isTime, left: isTime, day: isDay, since: (day) => isDay(day) && isTime(left) })
  }
  if (value.keys === false) memory.keys = false
  return { memory, lost }
}

export const written = (memory, space) =>
  JSON.stringify(memory, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value), space)

/* A paper or topic of which something is now so, or no longer: noted(memory, "papers", slug,
   {saved: time}), {saved: undefined}. One of which nothing is left is forgotten. */
export function noted(memory, name, slug, fields) {
  const all = new Map(memory[name])
  const one = { ...all.get(slug), ...fields }
  for (const field of Object.keys(one)) if (one[field] === undefined) delete one[field]
  if (one.read || one.saved || one.followed) all.set(slug, one)
  else all.delete(slug)
  return { ...memory, [name]: all }
}

/* What was noted of a paper that has turned out to be another. */
export function moved(memory, from, to, title) {
  const old = memory.papers.get(from)
  if (!old || from === to) return memory
  const papers = new Map(memory.papers)
  papers.delete(from)
  papers.set(to, { ...old, ...papers.get(to), title })
  return { ...memory, papers }
}

/* Two memories: what both know is as the first has it. */
export function merged(memory, other) {
  const both = (name) => {
    const all = new Map(memory[name])
    for (const [slug, one] of other[name]) all.set(slug, { ...one, ...all.get(slug) })
    return all
  }
  return { ...memory, papers: both("papers"), topics: both("topics") }
}

/* A page is opened at a time, on which the newest paper was listed on a day, if it tells. What is
   listed later than `since` is new: the newest day that was seen until the last visit ended. */
export function visited(memory, now, newest) {
  let visit = memory.visit ?? {}
  if (visit.at && Date.parse(now) - Date.parse(visit.at) > VISIT)
    visit = { day: visit.day, since: visit.day, left: visit.at }
  const day = [visit.day, newest].filter(Boolean).sort().pop()
  return { ...memory, visit: { ...visit, at: now, ...(day && { day }) } }
}

export const isNew = (memory, day) => Boolean(day && memory.visit?.since && day > memory.visit.since)

/* --- Where it is kept ------------------------------------------------------------------------ */

function storage(name) {
  try {
    const place = window[name]
    place.getItem(KEY)
    return place
  } catch {
    return null // forbidden
  }
}

const local = storage("localStorage")
const session = storage("sessionStorage")
const listeners = []
let spare = null // the text, if nothing can be stored
let isOurs = true // or localStorage holds what must not be written over
let isLasting = Boolean(local) // as far as is known
let lost = false // something was set aside since this page was opened
let last = { text: null, memory: empty() }

/* Put away what can't be understood, so that nothing is lost. Another such text gets another name. */
export function setAside(text) {
  if (asides().some(([, other]) => other === text)) return true
  let number = 1
  while (local.getItem(`${KEY}.aside-${number}`) !== null) number += 1
  try {
    local.setItem(`${KEY}.aside-${number}`, text)
    lost = true
    return true
  } catch {
    return false
  }
}

/* Texts that were set aside: pairs of key and text. */
export function asides() {
  if (!local) return []
  const keys = Object.keys(local).filter((key) => key.startsWith(`${KEY}.aside-`))
  return keys.map((key) => [key, local.getItem(key)])
}

export function discard(key) {
  local.removeItem(key)
}

/* The memory that a stored text holds, as far as it makes sense. What is in localStorage and doesn't, is
   set aside; or, if it can't be or is of another version, it is not written over. */
function understood(text, isKept) {
  if (text === null) return empty()
  let memory = empty()
  try {
    const read = parse(text)
    memory = read.memory
    if (read.lost) throw new Error("some of it makes no sense")
  } catch (error) {
    if (isKept) isOurs = error.message !== VERSION_MESSAGE && setAside(text)
  }
  return memory
}

/* The memory as it is now, in whichever tab it was changed. */
export function recall() {
  const kept = local?.getItem(KEY) ?? null
  const passing = spare ?? session?.getItem(KEY) ?? null
  const text = passing ?? kept
  if (text === last.text) return last.memory
  // What is in the way of localStorage has to be known of before anything is written there.
  if (passing !== null && last.text === null) understood(kept, true)
  last = { text, memory: understood(text, passing === null) }
  return last.memory
}

/* Whether something was set aside since this page was opened. */
export const hasLost = () => lost

/* Whether what was remembered last is there for another visit: storage may be forbidden, or full. */
export const lasts = () => isLasting

/* Change the memory by a function of it, for this visit if nothing lasts. */
export function change(how) {
  const before = recall()
  const memory = how(before)
  if (memory === before) return
  const text = written(memory)
  const place = [isOurs && local, session].find((place) => {
    try {
      place.setItem(KEY, text)
      return true
    } catch {
      return false
    }
  })
  spare = place ? null : text
  if (place === local) session?.removeItem(KEY)
  isLasting = Boolean(local) && place === local
  last = { text, memory }
  for (const listener of listeners) listener(memory)
}

/* Be told of the memory whenever it changes, here, in another tab, or while this page was away. */
export function onChange(listener) {
  listeners.push(listener)
}

const tell = () => {
  const memory = recall()
  for (const listener of listeners) listener(memory)
}
addEventListener("storage", ({ key }) => (key === KEY || key === null) && tell())
addEventListener("pageshow", ({ persisted }) => persisted && tell())
