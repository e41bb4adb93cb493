import { describe, expect, it } from 'vitest'
import {
  isFlag,
  isHeader,
  isMoment,
  isNumber,
  isTarget,
  isText,
  listOf,
  maybe,
  oneOf,
  recordOf,
  type Shape,
  shape,
} from './shapes.ts'

const named = shape({ name: isText })

describe.each<[name: string, is: Shape, right: readonly unknown[], wrong: readonly unknown[]]>([
  ['a text', isText, ['', 'a'], [1, null, undefined, ['a']]],
  ['a number', isNumber, [0, -1.5], ['1', null, undefined]],
  ['a flag', isFlag, [true, false], ['true', 0, null, undefined]],
  ['a moment', isMoment, [0, 1_800_000_000_000], [Number.POSITIVE_INFINITY, Number.NaN, '1']],
  ['a header', isHeader, [['accept', '*/*']], [['accept'], ['a', 'b', 'c'], ['a', 1], 'ab', null]],
  ['a list', listOf(isText), [[], ['a', 'b']], [['a', 1], 'ab', { length: 0 }, null, undefined]],
  ['a record', recordOf(isText), [{}, { a: 'b' }], [{ a: 'b', c: 1 }, 'a', null, undefined]],
  ['one of several values', oneOf('a', null), ['a', null], ['b', undefined, ['a']]],
  ['a text or nothing', maybe(isText), ['a', undefined], [1, null]],
  [
    'an object with a name',
    named,
    [{ name: 'a' }, { name: 'a', age: 1 }],
    [{}, { name: 1 }, 'a', null, undefined],
  ],
  [
    'a target',
    isTarget,
    [{}, { resource: 'https://api.example', audience: 'api', scope: 'orders' }],
    [{ resource: 1 }, { audience: null }, { scope: ['orders'] }, 'orders', null],
  ],
])('%s', (_, is, right, wrong) => {
  it.each(right.map((value) => [value]))('may be %j', (value) => {
    expect(is(value)).toBe(true)
  })

  it.each(wrong.map((value) => [value]))('may not be %j', (value) => {
    expect(is(value)).toBe(false)
  })
})
