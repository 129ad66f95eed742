/* Text → words and terms, as generator/text.py and generator/search/analysis.py make them at build;
   there is said why. Tests hold them together, so change both or neither.

   A letter is what Python's \w has but the low line. Regular expressions with the flag v read a text
   by code points and subtract sets. */

import { stem } from "./stem.js"

// Characters that are words each; and those of scripts without spaces: sets, for other expressions.
export const CJK = String.raw`[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]`
export const SPACELESS =
  "[" +
  String.raw`\u3005-\u3007\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff` + // Japanese
  String.raw`\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}` + // Chinese, Japanese
  String.raw`\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3` + // Korean
  String.raw`\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59` + // Thai
  String.raw`\u0e80-\u0eff` + // Lao
  String.raw`\u1000-\u1049\u1050-\u109d` + // Burmese
  String.raw`\u1780-\u17d3\u17d7\u17dc-\u17ff` + // Khmer
  "]"
const MARK = String.raw`[[\p{Mn}\p{Mc}]&&[\u0483-\uabff]]`

/* A word of letters, with what may stand within it and behind it. */
const word = (letter, mark, anyLetter) => `${letter}+(?:${mark}+${letter}*)*[+#]*(?:'${anyLetter}+)?`

const LETTER = String.raw`[\p{L}\p{N}]`
const NOT_CJK = `[${LETTER}--${CJK}]`
const SPACED = `[${LETTER}--${SPACELESS}]`
const TERM_WORD = word(SPACED, `[${MARK}--${SPACELESS}]`, SPACED)
const JOINT = /[\-\u2010_.]/v

const words_ = new RegExp(`${CJK}|${word(NOT_CJK, MARK, LETTER)}`, "gv")
const joined_ = new RegExp(`${TERM_WORD}(?:${JOINT.source}${TERM_WORD})*`, "gv")
const spaceless_ = new RegExp(`${SPACELESS}+`, "gv")
const possessive_ = /(?<=[\p{L}\p{N}_])'[sS](?![\p{L}\p{N}_])/gv

const MOST_PARTS = 4
const LONGEST_COMPOUND = 40 // code points

/* Unicode's full case folding of what is left after NFKD without accents, which lower case is but for
   these. Cherokee folds to its capitals, which are older; so do its small letters, put in the same order. */
const CASE = /[ßς\u1c80-\u1c88\u13a0-\u13f5\u13f8-\u13fd\uab70-\uabbf]/g
const foldedCase = (character) =>
  character === "ß" ? "ss" : /\p{sc=Cherokee}/v.test(character) ? character.toUpperCase() : character.toUpperCase().toLowerCase()

/* No case, no accents, no 's. */
export const folded = (text) =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]+/g, "")
    .normalize("NFC")
    .replaceAll("’", "'")
    .replace(possessive_, "")
    .toLowerCase()
    .replace(CASE, foldedCase)

/* The exact words, in their order. */
export const words = (text) => folded(text).match(words_) ?? []

/* The terms, each as often as it occurs. Of each piece between two spaces first the words, a compound
   behind its parts, then the pairs of characters of scripts without spaces. */
export const terms = (text) => folded(text).split(" ").flatMap(termsOfPiece)

function termsOfPiece(piece) {
  const found = (piece.match(joined_) ?? []).flatMap((joined) => {
    const [parts, compound] = analysed(joined)
    return compound ? [...parts, compound] : parts
  })
  for (const run of piece.match(spaceless_) ?? []) {
    const characters = [...run]
    if (characters.length === 1) found.push(run)
    for (let i = 1; i < characters.length; i += 1) found.push(characters[i - 1] + characters[i])
  }
  return found
}

/* The compounds in a folded text, in their order: [term, [terms of its parts]]. */
export const compounds = (text) =>
  (text.match(joined_) ?? []).map(analysed).flatMap(([parts, compound]) => (compound ? [[compound, parts]] : []))

/* The terms of words joined to one another, or of one word; and that of their compound. */
function analysed(joined) {
  const parts = joined.split(JOINT)
  const together = parts.join("")
  const isCompound = parts.length > 1 && parts.length <= MOST_PARTS && [...together].length <= LONGEST_COMPOUND
  return [parts.map(stemmed), isCompound ? stemmed(together) : null]
}

const isSpaceless_ = new RegExp(`${SPACELESS}$`, "v")

/* Does it end with a character of a script of which terms are pairs of characters? */
export const endsSpaceless = (word) => isSpaceless_.test(word)

/* What stands in a text of such scripts. */
export const runs = (text) => folded(text).match(spaceless_) ?? []

/* A text has the same words again and again. */
const stems = new Map()

function stemmed(word) {
  if (!stems.has(word)) stems.set(word, stem(word))
  return stems.get(word)
}
