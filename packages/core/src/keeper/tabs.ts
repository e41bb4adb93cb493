import { noteFound } from '../lost-session.ts'
import type { Platform } from '../platform/ports.ts'
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.ts'
import { startDeadline } from '../protocol/deadline.ts'
import type { UserInfo } from '../protocol/token-set.ts'
import type { SessionRecord, SessionRecordStore } from '../session-record.ts'
import type { TabLine } from '../tab-line.ts'
import { parseTabMessage, type TabMessage } from '../tab-message.ts'
import { type HeldTokens, lend } from './held-tokens.ts'
import { packTokens, unpackTokens, unpackUserInfo } from './packed-tokens.ts'
import { type Recipient, type Sealing, webCryptoSealing } from './sealing.ts'
import type { TabMarks } from './tab-marks.ts'
import { createTurns, type Turns } from './turns.ts'

/** What a keeper shares with those of other tabs, and through what. */
export interface TabsContext {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'locks' | 'page'>
  readonly line: TabLine
  readonly record: SessionRecordStore
  readonly instanceId: string
  /** How long another tab may hold the lock, in milliseconds. */
  readonly lockTimeoutMs: number
  /**
   * `all`: whoever asks gets everything. `lend`: others get no refresh token, and are renewed for. `nothing`:
   * the tokens stay here.
   */
  readonly gives: 'all' | 'lend' | 'nothing'
  /** Default: nobody says beforehand who has something to give. */
  readonly marks?: TabMarks
  /** Default: by WebCrypto. */
  readonly sealing?: Sealing
}

/** What a keeper does about other tabs. */
export interface TabsListener {
  /** What may be handed over. */
  held(): HeldTokens | undefined
  /** What goes with them of the person. */
  userInfo(): UserInfo | undefined
  /** Another tab has asked who this is. */
  described(epoch: number, userInfo: UserInfo): void
  /** Another tab has handed tokens over: because we asked, in time or too late, or because they are new. */
  received(held: HeldTokens): void
  /** Another tab told something else. */
  heard(message: TabMessage): void
}

/** The other tabs, as a keeper sees them. */
export interface Tabs extends Turns {
  /**
   * Asks for tokens; settles when the newest that are known of were received, or when nobody has them in time. Whoever
   * says that an answer is coming is waited for longer.
   *
   * @param patienceMs how long nobody may say anything, in milliseconds. Default: 200
   */
  ask(patienceMs?: number): Promise<void>
  /** Whether other tabs may have the tokens of this sign-in too. */
  isShared(epoch: number): boolean
  /** Hands new tokens to the tabs that are in their session, and to no others. Where none are given, tells that there are. */
  publish(held: HeldTokens): Promise<void>
  /** Tells them who this is. */
  describe(epoch: number, userInfo: UserInfo): Promise<void>
  tell(message: TabMessage): void
}

interface Question {
  readonly recipient: Recipient
  /** Somebody has heard it, and has what is asked for. */
  heard(): void
  answered(): void
}

/** A tab in the background may take a moment. Who answers later is listened to all the same. */
const answerPatienceMs = 200
/** Who has said that an answer is coming is there, and only slow. A page that looks for its session has 2 seconds. */
const comingPatienceMs = 1500
const mostQuestions = 8
const keyBytes = 32

/** Makes {@link Tabs}. Opens nothing yet. */
export function createTabs(context: TabsContext, listener: TabsListener): Tabs {
  const { platform, line, record, gives, marks, sealing = webCryptoSealing } = context
  const { clock, random, locks, page } = platform
  const questions = new Map<string, Question>()
  /** What the tokens of one sign-in are sealed with between the tabs that have them. */
  let shared: { readonly epoch: number; readonly key: Uint8Array } | undefined

  const isShared = (epoch: number): boolean => shared?.epoch === epoch
  const turns = createTurns({ ...context, isShared })

  /** Without locks two tabs would send one refresh token, so nothing is shared then (RFC 9700 §4.14.2). */
  const canShare = (): boolean =>
    locks.exist() && page.isSecureContext() && record.isWritable() && line.exists()

  const given = (held: HeldTokens): string =>
    packTokens(gives === 'lend' ? lend(held) : held, listener.userInfo())

  /** For the tabs that are in this sign-in, and for no others. */
  async function tellSealed(kind: 'tokens' | 'described', epoch: number, text: () => string): Promise<void> {
    if (gives === 'nothing' || shared?.epoch !== epoch) return
    line.tell({ kind, epoch, ...(await sealing.seal(text(), shared.key)) })
  }

  async function answer(ask: string, publicKey: ArrayBuffer): Promise<void> {
    const held = listener.held()
    if (!held || gives === 'nothing' || !canShare()) return
    // Whoever asked in vain before has taken it away.
    marks?.set(true)
    // Whoever asked in vain before has said that it is lost.
    noteFound(record, held.epoch)
    if (shared?.epoch !== held.epoch) shared = { epoch: held.epoch, key: random.bytes(keyBytes) }
    // On a busy machine, sealing takes its time.
    if (!isOlder(held, record.read())) line.tell({ kind: 'answering', ask })
    const text = JSON.stringify({ key: encodeBase64url(shared.key), held: given(held) })
    const { senderKey, sealed } = await sealing.sealFor(publicKey, text)
    line.tell({ kind: 'answer', ask, senderKey, ...sealed })
  }

  async function receiveAnswer(message: TabMessage & { kind: 'answer' }): Promise<void> {
    const question = questions.get(message.ask)
    if (!question) return
    const { key, held: packed } = JSON.parse(await question.recipient.open(message, message.senderKey))
    const held = unpackTokens(packed, clock)
    if (!held) return
    // Before it is taken over: whoever refreshes it from then on shares it.
    const before = shared
    shared = { epoch: held.epoch, key: decodeBase64url(key) }
    listener.received(held)
    if (listener.held()?.epoch !== held.epoch) shared = before
    if (!isOlder(held, record.read())) question.answered()
  }

  async function receiveSealed(message: TabMessage & { kind: 'tokens' | 'described' }): Promise<void> {
    const { kind, epoch } = message
    if (shared?.epoch !== epoch) return
    const text = await sealing.openSealed(message, shared.key)
    if (kind === 'tokens') {
      const held = unpackTokens(text, clock)
      if (held) listener.received(held)
    } else {
      const userInfo = unpackUserInfo(text)
      if (userInfo) listener.described(epoch, userInfo)
    }
  }

  function respond(message: TabMessage): Promise<void> | undefined {
    switch (message.kind) {
      case 'ask':
        return answer(message.ask, message.publicKey)
      case 'answering':
        questions.get(message.ask)?.heard()
        return undefined
      case 'answer':
        return receiveAnswer(message)
      case 'tokens':
      case 'described':
        return receiveSealed(message)
      default:
        listener.heard(message)
        return undefined
    }
  }

  // What cannot be opened or read was not meant for us, or is not from a Latchkey.
  line.onMessage((said) => {
    const message = parseTabMessage(said)
    if (message) void respond(message)?.catch(() => undefined)
  })

  return {
    async ask(patienceMs = answerPatienceMs) {
      if (!canShare()) return
      const recipient = await sealing.createRecipient()
      const release = line.hold()
      const ask = encodeBase64url(random.bytes(12))
      const marked = marks?.others() ?? []
      await new Promise<void>((resolve) => {
        let isOver = false
        const settle = (): void => {
          isOver = true
          cancel()
          resolve()
        }
        let cancel = startDeadline(clock, patienceMs, () => {
          marks?.remove(marked)
          settle()
        })
        for (const old of [...questions.keys()].slice(0, 1 - mostQuestions)) questions.delete(old)
        questions.set(ask, {
          recipient,
          heard() {
            if (isOver) return
            cancel()
            cancel = startDeadline(clock, Math.max(patienceMs, comingPatienceMs), settle)
          },
          answered: settle,
        })
        line.tell({ kind: 'ask', ask, publicKey: recipient.publicKey })
      })
      release()
    },

    isShared,

    exclusively: turns.exclusively,

    async publish(held) {
      const { epoch, refreshes, rotation } = held
      // Whoever has handed them to a sealed vault still has those that are spent now.
      if (gives === 'nothing' && isShared(epoch)) line.tell({ kind: 'renewed', epoch, refreshes, rotation })
      await tellSealed('tokens', epoch, () => given(held))
    },

    describe: (epoch, userInfo) => tellSealed('described', epoch, () => JSON.stringify(userInfo)),

    tell: line.tell,
  }
}

function isOlder(one: HeldTokens, other: SessionRecord): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.refreshes < other.refreshes)
}
