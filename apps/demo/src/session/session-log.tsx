import { clockTime } from '../clock-time.ts'
import { useSessionLog } from './use-session-log.ts'

/** The events of the session, as anything outside React would hear them. */
export function SessionLog() {
  const entries = useSessionLog()
  return (
    <div className="log" role="log" aria-label="Session log">
      {entries.length === 0 && <p className="hint">Nothing has happened yet.</p>}
      <ol reversed>
        {entries.map(({ id, at, name, text }) => (
          <li key={id}>
            <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time> <code>{name}</code> {text}
          </li>
        ))}
      </ol>
    </div>
  )
}
