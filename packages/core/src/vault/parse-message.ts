import { type VaultMessage, vaultVersion } from './messages.ts'
import { isNumber, isText, maybe, shape } from './shapes.ts'

const isAnswer = shape({
  latchkey: isNumber,
  id: isNumber,
  error: maybe(shape({ name: isText, code: isText, message: isText })),
})
const isNews = shape({
  latchkey: (value) => value === vaultVersion,
  change: shape({ type: isText }),
  record: shape({ epoch: isNumber, status: isText, refreshes: isNumber, rotation: isNumber }),
})

/** What the vault said, to read on the page; undefined for anything that no vault says. */
export function parseVaultMessage(message: unknown): VaultMessage | undefined {
  return isAnswer(message) || isNews(message) ? (message as VaultMessage) : undefined
}
