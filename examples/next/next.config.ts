import type { NextConfig } from 'next'

const config: NextConfig = {
  reactStrictMode: true,
  // The repository's own check does it.
  typescript: { ignoreBuildErrors: true },
}

export default config
