/* What is to be told for once: a line at the foot of the window, read aloud, with at most one button.
   It stays until there is something else to tell, or it is dismissed. */

import { change, lasts } from "./memory.js"

let bar

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

/* A button that says what it does. */
export const button = (label, onclick, more) => element("button", { type: "button", onclick, ...more }, label)

export function notice(text, label, action) {
  bar ??= document.body.appendChild(element("div", { className: "notice" }, element("p")))
  bar.firstChild.setAttribute("role", "status")
  const dismiss = () => {
    bar.firstChild.textContent = ""
    bar.replaceChildren(bar.firstChild)
  }
  dismiss()
  // An element that is read aloud when it changes has to be there before it does.
  setTimeout(() => (bar.firstChild.textContent = text))
  const act = () => {
    dismiss()
    action()
  }
  bar.append(...(label ? [button(label, act)] : []), button("Dismiss", dismiss))
}

let isTold = false

/* Change the memory as the reader asks, and say once if it won't last. */
export function remember(how) {
  change(how)
  if (!lasts() && !isTold)
    notice("This browser doesn’t let the site remember anything. What you mark lasts for this visit at most.")
  isTold ||= !lasts()
}
