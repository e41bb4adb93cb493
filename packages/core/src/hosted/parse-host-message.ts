import type { HostMessage } from './messages.ts'

type Fields = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string'
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const maybe = (is: (value: unknown) => boolean, value: unknown): boolean => value === undefined || is(value)
const isError = (value: unknown): boolean => isObject(value) && isText(value.code) && isText(value.message)
/** Any other URL may be a script. */
const isAddress = (value: unknown): boolean => isText(value) && /^https?:/.test(value)
const isGlance = (value: unknown): boolean =>
  isObject(value) && isObject(value.explanation) && maybe(isObject, value.authentication)
const always = (): boolean => true

const kinds: Readonly<Record<HostMessage['kind'], (message: Fields, prefix: string) => boolean>> = {
  welcome: always,
  state: ({ state, who }) =>
    isObject(state) &&
    maybe(isText, who) &&
    /^(loading|unauthenticated|authenticated|redirecting)$/.test(`${state.status}`) &&
    isText(state.reason) &&
    maybe(isObject, state.user) &&
    maybe(isError, state.error),
  event: ({ name, event }) => isText(name) && isObject(event) && maybe(isError, event.error),
  answer: always,
  failure: ({ error }) => isError(error),
  go: ({ how, url }) => /^(assign|leave|replace)$/.test(`${how}`) && isAddress(url),
  store: ({ where, key, value }, prefix) =>
    /^(session|shared)$/.test(`${where}`) && isText(key) && key.startsWith(prefix) && maybe(isText, value),
  frame: ({ url }) => maybe(isAddress, url),
  pong: always,
  lost: always,
}

/** What the host said, to read in its page; undefined for anything that no host says. `prefix`: of what it may store. */
export function parseHostMessage(said: unknown, prefix: string): HostMessage | undefined {
  const { kind, glance } = Object(said)
  return Object.hasOwn(kinds, kind) &&
    kinds[kind as HostMessage['kind']](said as Fields, prefix) &&
    maybe(isGlance, glance)
    ? (said as HostMessage)
    : undefined
}
