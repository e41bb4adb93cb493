/**
 * Seals what one tab hands to another, so that a listener on the channel learns nothing from it. That is all
 * it does: a script of this origin may ask as any tab may, and nothing in a browser could tell the two apart.
 */
export interface Sealed {
  readonly iv: Uint8Array
  readonly data: ArrayBuffer
}

/** Somebody who can be sent a sealed text. */
export interface Recipient {
  /** Given out, so that others can seal for us. */
  readonly publicKey: ArrayBuffer
  /** @throws where it was sealed for somebody else, or changed on the way */
  open(sealed: Sealed, senderKey: ArrayBuffer): Promise<string>
}

/** How texts are sealed between tabs. */
export interface Sealing {
  /** Makes a {@link Recipient} with a key pair of its own. */
  createRecipient(): Promise<Recipient>
  /** Seals a text for one recipient. @returns the sender's public key, which opening it needs */
  sealFor(recipientKey: ArrayBuffer, text: string): Promise<{ sealed: Sealed; senderKey: ArrayBuffer }>
  /** Seals a text with a key that several tabs share: 32 random bytes. */
  seal(text: string, key: Uint8Array): Promise<Sealed>
  /** @throws where it was sealed with another key, or changed on the way */
  openSealed(sealed: Sealed, key: Uint8Array): Promise<string>
}

const curve = { name: 'ECDH', namedCurve: 'P-256' }

/** Seals by WebCrypto: ECDH for one recipient, AES-GCM for all of it. */
export const webCryptoSealing: Sealing = {
  async createRecipient() {
    const { publicKey, privateKey } = await createPair()
    return {
      publicKey: await crypto.subtle.exportKey('raw', publicKey),
      open: async (sealed, senderKey) => decrypt(sealed, await agree(privateKey, senderKey)),
    }
  },
  async sealFor(recipientKey, text) {
    const { publicKey, privateKey } = await createPair()
    return {
      sealed: await encrypt(text, await agree(privateKey, recipientKey)),
      senderKey: await crypto.subtle.exportKey('raw', publicKey),
    }
  },
  seal: async (text, key) => encrypt(text, await importKey(key)),
  openSealed: async (sealed, key) => decrypt(sealed, await importKey(key)),
}

function importKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes as BufferSource, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

async function encrypt(text: string, key: CryptoKey): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text))
  return { iv, data }
}

async function decrypt({ iv, data }: Sealed, key: CryptoKey): Promise<string> {
  const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: iv as BufferSource }, key, data)
  return new TextDecoder().decode(text)
}

function createPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(curve, false, ['deriveKey'])
}

async function agree(privateKey: CryptoKey, otherKey: ArrayBuffer): Promise<CryptoKey> {
  const publicKey = await crypto.subtle.importKey('raw', otherKey, curve, false, [])
  const aes = { name: 'AES-GCM', length: 256 }
  return crypto.subtle.deriveKey({ name: 'ECDH', public: publicKey }, privateKey, aes, false, [
    'encrypt',
    'decrypt',
  ])
}
