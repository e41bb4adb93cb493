import { expectTypeOf } from 'vitest'
import type { AuthClient, User } from '../index.ts'
import { createHostedClient, type HostedOptions, type HostWorker } from './index.ts'

const worker = (): SharedWorker => new SharedWorker('/auth-host.js')
const fallback = (): Worker => new Worker('/auth-host.js')
const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback', worker, fallback }

// Those of a client that are plain data, with the browser's own workers.
expectTypeOf(options).toExtend<HostedOptions>()
expectTypeOf<Worker>().toExtend<HostWorker>()
expectTypeOf({ ...options, sealed: true, apis: ['https://api.example'] }).toExtend<HostedOptions>()
const endpoints = { authorization: 'https://id.example/auth', token: 'https://id.example/token' }
expectTypeOf({
  endpoints,
  clientId: 'app',
  redirectUri: '/callback',
  worker,
  fallback,
}).toExtend<HostedOptions>()

// A client like any other, of a user of the app's own where it says so.
interface Member {
  sub: string
  role: string
}
expectTypeOf(createHostedClient(options)).toEqualTypeOf<AuthClient<User>>()
expectTypeOf(createHostedClient<Member>(options).getState().user).toEqualTypeOf<Member | undefined>()

// Never without what the page itself needs.
expectTypeOf<Omit<typeof options, 'worker'>>().not.toExtend<HostedOptions>()
expectTypeOf<Omit<typeof options, 'fallback'>>().not.toExtend<HostedOptions>()
expectTypeOf<Omit<typeof options, 'clientId'>>().not.toExtend<HostedOptions>()
expectTypeOf<Omit<typeof options, 'redirectUri'>>().not.toExtend<HostedOptions>()
expectTypeOf<Omit<typeof options, 'issuer'>>().not.toExtend<HostedOptions>()

// @ts-expect-error A function cannot travel.
createHostedClient({ ...options, loadUser: async () => ({ sub: 'alice' }) })
// @ts-expect-error Nobody in a worker sees what the person does.
createHostedClient({ ...options, idleTimeoutSeconds: 60 })
// @ts-expect-error It is one.
createHostedClient({ ...options, vault: { worker } })
// @ts-expect-error That takes a frame of the page's.
createHostedClient({ ...options, watchProviderSession: true })
// @ts-expect-error There is no such option.
createHostedClient({ ...options, fallbak: fallback })
