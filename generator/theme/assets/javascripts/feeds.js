/* A button beside every feed, which copies its address; or, if the reader so chooses, opens it where
   they read. Without this script the addresses stand there to be selected, and the list of readers opens
   the first feed. Which readers there are, and how they are called, is read from that list. */
{
  const article = document.querySelector("article.feeds")
  const addresses = article.querySelectorAll("li > em + code")
  const list = article.querySelector("ul")
  const first = encodeURIComponent(addresses[0]?.textContent)
  const readers = [...list.querySelectorAll("a")].filter((link) => link.href.includes(first))

  const status = document.createElement("p")
  status.setAttribute("role", "status")
  article.append(status)

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
      : "The address is selected. Copy it as you copy any text."
    setTimeout(() => {
      button.textContent = "Copy address"
      status.textContent = ""
    }, 3000)
  }

  function actionOn(address, reader) {
    const action = document.createElement(reader ? "a" : "button")
    action.className = "action"
    action.setAttribute("aria-describedby", address.parentElement.firstElementChild.id)
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

  addresses.forEach((address, index) => (address.parentElement.firstElementChild.id = `feed-${index}`))
  const chosen = offer(__md_get("reader"))

  if (readers.length) {
    const select = document.createElement("select")
    select.add(new Option("copies its address", ""))
    for (const { textContent: name } of readers) select.add(new Option(`opens it in ${name}`, name))
    select.value = chosen
    select.onchange = () => __md_set("reader", offer(select.value))
    const label = document.createElement("label")
    label.append("The button beside each feed", select)
    list.after(label)
  }
}
