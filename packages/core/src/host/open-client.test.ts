import '../../test/loaded-engine.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { pageView as view } from '../../test/page-view.ts'
import { until } from '../../test/until.ts'
import { type HostedClient, openClient } from './open-client.ts'

const ports: MessagePort[] = []

afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

/** @param left gets the vault's ports whose client is gone */
function open(left: MessagePort[] = []): HostedClient {
  const options = { issuer: 'https://id.example.com', clientId: 'app', redirectUri: '/callback' }
  return openClient(
    { latchkey: 1, kind: 'hello', options, view, session: [], shared: [] },
    {
      createPorts: () => createFakePlatform(),
      serveVault(port) {
        ports.push(port)
        return () => void left.push(port)
      },
    },
    () => undefined,
  )
}

describe('a client that is stopped', () => {
  it('may not have been started: its page was by another host', () => {
    const client = open()
    expect(() => client.stop()).not.toThrow()
    client.dispose()
  })
})

describe('a client that is disposed of', () => {
  it('is gone for its vault at once, whatever of it is on its way', async () => {
    const left: MessagePort[] = []
    const client = open(left)
    client.start()
    const asked = client.run(
      { latchkey: 1, kind: 'call', id: 1, method: 'login', param: {}, view },
      AbortSignal.timeout(60_000),
      undefined,
    )
    asked.catch(() => undefined)
    await until(() => ports.length === 1)
    client.dispose()
    expect(left).toEqual(ports)
  })
})
