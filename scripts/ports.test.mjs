import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeTakenPorts } from './ports.mjs'

const server = createServer()
let port = 0

beforeAll(async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  port = /** @type {import('node:net').AddressInfo} */ (server.address()).port
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

it('says how to get past a taken port', async () => {
  expect(await describeTakenPorts({ DEMO_PORT: port })).toMatch(
    new RegExp(`^Port ${port} is taken\\. .*DEMO_PORT=\\d+ npm start$`),
  )
})

it('says nothing about a free port', async () => {
  server.close()
  expect(await describeTakenPorts({ DEMO_PORT: port })).toBeUndefined()
})
