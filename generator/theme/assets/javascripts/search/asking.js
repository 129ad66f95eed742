/* Questions to the engine, one after the other: of the answers, only that to the latest is shown. */

import { answer } from "./client.js"

// Milliseconds without a key, after which what is typed is asked; longer for a letter or two, which say
// nothing yet.
const PAUSE = 20
const LONG_PAUSE = 200
const BEGINNING = /^\s*[\w"-]{1,2}$/

const PATIENCE = 400 // milliseconds without an answer, after which it is said that one is coming

/**
 * How to ask. `shown` is given an answer and the options it was asked with, `waiting` nothing, and
 * `failed` a function that asks once more.
 */
export function asking({ shown, waiting, failed }) {
  let latest = 0
  let timer
  let patience

  function stop() {
    latest += 1
    clearTimeout(timer)
    clearTimeout(patience)
  }

  async function ask(question, options = {}) {
    stop()
    const mine = latest
    patience = setTimeout(waiting, PATIENCE)
    let found
    try {
      found = await answer(question, options)
    } catch {
      if (mine !== latest) return
      clearTimeout(patience)
      failed(() => ask(question, options))
      return
    }
    if (mine !== latest) return
    clearTimeout(patience)
    shown(found, options)
  }

  /** Ask when the reader pauses. */
  function later(question, options) {
    stop()
    timer = setTimeout(ask, BEGINNING.test(question) ? LONG_PAUSE : PAUSE, question, options)
  }

  return { ask, later, stop }
}
