import { once } from 'node:events'
import { startProgram } from './program.ts'

/** A screen that nobody looks at. */
export interface VirtualScreen {
  /** Such as `:1`, for `DISPLAY`. */
  readonly display: string
  end(): Promise<void>
}

/** Starts an X server on a display that is free. */
export async function startVirtualScreen(): Promise<VirtualScreen> {
  const server = startProgram('Xvfb', [
    ...['-displayfd', '3'],
    ...['-screen', '0', '1280x1024x24'],
    ...['-nolisten', 'tcp'],
    // Without it the server starts over whenever its last client leaves, and turns the next one away meanwhile.
    '-noreset',
  ])
  // The server looks for a free display itself, and says which one once it is ready.
  const [number] = await Promise.race([once(server.answers, 'data'), server.failed])
  return { display: `:${String(number).trim()}`, end: server.end }
}
