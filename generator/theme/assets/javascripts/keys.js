/* Single keys, and the dialog that lists them. Other modules add theirs with key().

   They do nothing while somebody types, with Control, Alt or Meta, or in a dialog; and they can be
   turned off, as WCAG 2.1.4 asks. */

import { change, onChange, recall } from "./memory.js"
import { button, element } from "./notice.js"

const keys = new Map()
let dialog

/* Let a key (as KeyboardEvent.key has it; or several) do something. The action may give false if there was
   nothing to do, and is given the event; the label says in a few words what it does. */
export function key(letters, label, action) {
  for (const letter of [letters].flat()) keys.set(letter, { label, action })
}

const isOn = () => recall().keys !== false
const isField = (target) =>
  target.isContentEditable ||
  target.closest?.("textarea, select, input:not([type=button], [type=checkbox], [type=submit], [type=reset])")

function onKeydown(event) {
  const { target, key: letter } = event
  if (event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return
  if (isField(target) || document.querySelector("dialog[open]")) return
  const known = isOn() && !event.altKey && keys.get(letter)
  if (known && known.action(event) !== false) event.preventDefault()
}

/* --- Help ----------------------------------------------------------------------------------- */

const NAMES = { ArrowLeft: "←", ArrowRight: "→" }

function rows() {
  const labels = new Map()
  for (const [letter, { label }] of keys) labels.set(label, [...(labels.get(label) ?? []), NAMES[letter] ?? letter])
  return [...labels].map(([label, letters]) =>
    element(
      "div",
      {},
      element("dt", {}, ...letters.flatMap((letter, index) => [index ? " or " : "", element("kbd", {}, letter)])),
      element("dd", {}, label),
    ),
  )
}

function help() {
  const box = element("input", {
    type: "checkbox",
    checked: isOn(),
    onchange: () => change((memory) => ({ ...memory, keys: box.checked ? undefined : false })),
  })
  dialog ??= document.body.appendChild(element("dialog", { className: "keys" }))
  dialog.setAttribute("aria-labelledby", "keys")
  dialog.replaceChildren(
    element("h2", { id: "keys" }, "Keys on this page"),
    element("dl", {}, ...rows()),
    element("label", {}, box, "Use these keys"),
    button("Close", () => dialog.close()),
  )
  dialog.showModal()
}

/* A button in the footer, for those who have turned keys off, and for those who don't know of them. */
export function addHelp() {
  const opener = button("Keyboard", help, { className: "keys-door" })
  document.querySelector("footer ul")?.append(element("li", {}, opener))
  key("?", "This list", help)
}

onChange(({ keys }) => {
  const box = dialog?.querySelector("input")
  if (box) box.checked = keys !== false
})
addEventListener("keydown", onKeydown)
