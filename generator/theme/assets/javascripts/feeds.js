/* A button beside every feed, which copies its address; or, if the reader so chooses, opens it where
   they read. Without this script the addresses stand there to be selected, and the list of readers opens
   the first feed. Which readers there are, and how they are called, is read from that list. */
{
  const article = document.querySelector("article.feeds")
  const find = (selector) => [...article.querySelectorAll(selector)]
  const page = (address) => address.parentElement.firstElementChild

  const [everything, ...others] = find("li > em + code")
  const first = encodeURIComponent(everything.textContent)
  const readers = find("ol + p + ul a").filter((link) => link.href.includes(first))

  // Who comes from a topic's page wants its feed: it stands first, so that nobody has to look for it.
  const wanted = others.find((address) => document.referrer.startsWith(page(address).href))
  if (wanted) everything.parentElement.before(wanted.parentElement.cloneNode(true))
  const addresses = find("li > em + code")

  const status = document.createElement("p")
  status.setAttribute("role", "status")
  article.append(status)
  let timer

  async function copy(button, address) {
    let copied = true
    try {
      await navigator.clipboard.writeText(address.textContent)
    } catch {
      // Not allowed, or not there, as on pages that come by http://
      getSelection().selectAllChildren(address)
      copied = document.execCommand("copy")
    }
    button.textContent = copied ? "Copied" : "Selected"
    status.textContent = copied
      ? `Copied: ${address.textContent}`
      : "Your browser did not copy the address, but it is selected: copy it as you copy any text."
    clearTimeout(timer)
    timer = setTimeout(() => (status.textContent = ""), copied ? 3000 : 10_000)
    setTimeout(() => (button.textContent = "Copy address"), 3000)
  }

  function actionOn(address, reader) {
    const action = document.createElement(reader ? "a" : "button")
    action.className = "action"
    action.setAttribute("aria-describedby", page(address).id)
    if (reader) {
      action.href = reader.href.replace(first, encodeURIComponent(address.textContent))
      action.textContent = `Open in ${reader.textContent}`
    } else {
      action.type = "button"
      action.textContent = "Copy address"
      action.onclick = () => copy(action, address)
    }
    return action
  }

  function offer(name) {
    const reader = readers.find((link) => link.textContent === name)
    for (const address of addresses) {
      address.nextElementSibling?.remove()
      address.after(actionOn(address, reader))
    }
    return reader ? name : ""
  }

  addresses.forEach((address, index) => (page(address).id = `feed-${index}`))
  const chosen = offer(__md_get("reader"))

  const lists = article.querySelector("h3")
  if (lists && readers.length) {
    const select = document.createElement("select")
    select.add(new Option("Copy the address", ""))
    for (const { textContent: name } of readers) select.add(new Option(`Open in ${name}`, name))
    select.value = chosen
    select.onchange = () => __md_set("reader", offer(select.value))
    const label = document.createElement("label")
    label.append("Buttons below:", select)
    lists.before(label)
  }
}
