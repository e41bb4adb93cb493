import { useEffect, useState } from 'react'
import { RouterProvider } from 'react-router-dom'
import { auth } from '../auth.ts'
import { Island } from './island.tsx'
import { createReactRouter } from './react-router.tsx'

export default function ReactRouterPanel({ start }: { start: string }) {
  const [router] = useState(() => createReactRouter(start))
  const [content] = useState(() => <RouterProvider router={router} />)
  // What a loader has given is somebody's: it is asked again where somebody else is there, or nobody.
  useEffect(() => auth.on('identity', () => void router.revalidate()), [router])
  return <Island id="react-router">{content}</Island>
}
