/* What the tables say of a key, as generator/search/postings.py writes it. What isn't that throws. */

import { numbers } from "./shards.js"

export const OFFSET = 2 // what the lowest step, 1, is worth more than 1
const STEPS = 15
const TOPICAL = 16
const BITS = 5

/** The groups of a term's papers, below `most`, in which it has the same impact: [{step, isTopical, papers}, …]. */
export function groups(payload, most) {
  const stream = numbers(payload)
  const found = []
  for (let place = 0; place < stream.length; ) {
    const header = stream[place++]
    const papers = stream.subarray(place, place + (header >>> BITS))
    place += header >>> BITS
    if (place > stream.length) throw new RangeError("not a term's papers")
    found.push({ step: header & STEPS, isTopical: (header & TOPICAL) > 0, papers: ascending(papers) })
    within(papers, most)
  }
  return found
}

/** Where a word stands: `papers`, below `most`; all their `places`, and where in these each paper's `ends` are. */
export function places(payload, most) {
  const stream = numbers(payload)
  const papers = []
  const ends = []
  let length = 0
  for (let at = 0; at < stream.length; ) {
    const count = stream[at + 1]
    papers.push(stream[at])
    const here = ascending(stream.subarray(at + 2, at + 2 + count))
    stream.copyWithin(length, at + 2, at + 2 + here.length)
    length += here.length
    ends.push(length)
    at += 2 + count
    if (!(at <= stream.length)) throw new RangeError("not a word's places")
  }
  within(ascending(papers), most)
  return { papers, ends, places: stream.subarray(0, length) }
}

/* Numbers for the distances between them, in place. */
function ascending(gaps) {
  let last = -1
  for (let i = 0; i < gaps.length; i += 1) gaps[i] = last += gaps[i] + 1
  return gaps
}

function within(papers, most) {
  if (papers.length && papers[papers.length - 1] >= most) throw new RangeError("papers that aren't there")
}
