import fc from 'fast-check'

/** Stands for arrays in each other, so many that whoever walks through them by recursion falls. */
const abyss = 'ABYSS'

/** Names that mean something to JavaScript, or nothing to anybody. */
const names = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'toJSON',
  'then',
  'length',
  'hasOwnProperty',
  '',
  '0',
)

/** Texts that somebody has meant badly: markup, other places, control characters, halves of characters, a lot of it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 5, arbitrary: names },
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      'javascript:alert(1)',
      'data:text/html,<script>',
      '//evil.example',
      'https://evil.example',
      'http://[',
      '<img src=x onerror=alert(1)>',
      '\u0000',
      '\u202e',
      '\ud800',
      '%00%ff%zz',
      'null',
      'undefined',
      '-1',
      '1e309',
      ' ',
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('a', '%', ' ', '"', '\\', ',', '=', '\u{1f600}')
      .map((unit) => unit.repeat(3000)),
  },
)

/** Numbers at the edge of what is one. */
const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, -1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 1e21, 1e308, -1e308, 5e-324),
)

/** JSON of any shape, as whoever hates us would write it. */
export const hostileJson: fc.Arbitrary<unknown> = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 20, arbitrary: fc.constantFrom(null, true, false, {}, []) },
      { weight: 1, arbitrary: fc.constant(abyss) },
      { weight: 20, arbitrary: numbers },
      { weight: 20, arbitrary: hostileText },
      { weight: 10, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
      {
        weight: 10,
        arbitrary: fc.dictionary(fc.oneof(names, fc.string({ maxLength: 6 })), tie('value'), { maxKeys: 4 }),
      },
    ),
  }))
  .value.map(asJson)

/** The same, and what a message between windows may hold beside JSON. */
export const hostileMessage: fc.Arbitrary<unknown> = fc.oneof(
  hostileJson,
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  fc.constantFrom(
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    new ArrayBuffer(0),
    new Uint8Array(3),
    new Error('x'),
  ),
)

/** A value as JSON, with what it stands for in place of each sign. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  return text.replaceAll(`"${abyss}"`, '['.repeat(10_000) + ']'.repeat(10_000))
}

/** As it comes out of JSON: with "__proto__" as a name like any other, and without a NaN. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null')
}

type Step =
  | { readonly kind: 'replace' | 'add' | 'wrap'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'remove' | 'repeat'; readonly at: number; readonly value: unknown }

/** What is right but for one thing, or for a few. */
export function almost<T>(
  right: T,
  values: fc.Arbitrary<unknown> = hostileJson,
  { names: known = [] }: { readonly names?: readonly string[] } = {},
): fc.Arbitrary<unknown> {
  const step = fc.record({
    kind: fc.constantFrom('replace', 'replace', 'add', 'wrap', 'remove', 'repeat'),
    at: fc.nat(),
    value: values,
  }) as fc.Arbitrary<Step>
  const name = known.length > 0 ? fc.oneof(fc.constantFrom(...known), names) : names
  return fc
    .tuple(fc.array(fc.tuple(step, name), { maxLength: 3 }))
    .map(([steps]) => steps.reduce((value, [each, as]) => change(value, each, as), copyOf(right as unknown)))
}

/** All places in a value, by the way there. */
function placesIn(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || way.length > 6) return [way]
  return [way, ...Object.keys(value).flatMap((key) => placesIn(Reflect.get(value, key), [...way, key]))]
}

function change(value: unknown, { kind, at, value: other }: Step, as: string): unknown {
  const places = placesIn(value)
  const way = places[at % places.length] ?? []
  const name = way.at(-1)
  if (name === undefined)
    return kind === 'wrap' ? [value] : kind === 'replace' ? copyOf(other) : addTo(value, as, other)
  const holder = way
    .slice(0, -1)
    .reduce<unknown>((sofar, key) => Reflect.get(sofar as object, key), value) as object
  if (kind === 'remove') Reflect.deleteProperty(holder, name)
  else if (kind === 'replace') put(holder, name, other)
  else if (kind === 'wrap') put(holder, name, [Reflect.get(holder, name)])
  else if (kind === 'repeat') put(holder, as, Reflect.get(holder, name))
  else addTo(holder, as, other)
  return value
}

function addTo(holder: unknown, name: string, value: unknown): unknown {
  if (typeof holder === 'object' && holder !== null) put(holder, name, value)
  return holder
}

function put(holder: object, name: string, given: unknown): void {
  // Not the same twice: one could end up in itself.
  const value = copyOf(given)
  // JSON gives a list no names.
  if (Array.isArray(holder) && !/^\d+$/.test(name)) return void holder.push(value)
  const descriptor = { value, writable: true, enumerable: true, configurable: true }
  Reflect.defineProperty(holder, name, descriptor)
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (typeof value !== 'object' || value === null) return value
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each)]))
}

/** A text that is right but for a few cuts. */
export function almostText(
  right: string | fc.Arbitrary<string>,
  pieces: fc.Arbitrary<string> = hostileText,
): fc.Arbitrary<string> {
  const cut = fc.record({
    at: fc.nat(),
    length: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 8 })),
    piece: fc.oneof({ weight: 2, arbitrary: pieces }, fc.constant('')),
    isRepeated: fc.boolean(),
  })
  return fc
    .tuple(typeof right === 'string' ? fc.constant(right) : right, fc.array(cut, { maxLength: 3 }))
    .map(([text, cuts]) =>
      cuts.reduce((sofar, { at, length, piece, isRepeated }) => {
        const from = at % (sofar.length + 1)
        const taken = sofar.slice(from, from + length)
        return sofar.slice(0, from) + (isRepeated ? taken + taken : piece) + sofar.slice(from + length)
      }, text),
    )
}
