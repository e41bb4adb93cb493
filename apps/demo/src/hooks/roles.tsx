import { useUser } from '@latchkey/react'
import type { Person } from '../person.ts'
import { HookCard } from './hook-card.tsx'

/** `roles` has a type, because the client was given a schema: see `person.ts`. */
export function Roles() {
  return (
    <HookCard hook="useUser(select)" about="One claim of the person, typed by the schema in person.ts.">
      <RoleList />
    </HookCard>
  )
}

function RoleList() {
  const roles = useUser<readonly string[], Person>(({ roles }) => roles)
  return <p>Your roles: {roles?.join(', ') || 'none'}</p>
}
