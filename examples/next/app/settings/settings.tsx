'use client'
import { useAuth } from '@latchkey/react'

export function Settings() {
  const email = useAuth(({ user }) => user?.email)
  return <h1>Settings of {email}</h1>
}
