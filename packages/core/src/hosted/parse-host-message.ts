import { type HostMessage, hostVersion } from './messages.ts'

type Fields = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string'
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const maybe = (is: (value: unknown) => boolean, value: unknown): boolean => value === undefined || is(value)
const isError = (value: unknown): boolean => isObject(value) && isText(value.code) && isText(value.message)
/** Anything but a text would be made one to be looked at, and is none where it is read. */
const isLike = (pattern: RegExp, value: unknown): boolean => isText(value) && pattern.test(value)
/** Any other URL may be a script. */
const isAddress = (value: unknown): boolean => isLike(/^https?:/, value)
const isGlance = (value: unknown): boolean =>
  isObject(value) && isObject(value.explanation) && maybe(isObject, value.authentication)
const always = (): boolean => true

const kinds: Readonly<Record<HostMessage['kind'], (message: Fields, prefix: string) => boolean>> = {
  welcome: ({ latchkey }) => latchkey === hostVersion,
  state: ({ state, who }) =>
    isObject(state) &&
    maybe(isText, who) &&
    isLike(/^(loading|unauthenticated|authenticated|redirecting)$/, state.status) &&
    isText(state.reason) &&
    maybe(isObject, state.user) &&
    maybe(isError, state.error),
  event: ({ name, event }) => isText(name) && isObject(event) && maybe(isError, event.error),
  answer: always,
  failure: ({ error }) => isError(error),
  go: ({ how, url }) => isLike(/^(assign|leave|replace)$/, how) && isAddress(url),
  store: ({ where, key, value }, prefix) =>
    isLike(/^(session|shared)$/, where) && isText(key) && key.startsWith(prefix) && maybe(isText, value),
  frame: ({ url }) => maybe(isAddress, url),
  pong: always,
  lost: always,
}

/** What the host said, to read in its page; undefined for anything that no host says. `prefix`: of what it may store. */
export function parseHostMessage(said: unknown, prefix: string): HostMessage | undefined {
  const { kind, glance } = Object(said)
  return isText(kind) &&
    Object.hasOwn(kinds, kind) &&
    kinds[kind as HostMessage['kind']](said as Fields, prefix) &&
    maybe(isGlance, glance)
    ? (said as HostMessage)
    : undefined
}
