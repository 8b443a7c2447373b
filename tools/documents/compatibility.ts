/** JSON Schema as far as our generator makes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What people read; no program's behaviour depends on it. */
const annotations = new Set(['$schema', '$id', 'title', 'description', 'examples']);

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a published schema lost on the way from `before` to `after`. Only new optional properties are allowed: whoever
 * wrote a message before still writes a valid one, and whoever reads finds what it always found.
 *
 * @returns one sentence per broken promise, naming the place; none when the change is compatible
 */
export function incompatibilities(before: JsonSchema, after: JsonSchema, place = 'data'): string[] {
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const handled of [...annotations, 'properties', 'required']) keywords.delete(handled);
  const changed = [...keywords].sort().flatMap((keyword) => compare(before[keyword], after[keyword], place, keyword));
  return [...propertyChanges(before, after, place), ...changed];
}

function propertyChanges(before: JsonSchema, after: JsonSchema, place: string): string[] {
  const [old, now] = [properties(before), properties(after)];
  const [oldRequired, nowRequired] = [required(before), required(after)];
  const kept = Object.entries(old).flatMap(([name, schema]) => {
    const current = now[name];
    const at = `${place}.${name}`;
    if (!current) return [`${at} desapareceu`];
    if (oldRequired.has(name) !== nowRequired.has(name))
      return [`${at} ${nowRequired.has(name) ? 'passou a ser obrigatório' : 'deixou de ser obrigatório'}`];
    return incompatibilities(schema, current, at);
  });
  const added = Object.keys(now).filter((name) => !(name in old) && nowRequired.has(name));
  return [...kept, ...added.map((name) => `${place}.${name} é novo e obrigatório`)];
}

function compare(before: unknown, after: unknown, place: string, keyword: string): string[] {
  const at = keyword === 'items' ? `${place}[]` : place;
  if (isSchema(before) && isSchema(after)) return incompatibilities(before, after, at);
  if (isListOfSchemas(before) && isListOfSchemas(after) && before.length === after.length)
    return before.flatMap((schema, index) => incompatibilities(schema, after[index] ?? {}, at));
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [`${at} mudou de ${keyword}`];
}

const isListOfSchemas = (value: unknown): value is JsonSchema[] => Array.isArray(value) && value.every(isSchema);

const properties = ({ properties: found }: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  isSchema(found) ? (found as Readonly<Record<string, JsonSchema>>) : {};

const required = ({ required: names }: JsonSchema): ReadonlySet<string> =>
  new Set(Array.isArray(names) ? (names as string[]) : []);
