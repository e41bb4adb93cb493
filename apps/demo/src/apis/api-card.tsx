import { SignInRequiredError } from '@latchkey/core'
import { type ReactNode, useActionState, useId } from 'react'
import { type Caller, getCaller } from '../api.ts'
import { auth } from '../auth.ts'
import { clockTime } from '../clock-time.ts'
import { inPlainWords } from '../in-plain-words.ts'
import { AskButton } from '../layout/ask-button.tsx'

interface ApiCardProps {
  readonly name: string
  readonly url: string
  readonly about: string
  /** Asks it for what it is there for, and says what came. */
  readonly ask: () => Promise<string>
  /** What else can be done there. */
  readonly children?: ReactNode
}

interface Answer {
  readonly said?: string
  readonly caller?: Caller
  readonly problem?: string
  /** What has to be asked for before the API can be. */
  readonly demand?: SignInRequiredError['demand']
}

/** One API: what it answers, and what it sees in the token that it gets. */
export function ApiCard({ name, url, about, ask, children }: ApiCardProps) {
  const heading = useId()
  const [answer, call, isCalling] = useActionState(() => askApi(url, ask), {} as Answer)
  const { said, caller, problem, demand } = answer
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>{name}</h2>
      <p className="hint">{about}</p>
      <p className="actions">
        <AskButton isAsking={isCalling} ask={call}>
          Ask the {name.toLowerCase()} API
        </AskButton>
        {demand && (
          <button type="button" onClick={() => auth.login({ ...demand, returnTo: '/apis' })}>
            Sign in for it
          </button>
        )}
        {children}
      </p>
      <div role="status">
        {problem && <p className="notice">{problem}</p>}
        {said && <p>{said}</p>}
      </div>
      {caller && <TokenFacts caller={caller} />}
    </section>
  )
}

function TokenFacts({ caller: { scope, expiresAt, authorizationDetails } }: { caller: Caller }) {
  return (
    <dl className="facts">
      <div>
        <dt>Its token allows</dt>
        <dd>{scope}</dd>
      </div>
      {authorizationDetails?.map(({ payee, amount }) => (
        <div key={payee}>
          <dt>And in detail</dt>
          <dd>
            to pay {amount} to {payee}
          </dd>
        </div>
      ))}
      <div>
        <dt>Good until</dt>
        <dd>{clockTime(Date.parse(expiresAt))}</dd>
      </div>
    </dl>
  )
}

async function askApi(url: string, ask: () => Promise<string>): Promise<Answer> {
  try {
    const [said, caller] = await Promise.all([ask(), getCaller(url)])
    return { said, caller }
  } catch (error) {
    return {
      problem: inPlainWords(error),
      ...(error instanceof SignInRequiredError && { demand: error.demand }),
    }
  }
}
