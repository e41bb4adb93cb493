// `main.tsx`, or what a contestant wants to run before it.
import 'entry'
