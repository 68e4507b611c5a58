/** What the words at a place may be, for completion. */
export type Completes = 'file' | 'directory' | 'nothing'

/** An option or argument of a command, as help, completion, documentation and the parser read it. */
export interface Spec<Value> {
  readonly kind: 'flag' | 'text' | 'number' | 'choice' | 'list' | 'words'
  readonly description: string
  /** One letter, for options. */
  readonly short?: string
  /** What stands for the value in the usage line. */
  readonly placeholder?: string
  readonly choices?: readonly string[]
  readonly least?: number
  readonly most?: number
  readonly required?: boolean
  readonly completes?: Completes
  readonly default?: Value
}

export type Specs = Readonly<Record<string, Spec<unknown>>>

/** What a command gets for its specs. */
export type Values<S extends Specs> = { readonly [Key in keyof S]: S[Key] extends Spec<infer Value> ? Value : never }

interface Extras {
  readonly short?: string
  readonly completes?: Completes
}

/** An option without a value. */
export function flag(description: string, short?: string): Spec<boolean> {
  return { kind: 'flag', description, default: false, ...(short === undefined ? {} : { short }) }
}

/** An option or argument with a value. */
export function text(placeholder: string, description: string, extras: Extras = {}): Spec<string | undefined> {
  return { kind: 'text', placeholder, description, ...extras }
}

/** An argument that has to be there. */
export function requiredText(placeholder: string, description: string, extras: Extras = {}): Spec<string> {
  return { kind: 'text', placeholder, description, required: true, ...extras }
}

interface Bounds {
  readonly least?: number
  readonly most?: number
  readonly short?: string
}

/** A whole number. */
export function number(placeholder: string, description: string, bounds: Bounds = {}): Spec<number | undefined> {
  return { kind: 'number', placeholder, description, ...bounds }
}

/** A whole number that has to be there. */
export function requiredNumber(placeholder: string, description: string, bounds: Bounds = {}): Spec<number> {
  return { kind: 'number', placeholder, description, required: true, ...bounds }
}

/** One of a few words. */
export function choice<const Word extends string>(
  placeholder: string,
  choices: readonly Word[],
  description: string,
): Spec<Word | undefined> {
  return { kind: 'choice', placeholder, choices, description }
}

/** One of a few words, one of which it is unless another is given. */
export function choiceOr<const Word extends string>(
  placeholder: string,
  choices: readonly Word[],
  fallback: NoInfer<Word>,
  description: string,
): Spec<Word> {
  return { kind: 'choice', placeholder, choices, description, default: fallback }
}

/** One of a few words that has to be there. */
export function requiredChoice<const Word extends string>(
  placeholder: string,
  choices: readonly Word[],
  description: string,
): Spec<Word> {
  return { kind: 'choice', placeholder, choices, description, required: true }
}

/** An option that may be given several times. */
export function list(placeholder: string, description: string, extras: Extras = {}): Spec<readonly string[]> {
  return { kind: 'list', placeholder, description, default: [], ...extras }
}

/** All words that are left. */
export function words(placeholder: string, description: string): Spec<readonly string[]> {
  return { kind: 'words', placeholder, description, required: true }
}

/** `dryRun` is `--dry-run`; here without the dashes. */
export function optionName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
