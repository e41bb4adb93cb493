import { useId, useState } from 'react'
import { Draft } from './draft.tsx'
import { createTenants, tenantContext } from './tenants.ts'

/** Puts another client above the same children. */
export default function TenantPanel() {
  const [tenants] = useState(createTenants)
  const [chosen, choose] = useState(tenants[0])
  const group = useId()
  return (
    <section className="card stack" aria-labelledby="tenant">
      <h2 id="tenant">{chosen.name}</h2>
      <fieldset className="choices">
        <legend>Tenant (simulated)</legend>
        {tenants.map((tenant) => (
          <label className="choice" key={tenant.name}>
            <input type="radio" name={group} checked={tenant === chosen} onChange={() => choose(tenant)} />
            <span>{tenant.name}</span>
          </label>
        ))}
      </fieldset>
      <tenantContext.AuthProvider client={chosen.auth}>
        <Draft />
      </tenantContext.AuthProvider>
    </section>
  )
}
