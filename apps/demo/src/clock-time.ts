const format = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** A moment of today, to the second. @param at milliseconds since the epoch */
export function clockTime(at: number): string {
  return format.format(at)
}
