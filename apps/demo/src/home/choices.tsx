import { useId } from 'react'

/** One of several ways in which this page can be. */
export interface Choice {
  readonly id: string
  readonly name: string
  readonly about: string
}

interface ChoicesProps<TChoice> {
  readonly legend: string
  readonly choices: readonly TChoice[]
  readonly chosen: string
  readonly isDisabled: boolean
  readonly onChoose: (choice: TChoice) => void
}

/** Somebody who is signed in would lose their session by choosing anew. */
export function Choices<TChoice extends Choice>(props: ChoicesProps<TChoice>) {
  const { legend, choices, chosen, isDisabled, onChoose } = props
  const hint = useId()
  return (
    <fieldset className="card" disabled={isDisabled} aria-describedby={hint}>
      <legend>{legend}</legend>
      <p id={hint} className="hint">
        {isDisabled ? 'Sign out to change it.' : 'Changing it loads the page anew.'}
      </p>
      {choices.map((choice) => (
        <label className="choice" key={choice.id}>
          <input
            type="radio"
            name={hint}
            defaultChecked={choice.id === chosen}
            onChange={() => onChoose(choice)}
          />
          <span>
            {choice.name}
            <small>{choice.about}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
