import fc from 'fast-check'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { answer, issuer } from '../../test/fuzz/exchange.ts'
import { almost, almostText, hostileJson, hostileText, jsonText } from '../../test/fuzz/hostile.ts'
import { itHolds, must } from '../../test/fuzz/it-holds.ts'
import { otherAuthorizationServer } from './resource-metadata.ts'

const requestUrl = 'https://api.example/orders/1'
const metadataUrl = 'https://api.example/.well-known/oauth-protected-resource/orders'
const right = {
  resource: 'https://api.example/orders',
  authorization_servers: ['https://other.example', 'https://b.example'],
}
const values = fc.oneof(
  hostileJson,
  fc.constantFrom<unknown>(requestUrl, 'https://api.example', 'http://other.example', issuer, [
    'javascript:alert(1)',
  ]),
)

itHolds(
  'believes an API about nothing but itself, and names only servers that are safe to go to (RFC 9728 §3.3)',
  {
    of: 'resource-metadata',
    inputs: fc.record({
      body: fc.oneof(
        { weight: 4, arbitrary: almost(right, values, { names: Object.keys(right) }).map(jsonText) },
        almostText(JSON.stringify(right)),
        hostileText,
      ),
      url: fc.oneof({ weight: 3, arbitrary: fc.constant(metadataUrl) }, almostText(metadataUrl), hostileText),
      status: fc.constantFrom(200, 200, 200, 404, 500),
    }),
  },
  async ({ body, url, status }) => {
    const asked: Request[] = []
    const { clock } = createFakePlatform()
    const send = async (request: Request): Promise<Response> => {
      asked.push(request)
      return answer(body, status)
    }
    const error = await otherAuthorizationServer(requestUrl, url, {
      issuer,
      platform: { clock, send },
      requestTimeoutMs: 1000,
    })
    must(
      asked.every((request) => request.url.startsWith('https://api.example/')),
      'only the API is asked',
    )
    must(
      asked.every(({ headers }) => !headers.has('authorization')),
      'without a token',
    )
    if (!error) return
    must(status === 200, 'it has said so')
    const { resource } = JSON.parse(new TextDecoder().decode(new TextEncoder().encode(body)))
    const { origin, pathname } = new URL(resource)
    const below = `${requestUrl}/`.startsWith(`${origin}${pathname.replace(/\/$/, '')}/`)
    must(below, 'it speaks of what was asked for, or of what that lies below')
    must(error.message.length < 1000, 'somebody can read it')
    const servers = error.authorizationServers
    must(servers.length > 0 && servers.length <= 10 && !servers.includes(issuer), 'they are others')
    must(
      servers.every((server) => /^https:\/\//i.test(new URL(server).href)),
      'they are safe to go to',
    )
  },
)
