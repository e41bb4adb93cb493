/** What a handler is called with: `onClick={login}`. */
export interface EventLike {
  readonly type: string
  preventDefault(): void
}

/** Options as they are; an event, or whatever else is not a plain object, holds none. */
export function plainOptions<T extends object>(options: T | EventLike | undefined): T | undefined {
  const isPlain = options && Object.getPrototypeOf(options) === Object.prototype
  return isPlain ? (options as T) : undefined
}
