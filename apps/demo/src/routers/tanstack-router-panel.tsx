import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { auth } from '../auth.ts'
import { Island } from './island.tsx'
import { createTanstackRouter } from './tanstack-router.tsx'

export default function TanstackRouterPanel({ start }: { start: string }) {
  const [router] = useState(() => createTanstackRouter(start))
  const [content] = useState(() => <RouterProvider router={router} />)
  // What a route was given is somebody's: it is asked again where somebody else is there, or nobody.
  useEffect(() => auth.on('identity', () => void router.invalidate()), [router])
  return <Island id="tanstack">{content}</Island>
}
