import type { Chance } from './chance.ts'
import type { Weather } from './rotating-provider.ts'
import type { BrowserTab } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'

/** A request and what becomes of it. */
export interface NetworkRequest {
  readonly sender: BrowserTab
  /** Who sends it does not wait for ever: it may never hear of it again. */
  readonly mayHang?: boolean
  readonly signal?: AbortSignal | null | undefined
  /** Called once it is there, with what it changes there done before it returns. */
  answer(): Promise<Response>
  /** Called where it was answered, or may have been, and the sender will not know. */
  lost(): void
}

/** The network between a browser and a server that goes through the same weather. */
export interface Network {
  readonly weather: Weather & {
    /** How likely nobody ever hears of a request again, there or here. */
    silence: number
  }
  /** As `fetch`. */
  send(request: NetworkRequest): Promise<Response>
  /** Whether this sender waits for an answer. */
  isBusy(sender: BrowserTab): boolean
  /** Everything that is on its way gets lost. */
  cutOff(): void
  /** The sender is gone: what it alone had is gone too. */
  lose(sender: BrowserTab): void
}

/** So long after an answer others may not know of it yet. */
const newsMs = 250

interface Exchange {
  readonly sender: BrowserTab
  isAnswered: boolean
  lose(): void
  noteLost(): void
}

/** Makes a {@link Network}. */
export function createNetwork(timeline: Timeline, chance: Chance): Network {
  const weather: Network['weather'] = { isOnline: true, mood: 'well', loss: 0, silence: 0 }
  const exchanges = new Set<Exchange>()

  function delayMs(): number {
    if (weather.mood === 'slow') return chance.between(2000, 15_000)
    return chance.happens(0.8) ? chance.between(5, 400) : chance.between(5, 4000)
  }

  function isRefused(): boolean {
    return weather.mood === 'down' || weather.mood === 'busy'
  }

  function refusal(): Response {
    const headers = { 'retry-after': String(chance.between(1, 30)) }
    return weather.mood === 'busy'
      ? new Response('busy', { status: 429, headers })
      : new Response('down', { status: 503 })
  }

  const isBusy = (by: BrowserTab): boolean =>
    [...exchanges].some(({ sender, isAnswered }) => sender === by && !isAnswered)

  /** Of an answer that has to wait for another, such as for the keys that it is checked with, nobody else knows yet. */
  function forget(exchange: Exchange): void {
    if (!exchange.isAnswered) return
    if (isBusy(exchange.sender)) timeline.after(newsMs, () => forget(exchange))
    else exchanges.delete(exchange)
  }

  return {
    weather,
    send: ({ sender, mayHang = false, signal, answer, lost }) =>
      new Promise((resolve, reject) => {
        const totalMs = delayMs()
        const thereMs = chance.between(1, totalMs)
        let isSettled = false
        let isProcessed = false
        const settle = (by: () => void): void => {
          if (isSettled) return
          isSettled = true
          sender.deliver('network', by)
        }
        const exchange: Exchange = {
          sender,
          isAnswered: false,
          noteLost: lost,
          lose() {
            if (isSettled) return
            exchanges.delete(exchange)
            if (isProcessed) lost()
            settle(() => reject(new TypeError('Failed to fetch')))
          },
        }
        exchanges.add(exchange)
        signal?.addEventListener('abort', () => {
          if (exchange.isAnswered) return
          exchanges.delete(exchange)
          // What has arrived may still wait for a sender that was frozen: it is not to give that up.
          if (isProcessed && !isSettled) lost()
          isSettled = true
          reject(signal.reason)
        })
        if (!weather.isOnline || chance.happens(weather.loss)) {
          timeline.after(Math.min(thereMs, 100), exchange.lose)
          return
        }
        if (chance.happens(weather.silence) && mayHang) return
        timeline.after(thereMs, () => {
          // What the sender has given up, or has been told is lost, may have arrived all the same.
          if (isSettled) lost()
          isProcessed = !isRefused()
          const answered = isProcessed ? answer() : Promise.resolve(refusal())
          answered.catch(() => undefined) // told to the sender, if it is still there
          timeline.after(totalMs - thereMs, () => {
            if (chance.happens(weather.loss)) return exchange.lose()
            settle(() => {
              exchange.isAnswered = true
              answered.then(resolve, reject)
            })
            timeline.after(newsMs, () => forget(exchange))
          })
        })
      }),
    isBusy,
    cutOff() {
      for (const exchange of exchanges) if (!exchange.isAnswered) exchange.lose()
    },
    lose(lost) {
      for (const { sender, noteLost } of exchanges) if (sender === lost) noteLost()
    },
  }
}
