import { useUser } from '@latchkey/react'
import { startTransition, useActionState } from 'react'
import { getCaller } from '../api.ts'
import { configuration } from '../configuration.ts'
import { inPlainWords } from '../in-plain-words.ts'
import { InSessionPanel } from '../session/in-session-panel.tsx'

/** Something that nobody wants to write twice. Saving it needs an access token. */
export function NoteForm() {
  const name = useUser(({ name, sub }) => name ?? sub)
  const [said, save, isSaving] = useActionState(saveNote, undefined)
  return (
    <form
      className="card"
      aria-labelledby="note-heading"
      onSubmit={(event) => {
        // Not the form's `action`, which would empty it.
        event.preventDefault()
        startTransition(save)
      }}
    >
      <h2 id="note-heading">A note by {name}</h2>
      <p className="field">
        <label htmlFor="note">Your note</label>
        <textarea id="note" name="note" rows={3} />
      </p>
      <p className="actions">
        <button type="submit" className="primary" aria-disabled={isSaving}>
          Save
        </button>
      </p>
      <p role="status">{isSaving ? 'Saving …' : said}</p>
      <p className="hint">
        To lose the session under it:{' '}
        <a href={`${configuration.issuer}/session/end`} target="_blank" rel="noreferrer">
          sign out at the provider
        </a>
        , press “Expire now” <InSessionPanel />, and save.
      </p>
    </form>
  )
}

/** The API of this demo keeps no notes: that it answers is what counts here. */
async function saveNote(): Promise<string> {
  try {
    const { name, subject } = await getCaller()
    return `Saved for ${name ?? subject}.`
  } catch (error) {
    return inPlainWords(error)
  }
}
