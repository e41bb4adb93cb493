import { expect, it, onTestFinished } from 'vitest'
import { packRequest, type Sender, sendPacked } from './sealed-fetch.ts'

it('takes nothing for a piece of an answer that is none', async () => {
  let port: MessagePort | undefined
  const link: Sender = {
    mind: () => () => undefined,
    async call(_method, _packed, [given]) {
      port = given as MessagePort
      const strange = [undefined, null, 'done', {}, { kind: 'more' }, { kind: 'chunk', chunk: 'text' }]
      const pieces = ['one', ' and two'].map((text) => ({
        kind: 'chunk',
        chunk: new TextEncoder().encode(text),
      }))
      port.onmessage = () => {
        for (const message of strange) port?.postMessage(message)
        port?.postMessage(pieces.shift() ?? { kind: 'done' })
      }
      return { status: 200, statusText: '', url: 'https://api.example/', headers: [] }
    },
  }
  onTestFinished(() => port?.close())
  const packed = await packRequest(new Request('https://api.example/'))
  const response = await sendPacked(link, { ...packed, epoch: 1 }, new AbortController().signal)
  expect(await response.text()).toBe('one and two')
})
