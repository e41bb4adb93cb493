import { act } from '@testing-library/react'
import { onTestFinished } from 'vitest'
import { settle } from '../../core/test/fake-platform.ts'
import type { Scene } from '../../core/test/signed-in.ts'
import { arriveAtCallback, type WindowSceneOptions } from './window-scene.ts'

/** A page of the app where Alice is signed in. */
export async function openSignedIn(path: string, options: WindowSceneOptions = {}): Promise<Scene> {
  const scene = await arriveAtCallback(options)
  await scene.auth.handleCallback()
  history.replaceState(null, '', path)
  return scene
}

const toDispose = new Set<() => void>()

/** Has a router that listens to the window let go of it, at the latest when the test ends. */
export function disposable<TRouter extends { dispose(): void }>(router: TRouter): TRouter {
  toDispose.add(() => router.dispose())
  onTestFinished(leavePage)
  return router
}

/** The page is gone, and with it what it listened to. */
export function leavePage(): void {
  for (const dispose of toDispose) dispose()
  toDispose.clear()
}

/** Lets everything that is ready run, React's updates included. */
export function settled(): Promise<void> {
  return act(settle)
}
