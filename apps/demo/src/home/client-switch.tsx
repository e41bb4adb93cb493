import { chooseClient, chosenClient, clients } from '../chosen-client.ts'
import { Choices } from './choices.tsx'

const choices = clients.map((client) => ({ ...client, id: client.clientId }))

/** Which app the provider takes this one for. */
export function ClientSwitch({ isDisabled = false }: { isDisabled?: boolean }) {
  return (
    <Choices
      legend="Sign in to"
      choices={choices}
      chosen={chosenClient().clientId}
      isDisabled={isDisabled}
      onChoose={chooseClient}
    />
  )
}
