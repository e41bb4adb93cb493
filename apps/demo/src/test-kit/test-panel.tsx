import { useState } from 'react'
import { Component } from './component.tsx'
import { Hand } from './hand.tsx'
import { createClient, testContext } from './test-context.ts'

/** A component, and the hand of whoever tests it. */
export default function TestPanel() {
  const [auth] = useState(createClient)
  return (
    <testContext.AuthProvider client={auth}>
      <div className="stack">
        <Component />
        <Hand auth={auth} />
      </div>
    </testContext.AuthProvider>
  )
}
