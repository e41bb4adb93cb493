import { createFakeApp, type FakeApp, type Tab } from './fake-app.ts'

/** Where the API of an {@link ApiPage} is. */
export const apiUrl = 'https://api.example/v1'

/** A page of an app that calls an API, where Alice has signed in. */
export interface ApiPage extends Tab {
  readonly app: FakeApp
  /** What the API got, oldest first. */
  readonly got: readonly Request[]
}

/** Opens an {@link ApiPage}. @param answer what the API says, to each request in turn */
export async function openApiPage(
  answer: (request: Request, count: number) => Response | Promise<Response> = () => Response.json([]),
): Promise<ApiPage> {
  const app = await createFakeApp()
  const got: Request[] = []
  const tab = await app.signIn({
    options: { apis: [apiUrl] },
    send: async (request) => answer(request, got.push(request)),
  })
  return { ...tab, app, got }
}
