import type { PageMessage } from '../hosted/messages.ts'
import { isFlag, isNumber, isText, listOf, maybe, oneOf, type Shape, shape } from '../shapes.ts'

const isView = shape({
  href: isText,
  isUserDriven: isFlag,
  isSecureContext: isFlag,
  isOnline: isFlag,
  isVisible: isFlag,
  isPrerendering: isFlag,
  isFramed: isFlag,
})
const isEntry: Shape = (value) => Array.isArray(value) && value.length === 2 && value.every(isText)
const isObject: Shape = (value) => typeof value === 'object' && value !== null
const methods = [
  'login',
  'register',
  'requireSession',
  'handleCallback',
  'handleInitiateLogin',
  'logout',
  'getAccessToken',
  'refreshUser',
  'ready',
  'fetch',
]
const nothing = shape({})

const kinds: Readonly<Record<PageMessage['kind'], Shape>> = {
  hello: shape({
    options: isObject,
    view: isView,
    session: maybe(listOf(isEntry)),
    shared: maybe(listOf(isEntry)),
    problem: maybe(oneOf('no_shared_worker', 'not_loaded', 'no_answer', 'other_version')),
  }),
  call: shape({ id: isNumber, method: oneOf(...methods), view: isView, who: maybe(isText) }),
  abort: shape({ id: isNumber }),
  start: nothing,
  stop: nothing,
  ping: nothing,
  life: shape({ type: isText, persisted: maybe(isFlag), view: isView }),
  stored: shape({ key: isText, value: maybe(isText) }),
  said: shape({ frame: isNumber }),
}

/** What a page said, to read in its host; undefined for anything that no page says. */
export function parsePageMessage(message: unknown): PageMessage | undefined {
  if (!shape({ latchkey: isNumber, kind: isText })(message)) return undefined
  const { kind } = message as PageMessage
  return Object.hasOwn(kinds, kind) && kinds[kind](message) ? (message as PageMessage) : undefined
}
