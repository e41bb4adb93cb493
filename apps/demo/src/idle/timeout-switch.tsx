import { Choices } from '../home/choices.tsx'
import { chooseTimeout, chosenTimeout } from './chosen-timeout.ts'

const choices = [
  { id: 'never', name: 'Never', about: 'The session goes on until you sign out.', seconds: undefined },
  {
    id: 'soon',
    name: 'After half a minute',
    about: 'Fifteen minutes would be usual, and a long time to look at a demo.',
    seconds: 30,
  },
] as const

/** When a session ends in which nobody does anything. */
export function TimeoutSwitch({ isDisabled }: { isDisabled: boolean }) {
  return (
    <Choices
      legend="End a session in which nobody does anything"
      choices={choices}
      chosen={chosenTimeout() === undefined ? 'never' : 'soon'}
      isDisabled={isDisabled}
      onChoose={({ id }) => chooseTimeout(choices.find((choice) => choice.id === id)?.seconds)}
    />
  )
}
