import { isSessionRecord } from '../session-record.ts'
import { isNumber, isText, maybe, shape } from '../shapes.ts'
import { type VaultMessage, vaultVersion } from './messages.ts'

const isAnswer = shape({
  latchkey: isNumber,
  id: isNumber,
  error: maybe(shape({ name: isText, code: isText, message: isText })),
})
const isNews = shape({
  latchkey: (value) => value === vaultVersion,
  change: shape({ type: isText }),
  record: isSessionRecord,
})

/** What the vault said, to read on the page; undefined for anything that no vault says. */
export function parseVaultMessage(message: unknown): VaultMessage | undefined {
  return isAnswer(message) || isNews(message) ? (message as VaultMessage) : undefined
}
