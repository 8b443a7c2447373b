import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv';

type Json = Record<string, unknown>;

interface Operation {
  responses: Record<string, { content?: { 'application/json'?: { schema: Json } } }>;
}
interface OpenApi {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
}

/**
 * Fields of the API version that the SDK is pinned to (`apiVersion` of the `stripe` package, whose types have them) that
 * the published document, which is older, does not have yet.
 */
const NEWER_FIELDS: Readonly<Record<string, readonly string[]>> = {
  payment_intent: ['payment_record', 'source'],
  charge: ['source'],
  payment_method_details_card: ['electronic_commerce_indicator'],
  dispute: ['intended_submission_method'],
  dispute_evidence_details: ['submission_method'],
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Stripe's published OpenAPI 3.0 as a judge of answers. Stricter than the document in one thing: a field that a schema
 * does not list is a mistake.
 */
export class StripeOpenApi {
  readonly version: string;
  private readonly document: OpenApi;
  private readonly templates: { pattern: RegExp; path: string; literals: number }[];
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, inlineRefs: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: OpenApi) {
    this.document = document;
    this.version = document.info.version;
    this.templates = Object.keys(document.paths)
      .map((path) => ({
        path,
        pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
        literals: path.split('/').filter((part) => !part.startsWith('{')).length,
      }))
      .sort((a, b) => b.literals - a.literals);
    const schemas = Object.entries(document.components.schemas).map(([name, schema]): [string, Json] => [
      name,
      toJsonSchema(withNewerFields(name, schema)),
    ]);
    this.ajv.addSchema({ $id: 'stripe', definitions: Object.fromEntries(schemas) });
  }

  /** `/v1/payment_intents/{intent}` of `/v1/payment_intents/pi_…`; undefined for a path that Stripe does not have. */
  templateOf(pathname: string): string | undefined {
    return this.templates.find(({ pattern }) => pattern.test(pathname))?.path;
  }

  /** What an answer has that Stripe's would not have, or lacks. */
  mistakesInAnswer(template: string, method: string, status: number, body: unknown): string[] {
    const responses = this.document.paths[template]?.[method.toLowerCase()]?.responses;
    const schema = (responses?.[String(status)] ?? responses?.['default'])?.content?.['application/json']?.schema;
    if (!schema) return [`a Stripe não descreve resposta ${status} de ${method} ${template}`];
    return this.mistakes(`${method} ${template} ${status < 400 ? status : 'erro'}`, toJsonSchema(schema), body);
  }

  /** The same of an event, and of the object that it carries. */
  mistakesInEvent(event: unknown): string[] {
    const object = isObject(event) && isObject(event['data']) ? event['data']['object'] : undefined;
    const kind = isObject(object) ? object['object'] : undefined;
    if (typeof kind !== 'string' || !(kind in this.document.components.schemas))
      return [`o evento não traz um objeto da Stripe: ${String(kind)}`];
    return [
      ...this.mistakes('event', reference('event'), event),
      ...this.mistakes(kind, reference(kind), object).map((mistake) => `data.object${mistake}`),
    ];
  }

  private mistakes(name: string, schema: AnySchema, value: unknown): string[] {
    let validate = this.compiled.get(name);
    if (!validate) {
      validate = this.ajv.compile(schema);
      this.compiled.set(name, validate);
    }
    return validate(value) ? [] : tellable(validate.errors ?? []);
  }
}

/** @throws Error when the document has caught up, and the exception is one no more */
function withNewerFields(name: string, schema: Json): Json {
  const fields = NEWER_FIELDS[name] ?? [];
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const known = fields.find((field) => field in properties);
  if (known !== undefined) throw new Error(`o OpenAPI já conhece ${name}.${known}: tire-o das exceções`);
  return { ...schema, properties: { ...properties, ...Object.fromEntries(fields.map((field) => [field, {}])) } };
}

const reference = (name: string): Json => ({ $ref: `stripe#/definitions/${name}` });

/** Keywords whose values are schemas by name; a property may be called like a keyword. */
const NAMED = new Set(['properties']);

/** OpenAPI 3.0's dialect in JSON Schema's words. */
function toJsonSchema(schema: Json): Json {
  if (typeof schema['$ref'] === 'string') return reference(schema['$ref'].replace('#/components/schemas/', ''));
  const { nullable, ...rest } = schema;
  const converted: Json = {};
  for (const [keyword, value] of Object.entries(rest)) {
    // Another tongue's words, and examples of what is expanded.
    if (keyword.startsWith('x-') || keyword === 'discriminator' || keyword === 'format') continue;
    if (NAMED.has(keyword) && isObject(value))
      converted[keyword] = Object.fromEntries(
        Object.entries(value).map(([name, property]) => [name, toJsonSchema(property as Json)]),
      );
    else if (Array.isArray(value))
      converted[keyword] = value.map((item: unknown) => (isObject(item) ? toJsonSchema(item) : item));
    else converted[keyword] = isObject(value) ? toJsonSchema(value) : value;
  }
  // A list of known values that grows without a new version is no limit.
  if (schema['x-stripeBypassValidation'] === true) delete converted['enum'];
  if (isObject(converted['properties']) && Object.keys(converted['properties']).length > 0)
    converted['additionalProperties'] ??= false;
  return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
}

/** The mistakes themselves: the deepest ones, without those of the other alternatives around them. */
function tellable(errors: readonly ErrorObject[]): string[] {
  const told = errors.filter(({ keyword }) => keyword !== 'anyOf');
  const leaves = told.filter(
    ({ instancePath, keyword }) =>
      !(['type', 'enum'].includes(keyword) && told.some((other) => other.instancePath.startsWith(`${instancePath}/`))),
  );
  return [
    ...new Set(
      leaves.map(({ instancePath, message, params }) => {
        const path = instancePath.replace(/\/\d+(?=\/|$)/g, '/*').replaceAll('/', '.');
        const extra = (params as { additionalProperty?: string }).additionalProperty;
        return `${path}: ${extra === undefined ? (message ?? 'não confere') : `não existe o campo ${extra}`}`;
      }),
    ),
  ];
}
