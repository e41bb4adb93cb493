import { ThreadsPoolWorker } from 'vitest/node'

/**
 * Keeps the thread of a project from one mutant to the next, with the sources loaded in it: loading them takes many
 * times as long as the tests that notice a mutant. A mutant that counts when its module is loaded has a thread of its own.
 *
 * @type {import('vitest/config').Plugin}
 */
export const keptThreads = {
  name: 'kept-threads',
  configureVitest({ project }) {
    project.config.pool = 'kept-threads'
    project.config.poolRunner = {
      name: 'kept-threads',
      createPoolWorker: (options) => new KeptThread(options),
    }
  },
}

/** A mutant that took longer has left something behind that waits: what comes later is not to meet it. */
const longestMs = 5000
/** Test files are loaded anew each time, and what they were before stays in memory. */
const mostRuns = 200

/**
 * @typedef {import('vitest/node').PoolWorker} PoolWorker
 * @typedef {{ worker: ThreadsPoolWorker, runs: number }} Kept
 * @typedef {{ __vitest_worker_response__?: true, type?: string, error?: unknown, m?: string }} Message what a thread says:
 * how it goes with a run, or a call (`m` names its method)
 * @typedef {(message: Message) => void} Listener
 */

/** @type {Map<import('vitest/node').TestProject, Kept>} */
const parked = new Map()

/** @implements {PoolWorker} */
class KeptThread {
  name = 'kept-threads'
  /** @type {import('vitest/node').PoolOptions} */
  #options
  /** @type {Kept | undefined} */
  #kept
  #isNew = true
  #isFit = true
  /** When the run began that is not over. */
  #runningSince = 0
  /** @type {unknown} */
  #config
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map()

  /** @param {import('vitest/node').PoolOptions} options */
  constructor(options) {
    this.#options = options
  }

  async start() {
    const { project } = this.#options
    const { mode, mutantActivation } = project.getProvidedContext()
    this.#isFit = !project.config.isolate && mode === 'mutant' && mutantActivation === 'runtime'
    const kept = this.#isFit ? parked.get(project) : undefined
    this.#isNew = kept === undefined
    if (kept) parked.delete(project)
    this.#kept = kept ?? { worker: new ThreadsPoolWorker(this.#options), runs: 0 }
    if (this.#isNew) await this.#kept.worker.start()
    this.#kept.runs += 1
    if (this.#kept.runs >= mostRuns) this.#isFit = false
    this.on('message', this.#listen)
  }

  /** @param {import('vitest/node').WorkerRequest} message */
  send(message) {
    switch (message.type) {
      case 'start':
        this.#config = message.context.config
        if (!this.#isNew) return this.#answer('started')
        break
      case 'run':
        this.#runningSince = performance.now()
        // What a thread was started with says which tests its first mutant was for.
        return this.#worker.send({
          ...message,
          context: Object.assign({ config: this.#config }, message.context),
        })
      case 'stop':
        // Vitest gives up a run at the first failure, which the thread may be busy with still.
        if (this.#isFit && !this.#runningSince) return this.#answer('stopped')
        break
    }
    this.#worker.send(message)
  }

  async stop() {
    for (const [event, listeners] of this.#listeners) {
      for (const listener of listeners) this.#worker.off(event, listener)
    }
    if (this.#isFit && !this.#runningSince && this.#kept) parked.set(this.#options.project, this.#kept)
    else await this.#worker.stop()
  }

  /**
   * @param {string} event
   * @param {Listener} listener
   */
  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener))
    this.#worker.on(event, listener)
  }

  /**
   * @param {string} event
   * @param {Listener} listener
   */
  off(event, listener) {
    this.#listeners.get(event)?.delete(listener)
    this.#worker.off(event, listener)
  }

  /** @param {unknown} data */
  deserialize(data) {
    return data
  }

  get #worker() {
    if (!this.#kept) throw new Error('The thread was not started.')
    return this.#kept.worker
  }

  /** @type {Listener} */
  #listen = (message) => {
    // An error that belongs to no test may come again, for another mutant.
    if (message.error || message.m === 'onUnhandledError') this.#isFit = false
    if (message.type !== 'testfileFinished') return
    if (performance.now() - this.#runningSince > longestMs) this.#isFit = false
    this.#runningSince = 0
  }

  /** @param {'started' | 'stopped'} type */
  #answer(type) {
    queueMicrotask(() => {
      for (const listener of this.#listeners.get('message') ?? []) {
        listener({ __vitest_worker_response__: true, type })
      }
    })
  }
}
