import { noBrowser, throwNotLoaded } from '../errors.ts'
import { createLiveLink } from '../live-link.ts'
import type { HostedPage, PageView } from '../platform/hosted-ports.ts'
import { signInKey } from '../storage-keys.ts'
import { untilOpened } from '../until-awake.ts'
import { unpackError } from '../vault/plain-error.ts'
import { findHost } from './find-host.ts'
import { again, type HostAnswer, type HostLink } from './host-link.ts'
import { createHostedFrames } from './hosted-frames.ts'
import type { HostedOptions } from './hosted-options.ts'
import type { HostedMethod, HostMessage } from './messages.ts'

/** What a page and the host of its client have to do with each other. */
export interface CurrentHostContext {
  readonly options: HostedOptions
  readonly page: HostedPage
  /** The front of every key of the client. */
  readonly prefix: string
  /** Whether it is the callback's address. */
  isCallback(url: string): boolean
  isSignedIn(): boolean
  /** Whom the page shows. */
  who(): string | undefined
  /** Gets what a host says about the session. What it has the page do, is done. */
  hear(message: HostMessage): void
  /** A host is there, which was not before. */
  found(link: HostLink): void
}

/** The host that has this page's client now: one that is gone is replaced by the next that is asked of it. */
export interface CurrentHost {
  /** The link to it, made where there is none. @throws {AuthError} there can be none */
  reach(): Promise<HostLink>
  /**
   * Has the client do something.
   *
   * @throws {AuthError} it cannot be asked; how it fails is an answer
   * @throws the signal's reason
   */
  ask(method: HostedMethod, param: object | string | undefined): Promise<HostAnswer>
  /** Uses the link, if there is one. Whoever wanted it is told if there can be none. */
  use(use: (link: HostLink) => void): void
  tell(message: Parameters<HostLink['post']>[0]): void
  /** Whether it has been asked for: nobody makes a worker for what can wait. */
  isWanted(): boolean
  /** The page, with the provider's answer in its address until the host has told the two apart. */
  view(): PageView
}

/** Makes a {@link CurrentHost}. Connects to nothing yet. */
export function createCurrentHost(context: CurrentHostContext): CurrentHost {
  const { options, page, prefix, isCallback, isSignedIn, who, hear, found } = context
  const { worker, fallback, ...sent } = options
  const { reach, latest } = createLiveLink(connect)
  const frames = createHostedFrames(page, (frame, message) => tell({ kind: 'said', frame, message }))
  /** The page's URL, with a provider's answer in it that has left the address bar. */
  let answered: string | undefined

  const view = (): PageView => ({ ...page.view(), ...(answered !== undefined && { href: answered }) })

  async function connect(): Promise<HostLink> {
    if (!page.exists()) throw noBrowser()
    takeAnswer(view().href)
    // One that is loaded ahead of time is given no worker of all tabs, ever.
    await untilOpened({ isPrerendering: () => page.view().isPrerendering, onWake: page.onLife })
    frames.clear()
    const [session, shared] = [page.entries('session', prefix), page.entries('shared', prefix)]
    const link = await findHost({
      workers: { worker, fallback },
      isSignedIn: isSignedIn(),
      setTimer: page.setTimer,
      prefix,
      view,
      hear: take,
      hello: { options: sent, view: view(), session, shared },
    })
    found(link)
    return link
  }

  /**
   * Before the first await: nothing that runs later may read the code from the address bar. What is the app's in the
   * address is back as soon as the host has told the two apart.
   */
  function takeAnswer(url: string): void {
    const state = isCallback(url) && new URL(url).searchParams.get('state')
    // What was not begun in this tab may be somebody else's.
    if (!state || page.read('session', signInKey(prefix) + state) === undefined) return
    answered = url
    page.go('replace', url.replace(/[?#].*/, ''))
  }

  function take(message: HostMessage): void {
    if (message.kind === 'go') {
      answered = undefined
      page.go(message.how, message.url)
    } else if (message.kind === 'store') page.store(message.where, message.key, message.value)
    else if (message.kind === 'frame') frames.show(message.frame, message.url)
    else hear(message)
  }

  function use(use: (link: HostLink) => void): void {
    latest()?.then(use, () => undefined) // told to whoever needed the host
  }

  function tell(message: Parameters<HostLink['post']>[0]): void {
    use(({ post }) => post(message))
  }

  return {
    reach,
    async ask(method, param) {
      // As it is asked: the page may show somebody else when it has found its host.
      const asked = who()
      const { signal, ...fields } = Object(param) as { readonly signal?: AbortSignal }
      const plain = typeof param === 'object' ? fields : param
      try {
        return await again(async () => (await reach()).call(method, plain, { who: asked, signal }))
      } catch (error) {
        if ((error as Error).name !== 'DataCloneError') throw error
        const { notSent } = await import('./problems.ts').catch(throwNotLoaded)
        throw unpackError(notSent(fields))
      }
    },
    use,
    tell,
    isWanted: () => latest() !== undefined,
    view,
  }
}
