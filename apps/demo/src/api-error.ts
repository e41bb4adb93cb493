/** The API gave no usable answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** The HTTP status; undefined where the API could not be reached at all. */
  readonly status: number | undefined

  constructor(message: string, details: { status?: number; cause?: unknown }) {
    super(message, { cause: details.cause })
    this.status = details.status
  }
}
