/** Wide enough for all that the demo shows. */
export const windowSize = { width: 1280, height: 960 }
