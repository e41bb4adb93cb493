/** Something that only the app and the provider may know. */
export interface Secret {
  /** Its name on the wire, such as `refresh_token`. */
  readonly name: string
  readonly value: string
}

/** Every way a secret may be written down. One of them in a text means that the secret can be had from it. */
export function spellingsOf({ value }: Secret): readonly string[] {
  return [
    ...new Set(tellingParts(value).flatMap((part) => [part, encodeURIComponent(part), ...inBase64(part)])),
  ]
}

/** A JWT's payload and signature tell as much as the whole. Its header is the same for everybody's. */
function tellingParts(value: string): readonly string[] {
  const parts = value.split('.')
  return parts.length === 3 ? [value, ...parts.slice(1)] : [value]
}

/** Base64 takes three bytes at a time, so what it makes of a text depends on how many stand before it. */
function inBase64(text: string): readonly string[] {
  return (['base64', 'base64url'] as const).flatMap((encoding) =>
    [0, 1, 2].map((bytesBefore) =>
      Buffer.from('\0'.repeat(bytesBefore) + text)
        .toString(encoding)
        // What the neighbours have a part in is left out, at both ends.
        .slice(bytesBefore === 0 ? 0 : 4, -4),
    ),
  )
}
