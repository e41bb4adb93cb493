/** Tells whether a value is what a message may hold. */
export type Shape = (value: unknown) => boolean

export const isText: Shape = (value) => typeof value === 'string'
export const isNumber: Shape = (value) => typeof value === 'number'
export const isFlag: Shape = (value) => typeof value === 'boolean'
/** A number that is one: in JSON there may be some that are too large. */
export const isMoment: Shape = Number.isFinite
/** Name and value. */
export const isHeader: Shape = (value) => listOf(isText)(value) && (value as unknown[]).length === 2

/** A `TokenTarget`. */
export const isTarget: Shape = shape({
  resource: maybe(isText),
  audience: maybe(isText),
  scope: maybe(isText),
})

/** A list of values of one shape, without a hole. */
export function listOf(is: Shape): Shape {
  return (value) => Array.isArray(value) && [...value].every(is)
}

/** An object of values of one shape, by whatever name. */
export function recordOf(is: Shape): Shape {
  return (value) => shape({})(value) && Object.values(value as object).every(is)
}

/** One of these values. */
export function oneOf(...values: readonly unknown[]): Shape {
  return (value) => values.includes(value)
}

/** Absent, or of this shape. */
export function maybe(is: Shape): Shape {
  return (value) => value === undefined || is(value)
}

/** An object whose fields have these shapes. It may hold more, which nobody reads. */
export function shape(fields: Readonly<Record<string, Shape>>): Shape {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, is]) => is((value as Record<string, unknown>)[name]))
}
