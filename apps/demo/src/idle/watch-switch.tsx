import { chooseWatch, chosenWatch } from '../chosen-watch.ts'
import { configuration } from '../configuration.ts'
import { Choices } from '../home/choices.tsx'

const choices = [
  { id: 'go on', name: 'Go on', about: 'As without any option: it ends when its tokens do.' },
  {
    id: 'end here too',
    name: 'End here too',
    about: 'watchProviderSession: a page of the provider in a hidden frame is asked every five seconds.',
  },
] as const

/** What is to happen when somebody signs out at the provider, or somebody else signs in there. */
export function WatchSwitch({ isDisabled }: { isDisabled: boolean }) {
  return (
    <>
      <Choices
        legend="When the provider’s own session ends"
        choices={choices}
        chosen={chosenWatch()}
        isDisabled={isDisabled}
        onChoose={({ id }) => chooseWatch(id)}
      />
      <p className="hint">
        To end it:{' '}
        <a href={`${configuration.issuer}/session/end`} target="_blank" rel="noreferrer">
          sign out at the provider
        </a>
        , and look at this page again.
      </p>
    </>
  )
}
