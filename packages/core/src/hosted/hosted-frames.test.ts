import { expect, it } from 'vitest'
import { createFakePlatform, settle } from '../../test/fake-platform.ts'
import { createHostedFrames } from './hosted-frames.ts'

it('has another frame by the number of one that went with its host, and hears what is said in that alone', async () => {
  const platform = createFakePlatform()
  const heard: unknown[] = []
  const frames = createHostedFrames({ openFrame: async () => platform.openFrame }, (...said) =>
    heard.push(said),
  )
  frames.show(1, 'https://example.com/one')
  await settle()
  frames.clear()
  frames.show(1, 'https://example.com/other')
  await settle()
  expect(platform.frames.map(({ url }) => url)).toEqual(['https://example.com/other'])
  platform.frames[0]?.say('hello')
  expect(heard).toEqual([[1, 'hello']])
  frames.show(1, undefined)
  frames.show(2, undefined)
  await settle()
  expect(platform.frames).toEqual([])
})
