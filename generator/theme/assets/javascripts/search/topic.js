/* From a question to a topic: the editor of the repository, with the file in it that the topic would be. */

import { topicEditor } from "../config.js"
import { words } from "./analysis.js"
import { parse, plain } from "./query.js"

const LONGEST_NAME = 80 // as generator/text.py has it
const LONGEST_ADDRESS = 8_000 // that forges take

/** The address of the editor, or null if there is no repository, or no topic can be made of the question. */
export function addressForTopic(question) {
  const asked = plain(question)
  if (!topicEditor || !canBeTopic(asked)) return null
  // JSON's texts are YAML's as well.
  const lines = ["---", topicEditor.first, ...["title", "query"].map((name) => `${name}: ${JSON.stringify(asked)}`), "---", ""]
  const asks = { [topicEditor.name]: `${nameFor(asked)}.md`, value: lines.join("\n") }
  const address = `${topicEditor.address}?${Object.entries(asks)
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&")}`
  return address.length > LONGEST_ADDRESS ? null : address
}

/* As generator/topics.py takes a query, and generator/content.py a title. */
function canBeTopic(asked) {
  const { words, phrases, clauses, excludedClauses, straight } = parse(asked)
  return (
    straight === null &&
    words.length + phrases.length + clauses.length > 0 &&
    ![...clauses, ...excludedClauses].some(({ field }) => field === "topic") &&
    Array.from(asked).length <= topicEditor.longest &&
    /[\p{L}\p{N}]/u.test(asked)
  )
}

/* A name for its file, which is the topic's address. */
function nameFor(asked) {
  let name = ""
  for (const word of words(asked)) {
    const next = [name, word.replace(/[^a-z0-9]+/g, "")].filter((part) => part).join("-")
    if (next.length > LONGEST_NAME) break
    name = next
  }
  name ||= "topic"
  return topicEditor.taken.includes(name) ? `${name}-topic` : name
}
