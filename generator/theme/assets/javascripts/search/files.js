/* The files of an index, as generator/search/files.py reads them, but through the net: each is fetched once
   and kept, and what is wanted at the same time is fetched at the same time. */

import { compare, numbers, placeOf, read } from "./shards.js"

const FORMAT = 1
const CARDS = 2 // papers whose cards are in one file
const TIERS = ["settled", "recent"]
const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } // by the bytes of a number

/** A file that can't be had, or isn't what it should be; then other files may be older or newer than this. */
export class FileError extends Error {
  constructor(path, isDamaged, cause) {
    super(`search/${path} ${isDamaged ? "is damaged" : "can't be loaded"}`, { cause })
    this.isDamaged = isDamaged
  }
}

export class Index {
  #place
  #options
  #fetched
  #here = new Map() // path → what the file holds
  #coming = new Map() // path → promise
  #wanted = new Set() // paths

  /** `place` is the address of the folder; `fetched` are files that were fetched before, as buffers by path;
   * `options` are those of `fetch`. */
  constructor(place, fetched = {}, options = {}) {
    this.#place = place
    this.#fetched = new Map(Object.entries(fetched))
    this.#options = options
  }

  /**
   * What `work` gives when all that it reads is here. Until then what isn't here reads as if the index had
   * nothing of it, and is fetched, all at the same time, before the work is done anew. Rejects with a
   * FileError.
   */
  async complete(work) {
    for (;;) {
      const wanted = (this.#wanted = new Set())
      const done = this.root && this.#agreeing(work)
      if (!wanted.size) return done
      await Promise.all([...wanted].map((path) => this.#load(path)))
    }
  }

  /** Was all here so far that the work has read? */
  get isComplete() {
    return !this.#wanted.size
  }

  get root() {
    return this.#read("index.json")
  }

  get papers() {
    return this.root.papers
  }

  /** What each tier that has the key says of it: [the number of the tier's first paper, the payload]. */
  get(table, key) {
    return TIERS.flatMap((tier) => {
      const place = placeOf(key, this.#firsts(table, tier))
      const payload = place < 0 ? undefined : this.#shard(table, tier, place).get(key)
      return payload ? [[this.#base(tier), payload]] : []
    })
  }

  /** Of every key that begins so what `get` gives, the key in the middle. */
  beginning(table, start) {
    const found = []
    for (const tier of TIERS) {
      const firsts = this.#firsts(table, tier)
      for (let place = Math.max(0, placeOf(start, firsts)); place < firsts.length; place += 1) {
        if (compare(firsts[place], start) > 0 && !firsts[place].startsWith(start)) break
        for (const [key, payload] of this.#shard(table, tier, place))
          if (key.startsWith(start)) found.push([this.#base(tier), key, payload])
      }
    }
    return found
  }

  /** Of every key that begins so how many papers have it, where a table says no more of keys: a map. */
  counts(table, start) {
    const found = new Map()
    for (const [, key, payload] of this.beginning(table, start))
      found.set(key, (found.get(key) ?? 0) + numbers(payload)[0])
    return found
  }

  card(number) {
    const cards = this.#read(`cards/${Math.floor(number / CARDS)}.json`)
    if (cards && !cards[number % CARDS]) throw new RangeError("no such card")
    return cards?.[number % CARDS]
  }

  /** An array of the papers, or of another length. */
  column(name, length = this.papers) {
    const data = this.#read(`columns/${name}.bin`)
    if (!data) return new Uint8Array(length)
    const array = ARRAYS[length ? data.byteLength / length : 1]
    if (!array) throw new RangeError("not a column of these papers")
    return new array(data, 0, length)
  }

  names(name) {
    return this.#read(`columns/${name}.json`) ?? []
  }

  /** How many papers there are in the tier whose first paper has this number. */
  size(base) {
    const { papers, settled } = this.root
    return base < settled ? settled : papers - settled
  }

  #base(tier) {
    return tier === "settled" ? 0 : this.root.settled
  }

  #firsts(table, tier) {
    return (this.root.tables[table] ?? this.#read(`${table}.json`))?.[tier] ?? []
  }

  #shard(table, tier, place) {
    return this.#read(`${table}/${tier}-${place}.bin`) ?? new Map()
  }

  /* What index.json says of the edition that a file must be of. */
  #version(path) {
    if (!this.root) return ""
    const { versions } = this.root
    return versions[/\/(settled|recent)-/.exec(path)?.[1] ?? "papers"]
  }

  #read(path) {
    const here = this.#here.get(path)
    if (!here) this.#wanted.add(path)
    return here
  }

  /* What is under way may be so for a question that has failed already: if it fails as well, it's tried anew. */
  #load(path) {
    return this.#coming.get(path)?.catch(() => this.#begun(path)) ?? this.#begun(path)
  }

  #begun(path) {
    if (!this.#coming.has(path)) this.#coming.set(path, this.#come(path).finally(() => this.#coming.delete(path)))
    return this.#coming.get(path)
  }

  async #come(path) {
    const data = this.#fetched.get(path) ?? (await fetched(this.#place, path, this.#version(path), this.#options))
    this.#fetched.delete(path)
    try {
      this.#here.set(path, decoded(path, data))
    } catch (error) {
      throw new FileError(path, true, error)
    }
  }

  /* What `work` gives, where the files agree with index.json. */
  #agreeing(work) {
    try {
      return work()
    } catch (error) {
      throw error instanceof RangeError ? new FileError("index.json", true, error) : error
    }
  }
}

/** A file's bytes; rejects with a FileError. The version keeps files of other editions out that are in caches. */
export async function fetched(place, path, version = "", options = {}) {
  try {
    const address = new URL(path, place)
    if (version) address.searchParams.set("v", version)
    // The host is asked whether index.json is still the same: it tells of which edition all others must be.
    const response = await fetch(address, path === "index.json" ? { cache: "no-cache", ...options } : options)
    if (response.ok) return await response.arrayBuffer()
    throw new Error(`HTTP ${response.status}`)
  } catch (error) {
    throw new FileError(path, false, error)
  }
}

function decoded(path, data) {
  if (path.startsWith("columns/") && path.endsWith(".bin")) return data
  if (path.endsWith(".bin")) return read(new Uint8Array(data))
  const value = JSON.parse(new TextDecoder().decode(data))
  if (path === "index.json" && value.format !== FORMAT) throw new RangeError("another format")
  return value
}
