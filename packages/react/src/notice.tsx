import type { ReactElement, ReactNode } from 'react'

/** What {@link Notice} shows. */
export interface NoticeProps {
  readonly role: 'status' | 'alert'
  readonly children: ReactNode
  readonly button?: string
  readonly onClick?: () => void
  readonly small?: string | undefined
}

/** A few plain words in place of a page: read out by screen readers, with a way on where there is one. */
export function Notice({ role, children, button, onClick, small }: NoticeProps): ReactElement {
  return (
    <div role={role}>
      {button ? <p>{children}</p> : <h2 tabIndex={-1}>{children}</h2>}
      {button && (
        <p>
          <button type="button" onClick={onClick}>
            {button}
          </button>
        </p>
      )}
      {small && (
        <p>
          <small>{small}</small>
        </p>
      )}
    </div>
  )
}
