import '@latchkey/core/silent-callback'
