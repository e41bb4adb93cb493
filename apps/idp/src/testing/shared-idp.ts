import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { IdpOptions } from '../idp-options.ts'
import type { Idp } from '../start-idp.ts'
import { startIdp } from '../start-idp.ts'
import { appOrigins } from './app.ts'

/** One provider on free ports for all tests of a file; read it inside a test. */
export function useSharedIdp(options: Partial<IdpOptions> = {}): { readonly current: Idp } {
  let idp: Idp | undefined

  beforeAll(async () => {
    idp = await startIdp({ port: 0, apiPort: 0, appOrigins, ...options })
  })
  beforeEach(() => idp?.clearRequests())
  afterAll(() => idp?.stop())

  return {
    get current() {
      if (!idp) throw new Error('The provider runs only while tests do.')
      return idp
    },
  }
}
