/* The search, as pages ask it. Nothing is loaded before `warm` or `answer` is called; then the engine and the
   first files of the index at the same time. The engine is in a worker, or in the page if there can't be one. */

const PLACE = new URL("../../../search/", import.meta.url).href
const FIRST = "index.json"

/** Get ready for questions. If something can't be loaded, the answer will tell. */
export async function warm() {
  await ready().catch(() => {})
}

/** The answer to a question, as of engine.js. Rejects if something can't be loaded; asking again tries again. */
export async function answer(question, options) {
  const ask = await ready()
  return ask(question, options)
}

/* What `make` promises, made once; and once more after it failed. */
function once(make) {
  let made
  return () =>
    (made ??= make().catch((error) => {
      made = undefined
      throw error
    }))
}

const opener = once(() => inWorker().catch(inPage))
const first = once(() => fetched(FIRST))
const ready = once(async () => {
  const [open, files] = await Promise.all([opener(), first()])
  return open(PLACE, files)
})

/* The host is asked whether it is still the same, since it tells which edition all other files are of. */
async function fetched(path) {
  const response = await fetch(PLACE + path, { cache: "no-cache" })
  if (!response.ok) throw new Error(`search/${path}: HTTP ${response.status}`)
  return { [path]: await response.arrayBuffer() }
}

/* Rejects if there can't be a worker, or its scripts can't be loaded. */
const inWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" })
    const calls = new Map() // number → what waits for its answer
    let last = 0
    const ask = (question, options) =>
      new Promise((resolve, reject) => {
        calls.set((last += 1), { resolve, reject })
        worker.postMessage({ id: last, question, options })
      })
    const open = (place, fetched) => {
      worker.postMessage({ place, fetched })
      return ask
    }
    worker.onerror = (event) => {
      event.preventDefault()
      reject(new Error("the search can't be loaded"))
    }
    worker.onmessage = ({ data: { id, answer, error, isReady } }) => {
      if (isReady) return resolve(open)
      const call = calls.get(id)
      calls.delete(id)
      if (error === undefined) call.resolve(answer)
      else call.reject(new Error(error))
    }
  })

const inPage = async () => (await import("./engine.js")).engine
