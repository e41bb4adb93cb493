import {
  type AnyAuthError,
  ConfigurationError,
  NetworkError,
  ProtocolError,
  ServerError,
  SignInRequiredError,
} from '@latchkey/core'
import { fireEvent, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { SignInProblem } from './sign-in-problem.tsx'

const nothing = (): void => undefined
const declined = new ServerError('access_denied', 'dev', { error: 'access_denied' })
const hostile = '<img src=x onerror="alert(1)"><b>bold</b>'

describe('the default notice', () => {
  it.each<[string, AnyAuthError, string]>([
    [
      'a sign-in that has to be confirmed',
      new SignInRequiredError('reauthentication_required', 'dev'),
      'Please confirm that it is you.',
    ],
    ['a network that failed', new NetworkError('timeout', 'dev'), 'cannot be reached'],
    ['a sign-in that is required', new SignInRequiredError('login_loop', 'dev'), 'Please sign in again.'],
    [
      'a person who declined',
      new ServerError('access_denied', 'dev', { error: 'access_denied' }),
      'The sign-in was cancelled.',
    ],
    [
      'a refusal',
      new ServerError('authorization_failed', 'dev', { error: 'x' }),
      'The sign-in did not work.',
    ],
    ['a broken protocol', new ProtocolError('invalid_signature', 'dev'), 'The sign-in did not work.'],
    ['a wrong option', new ConfigurationError('invalid_option', 'dev'), 'The sign-in did not work.'],
  ])('is an alert with plain words and the code for %s', (_, error, words) => {
    render(<SignInProblem error={error} retry={nothing} fallback={undefined} />)
    const { textContent } = screen.getByRole('alert')
    expect(textContent).toContain(words)
    expect(textContent).toContain(error.code)
    expect(textContent).not.toContain('dev')
  })

  it('has a button that is no submit button, and tries again once per click', () => {
    const retry = vi.fn()
    render(<SignInProblem error={declined} retry={retry} fallback={undefined} />)
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' })
    expect(button.type).toBe('button')
    expect(retry).not.toHaveBeenCalled()
    fireEvent.click(button)
    expect(retry).toHaveBeenCalledTimes(1)
  })

  it('can be worked with the keyboard alone', async () => {
    const retry = vi.fn()
    render(<SignInProblem error={declined} retry={retry} fallback={undefined} />)
    const person = userEvent.setup({ delay: null })
    await person.tab()
    await person.keyboard('{Enter}')
    expect(retry).toHaveBeenCalledTimes(1)
  })

  it('shows nothing of what the provider said', () => {
    const error = new ServerError('authorization_failed', hostile, { error: hostile, description: hostile })
    const { container } = render(<SignInProblem error={error} retry={nothing} fallback={undefined} />)
    expect(container.innerHTML).not.toContain('bold')
    expect(container.querySelector('img, b')).toBeNull()
  })
})

describe('the app’s own', () => {
  const error = new ServerError('authorization_failed', hostile, { error: 'x', description: hostile })

  it('takes its place as something to render', () => {
    const { container } = render(<SignInProblem error={error} retry={nothing} fallback={<h1>Sorry</h1>} />)
    expect(container.innerHTML).toBe('<h1>Sorry</h1>')
  })

  it('may be nothing at all', () => {
    const { container } = render(<SignInProblem error={error} retry={nothing} fallback={null} />)
    expect(container.innerHTML).toBe('')
  })

  it('gets the error and a way to try again as a function; the provider’s words are text there', () => {
    const retry = vi.fn()
    const { container } = render(
      <SignInProblem
        error={error}
        retry={retry}
        fallback={(problem, again) => (
          <button type="button" onClick={again}>
            {problem.name === 'ServerError' && problem.description}
          </button>
        )}
      />,
    )
    expect(screen.getByRole('button').textContent).toBe(hostile)
    expect(container.querySelector('img, b')).toBeNull()
    fireEvent.click(screen.getByRole('button'))
    expect(retry).toHaveBeenCalledTimes(1)
  })
})
