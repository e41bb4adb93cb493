import { describe, expect, it, vi } from 'vitest'
import { type Sealed, webCryptoSealing } from './sealing.ts'

const { createRecipient, sealFor, seal, openSealed } = webCryptoSealing
const text = 'a token that nobody else may read'
const key = new Uint8Array(32).fill(7)

/** The same, with one bit turned over. */
function tampered(buffer: ArrayBuffer, index: number): ArrayBuffer {
  const bytes = new Uint8Array(buffer.slice(0))
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return bytes.buffer
}

const changes: [what: string, change: (sealed: Sealed) => Sealed][] = [
  ['whose text was changed', (sealed) => ({ ...sealed, data: tampered(sealed.data, 0) })],
  [
    'whose tag was changed',
    (sealed) => ({ ...sealed, data: tampered(sealed.data, sealed.data.byteLength - 1) }),
  ],
  ['that was cut short', (sealed) => ({ ...sealed, data: sealed.data.slice(0, -1) })],
  ['of which nothing is left', (sealed) => ({ ...sealed, data: new ArrayBuffer(0) })],
  ['of another moment', (sealed) => ({ ...sealed, iv: new Uint8Array(12) })],
  ['without a moment', (sealed) => ({ ...sealed, iv: new Uint8Array(0) })],
]

describe('a text sealed for one recipient', () => {
  it('is opened by that one', async () => {
    const recipient = await createRecipient()
    const { sealed, senderKey } = await sealFor(recipient.publicKey, text)
    expect(await recipient.open(sealed, senderKey)).toBe(text)
  })

  it('is opened by nobody else', async () => {
    const { sealed, senderKey } = await sealFor((await createRecipient()).publicKey, text)
    await expect((await createRecipient()).open(sealed, senderKey)).rejects.toThrow()
  })

  it('is not opened as from another sender', async () => {
    const recipient = await createRecipient()
    const { sealed } = await sealFor(recipient.publicKey, text)
    const { senderKey } = await sealFor(recipient.publicKey, text)
    await expect(recipient.open(sealed, senderKey)).rejects.toThrow()
  })

  it.each(changes)('is not opened %s', async (_what, change) => {
    const recipient = await createRecipient()
    const { sealed, senderKey } = await sealFor(recipient.publicKey, text)
    await expect(recipient.open(change(sealed), senderKey)).rejects.toThrow()
  })

  it.each([
    ['nothing', new ArrayBuffer(0)],
    ['zeros', new ArrayBuffer(65)],
    ['a point that is not on the curve', new Uint8Array(65).fill(4).buffer],
  ])('is not sealed for %s in place of a key', async (_what, publicKey) => {
    await expect(sealFor(publicKey, text)).rejects.toThrow()
  })
})

describe('a text sealed with a shared key', () => {
  it('is opened with that key', async () => {
    expect(await openSealed(await seal(text, key), key)).toBe(text)
  })

  it('is not opened with another', async () => {
    await expect(openSealed(await seal(text, key), new Uint8Array(32))).rejects.toThrow()
  })

  it.each(changes)('is not opened %s', async (_what, change) => {
    await expect(openSealed(change(await seal(text, key)), key)).rejects.toThrow()
  })

  it('looks different each time, and never like itself', async () => {
    const [one, other] = [await seal(text, key), await seal(text, key)]
    expect(new Uint8Array(one.data)).not.toEqual(new Uint8Array(other.data))
    expect(new TextDecoder().decode(one.data)).not.toContain('token')
  })
})

it('is sealed and opened with keys that nobody can read', async () => {
  const { subtle } = crypto
  const made = [vi.spyOn(subtle, 'generateKey'), vi.spyOn(subtle, 'importKey'), vi.spyOn(subtle, 'deriveKey')]
  const recipient = await createRecipient()
  const { sealed, senderKey } = await sealFor(recipient.publicKey, text)
  await recipient.open(sealed, senderKey)
  await openSealed(await seal(text, key), key)
  const keys = (await Promise.all(made.flatMap((spy) => spy.mock.results.map(({ value }) => value)))).flatMap(
    (one: CryptoKey | CryptoKeyPair) => ('privateKey' in one ? [one.privateKey] : [one]),
  )
  for (const spy of made) spy.mockRestore()
  expect(keys.length).toBeGreaterThan(0)
  expect(keys.filter(({ type, extractable }) => type !== 'public' && extractable)).toEqual([])
})
