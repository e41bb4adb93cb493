// Loaded with the tests, so that it is there when it is first needed and no test waits for a file.
import '../src/engine-in-page.ts'
import '../src/engine-with-vault.ts'
