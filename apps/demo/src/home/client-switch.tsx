import { chooseClient, chosenClient, clients } from '../chosen-client.ts'

/** Which app the provider takes this one for. Somebody who is signed in would lose their session by changing it. */
export function ClientSwitch({ isDisabled = false }: { isDisabled?: boolean }) {
  const chosen = chosenClient()
  return (
    <fieldset className="card" disabled={isDisabled} aria-describedby="client-hint">
      <legend>Sign in to</legend>
      <p id="client-hint" className="hint">
        {isDisabled ? 'Sign out to change it.' : 'Changing it loads the page anew.'}
      </p>
      {clients.map((client) => (
        <label className="choice" key={client.clientId}>
          <input
            type="radio"
            name="client"
            defaultChecked={client === chosen}
            onChange={() => chooseClient(client)}
          />
          <span>
            {client.name}
            <small>{client.about}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
