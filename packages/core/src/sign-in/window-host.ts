import type { EventHub } from '../events.ts'
import type { Platform } from '../platform/ports.ts'
import type { AuthenticationFacts } from '../protocol/authentication-facts.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { StorageKeys } from '../storage-keys.ts'
import type { SignInContext } from './login.ts'
import type { LoginOptions } from './login-options.ts'

/** Where a client keeps its {@link WindowHost}. The same in every copy of this package. */
export const windowHost: unique symbol = Symbol.for('latchkey.window-host') as never

/**
 * What a client lends to the entry that signs in by another window: its surroundings, and a way into its engine. What
 * is done in there the entry brings along, so that who signs in by redirect does not load it.
 */
export interface WindowHost {
  readonly platform: Pick<Platform, 'clock' | 'page' | 'openChannel' | 'openWindow'>
  readonly events: Pick<EventHub<unknown>, 'emit'>
  /** How the person has authenticated, for a page that has to judge it without asking. */
  authentication(): AuthenticationFacts | undefined
  /** Runs `begin` with what the client is made of, once that is loaded. */
  begin(begin: BeginWindowSignIn, demand: WindowDemand): Promise<WindowSignIn>
  /** The window that is open, if any. */
  open?: OpenSignIn | undefined
}

/** What a sign-in in a window asks for. */
export interface WindowDemand {
  readonly options: LoginOptions
  /** See `CodeGrant`. */
  readonly expectedSubject?: string | undefined
  /** Whether whatever asks the provider later, in any tab of the session, is to ask for the same `params`. */
  readonly keepsParams?: boolean
}

/** A sign-in that this page has begun, and whose answer comes from a window. */
export interface WindowSignIn {
  readonly state: string
  /** Where to send the window. */
  readonly url: string
  /**
   * Signs in with the provider's answer.
   *
   * @throws {AuthError} whatever kept it from being finished
   * @throws the signal's reason, and then nobody is signed in by it
   */
  finish(answerUrl: string, signal: AbortSignal): Promise<void>
}

/** The window of a sign-in that is under way. */
export interface OpenSignIn {
  /** Tells what it asks for. */
  readonly key: string
  /** How it ends, for one more who waits for it. @throws the signal's reason: the others go on waiting */
  outcome(signal: AbortSignal | undefined): Promise<void>
  isOpen(): boolean
  focus(): void
  /** Another one takes its place. */
  giveUp(): void
}

/** What a client's engine is made of, as far as a sign-in needs it. */
export interface WindowSignInContext extends SignInContext<unknown> {
  readonly record: SessionRecordStore
  readonly keys: StorageKeys
}

/** How a sign-in in a window begins. */
export type BeginWindowSignIn = (context: WindowSignInContext, demand: WindowDemand) => Promise<WindowSignIn>
