/* Words that were likely meant, as generator/search/spelling.py finds them. Letters are code points. */

import { words } from "./analysis.js"
import { compare } from "./shards.js"

const SHORTEST = 4
const TWO_SLIPS = 8

/** The word with the fewest slips between, and of those the one in most papers; null if there is none. Of a
    field, "author" or "org", it is one of the names there. */
export function nearest(index, word, field = "") {
  const letters = [...word]
  if (letters.length < SHORTEST || !/^\p{L}+$/u.test(word)) return null
  const half = (letters.length - 1) >> 1
  const papers = index.counts("lexicon", letters.slice(0, half).join(""))
  for (const [ending, number] of index.counts("endings", letters.toReversed().slice(0, half).join("")))
    papers.set([...ending].reverse().join(""), number)
  const all = near(letters, [...papers].map(([other, number]) => [other, number, other]))
  return all.find((other) => !field || index.get("words", `:${field}:${other}`).length) ?? null
}

/** The slug of the topic that is called nearly so, by its slug or title; `name` is words. */
export function nearestTopic(index, name) {
  const names = index.root.topics.flatMap(([slug, title, papers]) =>
    [slug, title].map((one) => [words(one).join(" "), papers, slug]))
  return near([...name], names)[0] ?? null
}

/* What was likely meant, the likeliest first. Known are [name, how many papers have it, what it means]. */
function near(letters, known) {
  const most = letters.length >= TWO_SLIPS ? 2 : 1
  const found = []
  for (const [name, papers, meant] of known) {
    const theirs = [...name]
    if (Math.abs(theirs.length - letters.length) > most) continue
    const slips = distance(letters, theirs)
    if (slips <= most) found.push([slips, papers, meant])
  }
  found.sort((one, two) => one[0] - two[0] || two[1] - one[1] || compare(one[2], two[2]))
  return found.map(([, , meant]) => meant)
}

/* How many letters are too many, too few, wrong or swapped with the next (optimal string alignment). */
function distance(one, other) {
  let before = []
  let last = Array.from({ length: other.length + 1 }, (_, j) => j)
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const wrong = one[i - 1] === other[j - 1] ? 0 : 1
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + wrong)
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = last
    last = row
  }
  return last[other.length]
}
