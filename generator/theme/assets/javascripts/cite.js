/* The citation of the paper whose page this is: copied, or saved as a file. */

import { citation, FORMATS, recordOf } from "./record.js"

const record = document.querySelector("article.paper") && recordOf()
if (record) {
  const block = document.querySelector("pre > code.language-bibtex").parentElement
  const text = document.querySelector('h2[id^="cite"] + p')
  const status = document.createElement("p")
  status.setAttribute("role", "status")
  const actions = document.createElement("div")
  actions.className = "actions"
  let timer

  const say = (text) => {
    status.textContent = text
    clearTimeout(timer)
    timer = setTimeout(() => (status.textContent = ""), 5000)
  }

  const offer = (label, act) => {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "action"
    button.textContent = label
    button.onclick = act
    actions.append(button)
  }

  const copy = (format, element) => async () => {
    let copied = true
    try {
      await navigator.clipboard.writeText(citation(record, format))
    } catch {
      // Not allowed, or not there, as on pages that come by http://; what is folded can't be selected
      element.closest("details")?.setAttribute("open", "")
      getSelection().selectAllChildren(element)
      copied = document.execCommand("copy")
    }
    say(copied ? `Copied: ${FORMATS[format].label}` : "Your browser did not copy it, but it is selected: copy it as you copy any text.")
  }

  const save = (format) => () => {
    const { extension, type } = FORMATS[format]
    const link = document.createElement("a")
    link.href = URL.createObjectURL(new Blob([citation(record, format)], { type }))
    link.download = `${record.csl.id}.${extension}`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    say(`Saved: ${link.download}`)
  }

  offer("Copy text", copy("text", text))
  offer("Copy BibTeX", copy("bibtex", block))
  for (const format of ["bibtex", "ris", "csl"]) offer(`Save ${FORMATS[format].label}`, save(format))
  const fold = document.createElement("details")
  const name = document.createElement("summary")
  name.textContent = FORMATS.bibtex.label
  fold.append(name, block)
  text.after(actions, fold, status)
}
