import { setTimeout as sleep } from 'node:timers/promises'
import { type BrowserContext, expect, type Page } from '@playwright/test'
import type { KeeperKind } from '../keeper-kind.ts'
import { consoleLines } from './console-lines.ts'
import { findIn, readBrowser } from './find-secrets.ts'
import { isTapped, type MessageTap, tapMessages, textsOfMessages } from './message-tap.ts'
import { type Readable, readPage } from './page-contents.ts'
import type { Secret } from './secret.ts'

const answerMs = 60_000

/** Looks for secrets where none may be. */
export interface LeakWatch {
  /** Watches another context too. */
  watch(context: BrowserContext): Promise<void>
  /** What can be read anywhere now and may not be, as in `refresh_token in localStorage`, sorted. */
  find(): Promise<readonly string[]>
  /** From now on, what is found there is part of what the test does. */
  allow(finding: string): void
  /** Fails where something is found that was not allowed. */
  check(): Promise<void>
}

/** What is looked for, and where it may be. */
interface LeakWatchContext {
  readonly keeper: KeeperKind
  /** The secrets that went between the app and its provider: it grows. */
  readonly passed: readonly Secret[]
}

/**
 * Watches every page of a context, tabs that open later included.
 *
 * @param isApp whether a page is the app's, by its address
 * @param readMore what else the app may write down
 */
export function watchForLeaks(
  first: Tapped,
  { keeper, passed, ...app }: LeakWatchContext & WatchedApp,
): LeakWatch {
  const watched: Watched[] = []

  function watch({ context, messages }: Tapped): void {
    const lines = consoleLines(context, isTapped)
    watched.push({ context, messages, lines })
  }

  async function read(): Promise<readonly Readable[]> {
    return (await Promise.all(watched.map((each) => readContext(each, app)))).flat()
  }

  watch(first)
  return {
    ...createLeakWatch({ keeper, passed, read }),
    watch: async (context) => watch({ context, messages: await tapMessages(context) }),
  }
}

/** The same for whatever can be read. */
export function createLeakWatch({
  keeper,
  passed,
  read,
}: LeakWatchContext & { readonly read: () => Promise<readonly Readable[]> }): Omit<LeakWatch, 'watch'> {
  const allowed = new Set([
    ...spent,
    ...toldToVault,
    ...(keeper === 'sealed vault' ? [] : ['access_token in worker messages']),
    // That is where it rests: it is worth nothing without a key that cannot leave.
    ...(keeper === 'at rest' ? ['refresh_token in IndexedDB'] : []),
  ])

  async function find(): Promise<readonly string[]> {
    if (passed.length === 0) return []
    const secrets = [...new Map(passed.map((secret) => [secret.value, secret])).values()]
    return findIn(await read(), secrets).filter((finding) => !allowed.has(finding))
  }

  return {
    find,
    allow: (finding) => allowed.add(finding),
    check: async () => expect(await find(), 'secrets that can be read').toEqual([]),
  }
}

/** What a sign-in leaves behind: the code is spent by then. */
const spent = [
  // The addresses that a page and a frame in it were loaded from: nothing can change them.
  'code in timing',
  // A router may have looked at the address before <Callback> was rendered, and remembers what it saw.
  'code in objects',
  // A sign-in's window tells it to the page that opened it, which alone has the verifier: `opener` may be cut.
  'code in channel messages',
]

/** What passes between a page and its vault: the page takes it to the provider and back. Refresh tokens do not. */
const toldToVault = [
  'code in worker messages',
  'code_verifier in worker messages',
  'id_token in worker messages',
]

/** A context, and what its pages say to each other. */
interface Tapped {
  readonly context: BrowserContext
  readonly messages: MessageTap
}

interface Watched extends Tapped {
  readonly lines: readonly string[]
}

interface WatchedApp {
  readonly isApp: (url: string) => boolean
  readonly readMore?: (page: Page) => Promise<readonly Readable[]>
}

async function readContext(
  { context, lines, messages }: Watched,
  app: WatchedApp,
): Promise<readonly Readable[]> {
  const tabs = await Promise.all(context.pages().map((page) => inTime(readTab(page, app, lines), page)))
  return [...tabs.flat(), ...textsOfMessages(messages)]
}

async function readTab(
  page: Page,
  { isApp, readMore = async () => [] }: WatchedApp,
  lines: readonly string[],
): Promise<readonly Readable[]> {
  const contents = await readBrowser(page, lines)
  if (!isApp(page.url())) return contents
  return [...contents, ...(await readPage(page)), ...(await readMore(page))]
}

/** A page that is frozen answers nobody. */
function inTime<T>(answer: Promise<T>, page: Page): Promise<T> {
  return Promise.race([
    answer,
    sleep(answerMs, undefined, { ref: false }).then(() => {
      throw new Error(`The page at ${page.url()} does not say what it holds.`)
    }),
  ])
}
