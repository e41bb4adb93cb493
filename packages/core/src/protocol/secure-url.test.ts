import { expect, it } from 'vitest'
import { isSecureUrl } from './secure-url.ts'

it.each([
  'https://id.example',
  'https://10.0.0.1:8443/x',
  'http://localhost',
  'http://localhost:8080/realms/a',
  'http://LOCALHOST:3000',
  'http://id.localhost:3000',
  'http://127.0.0.1:3000',
  'http://127.8.9.10',
  'http://[::1]:3000',
])('takes %s as safe for credentials (RFC 8252 §8.3)', (url) => {
  expect(isSecureUrl(new URL(url))).toBe(true)
})

it.each([
  'http://id.example',
  'http://localhost.example',
  'http://notlocalhost',
  'http://127.0.0.1.example',
  'http://10.0.0.1',
  'http://[::2]',
  'http://0.0.0.0',
  'ws://localhost',
  'javascript:alert(1)',
  'data:text/plain,localhost',
  'blob:https://id.example/x',
])('takes %s as unsafe', (url) => {
  expect(isSecureUrl(new URL(url))).toBe(false)
})
