import '@latchkey/core/vault'
