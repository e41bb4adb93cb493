import type { Engine } from './engine.ts'

export type EngineName = 'firefox' | 'webkit'

/** Starts an engine from nothing. Its driver is loaded only here: each is large, and a run of tests needs one. */
export async function startEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'firefox':
      return (await import('./firefox.ts')).startFirefox()
    case 'webkit':
      return (await import('./webkit.ts')).startWebKit()
  }
}
