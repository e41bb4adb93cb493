import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach } from 'vitest'
import { guardConsole } from './console-guard.ts'

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

// Nothing waits this long: it is how long a broken test takes to say so on a busy machine.
configure({ reactStrictMode: true, asyncUtilTimeout: 20_000 })

beforeEach(guardConsole)

beforeEach(() => {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true
  history.replaceState(null, '', '/')
})

afterEach(cleanup)
