'use client'
import { AuthProvider } from '@latchkey/react'
import type { ReactNode } from 'react'
import { auth } from './auth.ts'

/** A client cannot be handed from a server component to the browser: it is made here, on either side. */
export function Providers({ children }: { children: ReactNode }) {
  return <AuthProvider client={auth}>{children}</AuthProvider>
}
