'use client'
import { Callback } from '@latchkey/react'
import { useRouter } from 'next/navigation'

/** Next’s router keeps its pages in the history’s state, so it has to be told where to go. */
export default function CallbackPage() {
  const router = useRouter()
  return <Callback onDone={({ returnTo }) => router.replace(returnTo)} />
}
