import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Account } from './account.tsx'
import { Providers } from './providers.tsx'

export const metadata: Metadata = { title: 'Latchkey in Next.js', icons: 'data:,' }

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Providers>
          <header>
            <Link href="/">Home</Link> <Link href="/settings">Settings</Link> <Account />
          </header>
          <main>{children}</main>
        </Providers>
      </body>
    </html>
  )
}
