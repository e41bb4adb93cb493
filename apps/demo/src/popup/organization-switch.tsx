import { switchTo } from '@latchkey/core/popup'
import { useUser } from '@latchkey/react'
import { useState } from 'react'
import { auth } from '../auth.ts'
import { rememberOrganization } from '../chosen-organization.ts'
import { inPlainWords } from '../in-plain-words.ts'

const organizations = [
  { id: 'north', name: 'North' },
  { id: 'south', name: 'South' },
  { id: 'east', name: 'East, where you are no member' },
] as const

/** One person, several organisations. Whatever comes of it, there is a session all the time. */
export function OrganizationSwitch() {
  const current = useUser(({ organization }) => organization)
  const [problem, setProblem] = useState<unknown>()

  async function choose(organization: string) {
    setProblem(undefined)
    try {
      await switchTo(auth, { params: { organization } })
      rememberOrganization(organization)
    } catch (error) {
      setProblem(error)
    }
  }

  return (
    <section className="card" aria-labelledby="organization">
      <h2 id="organization">Switch the organization</h2>
      <p>You are here for: {organizations.find(({ id }) => id === current)?.name ?? 'none yet'}</p>
      <p className="actions">
        {organizations.map(({ id, name }) => (
          <button key={id} type="button" disabled={id === current} onClick={() => choose(id)}>
            {name}
          </button>
        ))}
      </p>
      {problem !== undefined && <p role="alert">{inPlainWords(problem)}</p>}
    </section>
  )
}
