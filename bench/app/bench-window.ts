import type { TokenCalls } from './contestant.ts'

/** What the page and the measuring program tell each other. */
export interface BenchWindow {
  /** Where the provider and its API are: the server of the page writes it into the page. */
  readonly issuer: string
  readonly apiUrl: string
  readonly clientId: string
  /** How often the component with the name was rendered. */
  renders: number
  calls?: TokenCalls
  /** Written by a measure, to know later whether the page is still the same. */
  isSamePage?: boolean
}

declare global {
  interface Window {
    readonly bench: BenchWindow
  }
}
