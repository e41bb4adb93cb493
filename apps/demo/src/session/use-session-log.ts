import { useAuthClient } from '@latchkey/react'
import { useEffect, useReducer } from 'react'
import { describeEvent, type EventName } from './describe-event.ts'

/** One thing that happened. */
export interface LogEntry {
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly name: EventName
  readonly text: string
  /** As it was told: React’s developer tools show it. */
  readonly event: unknown
}

const mostEntries = 20
const eventNames = Object.keys(describeEvent) as EventName[]

/** What has happened to the session since the page was loaded, newest first. */
export function useSessionLog(): readonly LogEntry[] {
  const { on } = useAuthClient()
  const [entries, add] = useReducer(withNewest, [])
  useEffect(() => {
    const listen = <Name extends EventName>(name: Name) =>
      on(name, (event) => add({ at: Date.now(), name, text: describeEvent[name](event), event }))
    const stops = eventNames.map(listen)
    return () => {
      for (const stop of stops) stop()
    }
  }, [on])
  return entries
}

function withNewest(before: readonly LogEntry[], entry: Omit<LogEntry, 'id'>): readonly LogEntry[] {
  const id = (before[0]?.id ?? 0) + 1
  return [{ id, ...entry }, ...before].slice(0, mostEntries)
}
