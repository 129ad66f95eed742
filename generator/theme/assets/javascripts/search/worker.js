/* The engine, off the page's thread. All its modules are named here, so that they are loaded at once. */

import "./stem.js"
import "./analysis.js"
import "./query.js"
import "./shards.js"
import "./postings.js"
import "./files.js"
import "./function-words.js"
import "./spelling.js"
import { engine } from "./engine.js"

let ask

self.onmessage = async ({ data: { id, question, options, place, fetched } }) => {
  if (place) {
    ask = engine(place, fetched)
    return
  }
  try {
    postMessage({ id, answer: await ask(question, options) })
  } catch (error) {
    postMessage({ id, error: error.message })
  }
}

postMessage({ isReady: true })
