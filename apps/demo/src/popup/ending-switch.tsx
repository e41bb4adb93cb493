import { chooseEnding, chosenEnding } from '../chosen-ending.ts'
import { Choices } from '../home/choices.tsx'

const choices = [
  {
    id: 'sign out',
    name: 'Show that nobody is signed in',
    about: 'As without any option: guards take their pages away, and calls fail.',
  },
  {
    id: 'keep the page',
    name: 'Keep the page',
    about: 'onSessionLost: holdSession. The page stays, calls wait, and a dialog asks you to sign in again.',
  },
] as const

/** What is to happen when the session ends. */
export function EndingSwitch() {
  return (
    <Choices
      legend="When the session ends"
      choices={choices}
      chosen={chosenEnding()}
      isDisabled={false}
      onChoose={({ id }) => chooseEnding(id)}
    />
  )
}
