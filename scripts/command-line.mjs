/**
 * What a command makes of its flags. Where it can make nothing of them, one sentence says why, and the command ends
 * before anything has run.
 *
 * @template T
 * @param {() => T} read throws an error whose message is for whoever typed the flags, as `parseArgs` of Node does
 * @returns {T}
 */
export function readCommandLine(read) {
  try {
    return read()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

/**
 * The number that a flag was given.
 *
 * @param {string} flag
 * @param {string} text
 * @param {{ atLeast?: number, isWhole?: boolean }} [bounds] more than 0 when left out
 * @throws Error where it is none, or another than the bounds allow
 */
export function readNumber(flag, text, { atLeast, isWhole = false } = {}) {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const isEnough = atLeast === undefined ? number > 0 : number >= atLeast
  if (isEnough && (isWhole ? Number.isSafeInteger(number) : Number.isFinite(number))) return number
  const kind = isWhole ? 'a whole number' : 'a number'
  const bound = atLeast === undefined ? 'above 0' : `from ${atLeast} on`
  throw new Error(`${flag} must be ${kind} ${bound}; it is "${text}".`)
}
