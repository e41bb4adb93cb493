import type { Sealing } from '../../src/keeper/sealing.ts'
import type { Chance } from './chance.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Seals nothing, but opens only with the right key, as the real one does. WebCrypto answers when it likes, and no seed
 * would decide when.
 */
export function createPlainSealing(chance: Chance, moment: () => Promise<void>): Sealing {
  const pack = (key: Uint8Array, text: string): { iv: Uint8Array; data: ArrayBuffer } => ({
    iv: new Uint8Array(12),
    data: encoder.encode(JSON.stringify([[...key], text])).buffer as ArrayBuffer,
  })
  const unpack = (key: Uint8Array, data: ArrayBuffer): string => {
    const [usedKey, text] = JSON.parse(decoder.decode(data)) as [number[], string]
    if (usedKey.join() !== key.join()) throw new Error('It was sealed with another key.')
    return text
  }

  return {
    async createRecipient() {
      await moment()
      const key = chance.bytes(4)
      return {
        publicKey: key.buffer as ArrayBuffer,
        async open({ data }) {
          await moment()
          return unpack(key, data)
        },
      }
    },
    async sealFor(recipientKey, text) {
      await moment()
      return { sealed: pack(new Uint8Array(recipientKey), text), senderKey: new ArrayBuffer(4) }
    },
    async seal(text, key) {
      await moment()
      return pack(key, text)
    },
    async openSealed({ data }, key) {
      await moment()
      return unpack(key, data)
    },
  }
}
