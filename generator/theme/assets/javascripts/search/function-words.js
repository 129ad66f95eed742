/* English words that stand in nearly every paper, and tell nothing, as of generator/search/function_words.py. */

import { terms } from "./analysis.js"

export const FUNCTION_WORDS = new Set(
  `a an and are as at be by for from in into is it its of on or that the their these this to was we were
  which with`.split(/\s+/),
)

/** The terms that tell something; all of them if none does. */
export function withoutFunctionWords(terms) {
  const left = terms.filter((term) => !FUNCTION_WORDS.has(term))
  return left.length ? left : terms
}

/** The bare words of a query that are looked for, which have terms or a star; all of these if none tells
 * anything. The last may if it `isOpen`. */
export function telling(words, isOpen) {
  const last = words.at(-1)
  const lookedFor = words.filter((word) => word.isPrefix || terms(word.text).length)
  const left = lookedFor.filter(
    (word) => word.isPrefix || (isOpen && word === last) || !word.words.every((one) => FUNCTION_WORDS.has(one)),
  )
  return left.length ? left : lookedFor
}
