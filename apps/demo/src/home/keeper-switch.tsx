import { chooseKeeper, chosenKeeper } from '../chosen-keeper.ts'
import { Choices } from './choices.tsx'

const choices = [
  {
    id: 'memory',
    name: 'In each page’s memory',
    about: 'Tabs hand the session to each other. A reload of the only tab asks the provider.',
  },
  {
    id: 'at rest',
    name: 'At rest, bound to a key',
    about:
      'The refresh token rests in this browser and outlives every tab. Without the key, which nobody can read, it is worth nothing.',
  },
  {
    id: 'vault',
    name: 'In the vault',
    about: 'A shared worker. Refresh tokens never enter a page, and a reload asks nobody (in Chromium).',
  },
  {
    id: 'sealed vault',
    name: 'In a sealed vault',
    about: 'No token enters a page at all: the vault calls the API for it.',
  },
] as const

/** Where the tokens are kept. */
export function KeeperSwitch({ isDisabled = false }: { isDisabled?: boolean }) {
  return (
    <Choices
      legend="Keep the tokens"
      choices={choices}
      chosen={chosenKeeper()}
      isDisabled={isDisabled}
      onChoose={({ id }) => chooseKeeper(id)}
    />
  )
}
