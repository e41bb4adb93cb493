import { isSessionRecord } from '../session-record.ts'
import { isNumber, isText, maybe, type Shape, shape } from '../shapes.ts'
import { type PlainChange, type VaultMessage, vaultVersion } from './messages.ts'
import { isPlainError, isSession } from './parse-result.ts'

/** Whatever is in it: somebody waits for it. */
const isAnswer = shape({ latchkey: isNumber, id: isNumber })

const withSession = shape({ session: isSession })
const changes: Readonly<Record<PlainChange['type'], Shape>> = {
  refreshed: shape({ session: isSession }),
  described: withSession,
  adopted: withSession,
  refresh_failed: shape({ error: isPlainError, retryAt: maybe(isNumber) }),
  ended: shape({ reason: isText, error: maybe(isPlainError) }),
}
const isChange: Shape = (value) => {
  const { type } = (value ?? {}) as PlainChange
  return isText(type) && Object.hasOwn(changes, type) && changes[type](value)
}
const isNews = shape({
  latchkey: (value) => value === vaultVersion,
  change: isChange,
  record: isSessionRecord,
})

/** What the vault said, to read on the page; undefined for anything that no vault says. */
export function parseVaultMessage(message: unknown): VaultMessage | undefined {
  return isAnswer(message) || isNews(message) ? (message as VaultMessage) : undefined
}
