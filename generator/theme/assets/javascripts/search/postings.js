/* What the tables say of a key, as generator/search/postings.py writes it. What isn't that throws. */

import { numbers } from "./shards.js"

export const OFFSET = 2 // what the lowest step, 1, is worth more than 1
const STEPS = 15
const TOPICAL = 16
const BITS = 5

/** The groups of a term's papers, below `most`, in which it has the same impact: [{step, isTopical, papers}, …]. */
export function groups(payload, most) {
  const found = []
  for (let place = 0; place < payload.length; ) {
    let header = 0
    let shift = 1
    do {
      header += (payload[place] & 127) * shift
      shift *= 128
    } while (payload[place++] > 127)
    const count = Math.floor(header / 2 ** BITS)
    if (!count || count > most) throw new RangeError("not a term's papers")
    const papers = new Uint32Array(count)
    place = readGaps(payload, place, papers, widthOf(most, count))
    within(ascending(papers), most)
    found.push({ step: header & STEPS, isTopical: (header & TOPICAL) > 0, papers })
  }
  return found
}

/* Bits of the gaps' low parts. */
function widthOf(most, count) {
  const usual = Math.floor((most * 11) / (16 * count))
  return usual ? 31 - Math.clz32(usual) : 0
}

/* Golomb and Rice's code: of all gaps the high parts, each as so many zeros and a one, then of all the low
   ones. Gives where it ends. */
function readGaps(payload, place, gaps, width) {
  const end = payload.length * 8
  let at = place * 8
  for (let i = 0; i < gaps.length; i += 1) {
    const start = at
    while (at < end && !((payload[at >> 3] >> (at & 7)) & 1)) at += 1
    gaps[i] = (at - start) << width
    at += 1
  }
  if (at + gaps.length * width > end) throw new RangeError("not a term's papers")
  for (let i = 0; i < gaps.length; i += 1)
    for (let bit = 0; bit < width; bit += 1, at += 1) gaps[i] += ((payload[at >> 3] >> (at & 7)) & 1) << bit
  return (at + 7) >> 3
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
