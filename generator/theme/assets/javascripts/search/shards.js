/* Tables in shards, as generator/search/shards.py writes them; FORMAT.md has the format on one page. */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The entries of a shard: key → payload, in order. What isn't a whole shard throws. */
export function read(shard) {
  let place = 0
  function number() {
    let value = 0
    for (let shift = 0; shift < 32; shift += 7) {
      const octet = shard[place++]
      value |= (octet & 127) << shift
      if (octet < 128) return value >>> 0
    }
    throw new RangeError("not a shard")
  }

  const lengths = []
  let key = new Uint8Array()
  for (let left = number(); left; left -= 1) {
    const shared = number()
    const end = number() + place
    if (shared > key.length || end > shard.length) throw new RangeError("not a shard")
    const whole = new Uint8Array(shared + end - place)
    whole.set(key.subarray(0, shared))
    whole.set(shard.subarray(place, end), shared)
    key = whole
    place = end
    lengths.push([utf8.decode(key), number()])
  }
  const entries = new Map()
  for (const [name, length] of lengths) {
    entries.set(name, shard.subarray(place, place + length))
    place += length
  }
  if (place !== shard.length) throw new RangeError("not a shard")
  return entries
}

/** The numbers of which a payload is made. */
export function numbers(encoded) {
  const found = new Uint32Array(encoded.length)
  let count = 0
  let value = 0
  let shift = 0
  for (let i = 0; i < encoded.length; i += 1) {
    const octet = encoded[i]
    value |= (octet & 127) << shift
    shift += 7
    if (octet < 128) {
      found[count++] = value
      value = shift = 0
    }
  }
  return found.subarray(0, count)
}

/** The number of the shard in which a key stands, if it is in the table at all; -1 if there is none. */
export function placeOf(key, firsts) {
  let low = 0
  let high = firsts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(key, firsts[middle]) < 0) high = middle
    else low = middle + 1
  }
  return low - 1
}

/** Below 0 if the one stands before the other by code points, as in all tables. */
export function compare(one, other) {
  const length = Math.min(one.length, other.length)
  for (let i = 0; i < length; i += 1) {
    const ours = one.charCodeAt(i)
    const theirs = other.charCodeAt(i)
    if (ours !== theirs) return order(ours) - order(theirs)
  }
  return one.length - other.length
}

/* Halves of a code point are of those behind all others. */
const order = (unit) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)
