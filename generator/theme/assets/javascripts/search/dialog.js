/* The search over a page (door.js opens it): the best papers while the reader types. */

import { element } from "../notice.js"
import { asking } from "./asking.js"
import { seeking } from "./excerpt.js"
import { arrows, cards, counted, fault, hit, paperAddress, remarks, searchAddress, summary } from "./results.js"

const SHOWN = 8 // papers
const EXCERPT = 150 // characters

/** Let the dialog answer what is in its field, now and whenever it changes. */
export function start(dialog) {
  const form = dialog.querySelector("form")
  const field = dialog.querySelector("input")
  const scroll = dialog.querySelector(".answer")
  const [status, hint] = scroll.children
  let last

  const { ask, later, stop } = asking({
    shown(answer, { typing }) {
      last = answer
      const sought = seeking(answer.question, { typing, abbreviations: answer.abbreviations })
      const list = element("ol", {}, ...cards(answer).map((card) => hit(card, sought, EXCERPT)))
      // Here there is one way on from a paper, which is to it.
      for (const link of list.querySelectorAll("em a")) link.replaceWith(...link.childNodes)
      status.textContent = summary(answer, { typing })
      const more = answer.total > SHOWN
      const all = more ? [element("a", { className: "all", href: searchAddress(answer.question, { typing }) }, `All ${counted(answer.total, "paper")}`)] : []
      scroll.replaceChildren(status, ...remarks(answer, go), list, ...all)
      scroll.scrollTop = 0
    },
    waiting() {
      status.textContent = "Searching…"
    },
    failed(again) {
      status.replaceChildren(
        ...fault(() => {
          field.focus() // the button goes when there is an answer
          again()
        }),
      )
    },
  })

  function look(when) {
    last = undefined
    if (field.value.trim()) {
      when(field.value, { typing: true, size: SHOWN })
      return
    }
    stop()
    status.textContent = ""
    scroll.replaceChildren(status, hint)
  }

  function go(question) {
    field.value = question
    field.focus()
    look(ask)
  }

  field.addEventListener("input", () => look(later))
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const question = field.value.trim()
    if (!question) return
    const straight = last?.question === field.value && last.straight
    location.assign(straight ? paperAddress(straight) : searchAddress(question))
  })
  arrows(field, dialog)
  if (field.value.trim()) look(ask) // it was typed while this was loaded
}
