import '@latchkey/core/host'
