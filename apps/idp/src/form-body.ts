import type { IncomingMessage } from 'node:http'

const maximumBytes = 64 * 1024

/** The fields of a submitted form. @throws {RangeError} when it is larger than any form of ours. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > maximumBytes) throw new RangeError(`The form is larger than ${maximumBytes} bytes.`)
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}
