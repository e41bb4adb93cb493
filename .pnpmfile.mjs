/** What pnpm is to know of packages otherwise than they say of themselves. */
export const hooks = {
  readPackage(manifest) {
    // Its engines are those of its server parts. Here it runs in a browser alone, and needs no warning at every install.
    if (manifest.name === 'react-router' && manifest.version?.startsWith('8.')) delete manifest.engines
    return manifest
  },
}
