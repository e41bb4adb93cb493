import { expect, it } from 'vitest'
import { plainOptions } from './plain-options.ts'

it('takes options as they are', () => {
  const options = { returnTo: '/orders' }
  expect(plainOptions(options)).toBe(options)
})

it.each<[string, unknown]>([
  ['a browser’s event', new Event('click')],
  [
    'an event of a library’s',
    new (class {
      type = 'click'
    })(),
  ],
  ['a list', [{ returnTo: '/orders' }]],
  ['text', '/orders'],
  ['null', null],
  ['nothing', undefined],
])('takes none from %s', (_, value) => {
  expect(plainOptions(value as object)).toBeUndefined()
})
