import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { createLimitRecordStore } from './limit-record.ts'

const record = { epoch: 1.5, startedAt: 1000, activeAt: 2000 }

describe('what tabs tell each other of the time of a session', () => {
  it('is read as it was written, by every tab, for that sign-in alone', () => {
    const { shared } = createFakePlatform()
    const [one, other] = [createLimitRecordStore(shared, 'limits'), createLimitRecordStore(shared, 'limits')]
    expect([one.read(), one.of(1.5)]).toEqual([undefined, undefined])
    one.write(record)
    for (const tab of [one, other])
      expect([tab.read(), tab.of(1.5), tab.of(2.5)]).toEqual([record, record, undefined])
    other.write({ ...record, activeAt: 3000 })
    expect(one.read()?.activeAt).toBe(3000)
  })

  it('is what this page knows of its own session, where another tab has written of another', () => {
    const { shared } = createFakePlatform()
    const [one, other] = [createLimitRecordStore(shared, 'limits'), createLimitRecordStore(shared, 'limits')]
    one.write(record)
    const later = { epoch: 2.5, startedAt: 5000, activeAt: 6000 }
    other.write(later)
    expect([one.read(), one.of(1.5), one.of(2.5)]).toEqual([later, record, later])
    expect(other.of(1.5)).toBeUndefined()
  })

  it('is what this page knows, where site data is blocked', () => {
    const platform = createFakePlatform()
    const [one, other] = ['limits', 'limits'].map((key) => createLimitRecordStore(platform.shared, key))
    platform.blockStorage()
    one?.write(record)
    expect([one?.read(), one?.of(1.5), other?.read()]).toEqual([record, record, undefined])
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '[1,'],
    ['no list', '{"0":1,"1":2,"2":3}'],
    ['no value', 'null'],
    ['text', '"123"'],
    ['a number', '123'],
    ['too little', '[1,2]'],
    ['no epoch', '["1",2,3]'],
    ['no beginning', '[1,null,3]'],
    ['an activity that is text', '[1,2,"3"]'],
    ['an activity before there was time', '[1,2,-3]'],
    ['an epoch that has no next', '[1e308,2,3]'],
    ['a beginning at no time', '[1,1e999,3]'],
  ])('counts as absent where it is %s', (_what, text) => {
    const { shared } = createFakePlatform()
    shared.set('limits', text)
    const { read, of } = createLimitRecordStore(shared, 'limits')
    expect([read(), of(1)]).toEqual([undefined, undefined])
  })
})
