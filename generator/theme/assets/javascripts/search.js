/* The search worker: Material's, which is named in this one's address, and two things that a reader
   who types a title expects.

   A title is found. Material's query language would have "SF-V: A Title" look for "A" in a field
   named "V", and fail, and would demand words in quotation marks; here words are words.

   It is found first. Material ranks by words, and so "B-PROP: More Words" may come before "PROP:
   Words". */

const QUERY = 2 // Material's SearchMessageType
const RESULT = 3

/* What is the same if two titles are the same: no markup, entities, punctuation, case. */
const essence = (title) =>
  title
    .replace(/<[^>]*>|&#?\w+;/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .toLowerCase()

let query = ""
const post = self.postMessage.bind(self)

addEventListener("message", ({ data: message }) => {
  if (message.type !== QUERY) return
  query = message.data.replace(/<[^>]*>/g, (tag) => tag.slice(1, -1))
  message.data = message.data.replace(/[":^~*\\]/g, " ").replace(/(^|\s)[+-]+/g, " ")
})

self.postMessage = (message) => {
  if (message.type === RESULT) {
    const { items } = message.data // for every page a list of what matches in it, best first
    const wanted = essence(query)
    const index = items.findIndex((page) => page.some((part) => !part.parent && essence(part.title) === wanted))
    if (wanted && index >= 0) {
      const [page] = items.splice(index, 1)
      for (const part of page) part.score += items.length ? items[0][0].score : 0 // Enter goes to the highest
      items.unshift(page)
    }
  }
  post(message)
}

importScripts(location.search.slice(1))
