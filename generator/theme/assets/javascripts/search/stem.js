/* What the forms of an English word have in common: Snowball's English stemmer (Porter2), as of
   version 3.1, which search/analysis.py takes from PyStemmer. Tests hold the two together.

   A suffix is taken off or exchanged only where enough of the word stays, which is told by regions: the
   first begins behind the first consonant that follows a vowel, the second likewise within the first.
   Both are the numbers of the characters where they begin, and stay where they are while the word gets
   shorter. A y that sounds as a consonant is written Y meanwhile, and so is no vowel. Whatever isn't a
   vowel, an apostrophe too, is a consonant.

   Of all suffixes of a step it is the longest that counts, even if it then may not be taken off. An
   alternation in front of $ finds it: the leftmost match is the longest one. */

const IRREGULAR = new Map([
  ["skis", "ski"], ["skies", "sky"], ["idly", "idl"], ["gently", "gentl"],
  ["ugly", "ugli"], ["early", "earli"], ["only", "onli"], ["singly", "singl"],
  ...["andes", "atlas", "bias", "cosmos", "howe", "news", "sky"].map((word) => [word, word]),
])

/* Beginnings that are no longer than a first region's should be, or "organ" and "organization" would
   be one, as would "past" and "paste". */
const BEGINNING = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/

const SHORT = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)$/ // syllable

/* {suffix: what takes its place} as a pattern of all suffixes and what it finds, exchanged. */
const suffixes = (pairs) => ({ pattern: new RegExp(`(?:${Object.keys(pairs).join("|")})$`), pairs })

const STEP_2 = suffixes({
  tional: "tion", enci: "ence", anci: "ance", abli: "able", entli: "ent",
  izer: "ize", ization: "ize", ational: "ate", ation: "ate", ator: "ate",
  alism: "al", aliti: "al", alli: "al", fulness: "ful", fulli: "ful",
  ousli: "ous", ousness: "ous", iveness: "ive", iviti: "ive", biliti: "ble", bli: "ble",
  lessli: "less", ogist: "og", ogi: "og", li: "",
})
const STEP_3 = suffixes({
  tional: "tion", ational: "ate", alize: "al", icate: "ic", iciti: "ic", ical: "ic",
  ful: "", ness: "", ative: "",
})
const STEP_4 = /(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ism|ate|iti|ous|ive|ize|(?<=[st])ion)$/

/* The stem of a folded word; one with other characters than a–z and apostrophes is its own stem. Snowball
   takes no s from what has no vowel: but there it is a plural of initials. */
export function stem(word) {
  if (/^[b-df-hj-np-rtv-xz][b-df-hj-np-tv-xz]+(?<!s)s$/.test(word)) return word.slice(0, -1)
  if (!/^[a-z']{3,}$/.test(word)) return word
  if (IRREGULAR.has(word)) return IRREGULAR.get(word)
  word = word.replace(/^'/, "").replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y")
  const first = BEGINNING.exec(word)?.[0].length ?? regionWithin(word, 0)
  const second = regionWithin(word, first)
  word = withoutPlural(word)
  word = withoutTense(word, first)
  word = word.replace(/(?<=.[^aeiouy])[yY]$/, "i")
  word = exchanged(word, STEP_2, first, (suffix, before) =>
    suffix === "li" ? /[cdeghkmnrt]$/.test(before) : suffix !== "ogi" || before.endsWith("l"))
  word = exchanged(word, STEP_3, first, (suffix, before) => suffix !== "ative" || before.length >= second)
  const fourth = word.search(STEP_4)
  if (fourth >= second) word = word.slice(0, fourth)
  return withoutEnd(word, first, second).replaceAll("Y", "y")
}

/* Where the region begins that is within the one that begins here. */
function regionWithin(word, start) {
  const before = /^[^aeiouy]*[aeiouy]+[^aeiouy]/.exec(word.slice(start))
  return before ? start + before[0].length : word.length
}

/* Step 1a. */
function withoutPlural(word) {
  word = word.replace(/'(?:s'?)?$/, "")
  if (word.endsWith("sses")) return word.slice(0, -2)
  if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1) // cries: cri, ties: tie
  const goes = /[^us]s$/.test(word) && /[aeiouy]/.test(word.slice(0, -2))
  return goes ? word.slice(0, -1) : word // gaps: gap, but gas, this, gross
}

/* Step 1b. */
function withoutTense(word, first) {
  const at = word.search(/(?:eed|ed|ing)(?:ly)?$/)
  if (at < 0) return word
  const before = word.slice(0, at)
  const suffix = word.slice(at)
  if (suffix.startsWith("eed"))
    return at >= first && !/^(?:succ|proc|exc)$/.test(before) ? `${before}ee` : word
  if (suffix === "ing") {
    if (/^[^aeiouy]y$/.test(before)) return `${before[0]}ie` // dying: die
    if (/^(?:even|cann|inn|earr|herr|out)$/.test(before)) return word
  }
  if (!/[aeiouy]/.test(before)) return word // sing, bed
  if (/(?:at|bl|iz)$/.test(before)) return `${before}e`
  if (/([bdfgmnprt])\1$/.test(before)) return /^[aeo]..$/.test(before) ? before : before.slice(0, -1) // add, hop
  return before.length === first && SHORT.test(before) ? `${before}e` : before // hope
}

/* Steps 2 and 3: a suffix within the first region, exchanged if it may be. */
function exchanged(word, { pattern, pairs }, first, mayBe) {
  const at = word.search(pattern)
  if (at < first) return word // -1: there is none
  const before = word.slice(0, at)
  const suffix = word.slice(at)
  return mayBe(suffix, before) ? before + pairs[suffix] : word
}

/* Step 5: the e of "rate" goes, that of "rat" + "e" as a short word stays; of "controll" one l goes. */
function withoutEnd(word, first, second) {
  const before = word.slice(0, -1)
  const at = before.length
  const goes = word.endsWith("e")
    ? at >= second || (at >= first && !SHORT.test(before))
    : word.endsWith("ll") && at >= second
  return goes ? before : word
}
