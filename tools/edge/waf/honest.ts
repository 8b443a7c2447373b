import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../cli/paths.ts';

/** A request that somebody means well by. */
export interface Honest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Instead of a body in JSON. */
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Schema {
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly const?: unknown;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: Schema;
}
interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters?: readonly Parameter[];
            readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
          }
        >
      >
    >
  >;
}

const ID = '0192f0c4-0000-7000-8000-000000000001';
const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: ID,
  date: '2026-12-01',
  'date-time': '2026-12-01T14:00:00Z',
  email: 'joão.d’ávila@exemplo.com.br',
  uri: 'https://exemplo.com.br/página?a=1&b=2',
};

/** What a schema shows, or what would do. @param text where any text does */
function sample(schema: Schema | undefined, text: string): unknown {
  if (schema === undefined) return text;
  const shown = schema.const ?? schema.example ?? schema.examples?.[0] ?? schema.enum?.[0] ?? schema.default;
  if (shown !== undefined) return shown;
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (choice) return sample(choice, text);
  if (schema.properties)
    return Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [name, sample(inner, text)]));
  const [type] = [schema.type].flat();
  if (type === 'array') return [sample(schema.items, text)];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  return BY_FORMAT[schema.format ?? ''] ?? text;
}

/** Every text of free words in a value, said otherwise. */
const reworded = (value: unknown, text: string): unknown => {
  if (typeof value === 'string') return / /.test(value) ? text : value;
  if (Array.isArray(value)) return value.map((inner) => reworded(inner, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, reworded(inner, text)]));
};

/** One request for each operation of an application, as its document shows it. */
function ofDocument(app: string, prefix: string): Honest[] {
  const { paths } = JSON.parse(readFileSync(join(root, `docs/api/openapi/${app}.json`), 'utf8')) as Document;
  return Object.entries(paths)
    .filter(([path]) => /^\/(v\d+|fotos)\//.test(path) && (prefix === '' || !path.startsWith('/fotos')))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [], requestBody }], at): Honest => {
        const value = ({ schema }: Parameter): string => {
          const shown = sample(schema, 'São José d’Água');
          return encodeURIComponent(typeof shown === 'string' ? shown : JSON.stringify(shown));
        };
        const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
          const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
          return parameter ? value(parameter) : ID;
        });
        const query = parameters.filter((one) => one.in === 'query').map((one) => `${one.name}=${value(one)}`);
        const { schema } = Object.values(requestBody?.content ?? {})[0] ?? {};
        const text = PHRASES[(at + path.length) % PHRASES.length] ?? '';
        return {
          method: method.toUpperCase(),
          path: `${prefix}${address}${query.length > 0 ? `?${query.join('&')}` : ''}`,
          ...(requestBody && { body: reworded(sample(schema, text), text) }),
        };
      }),
    );
}

/** What people write, which a filter of attacks is quick to take for one. */
export const PHRASES = [
  "Copo d'água e pão de queijo p/ 12 pessoas",
  "Sant'Anna do Livramento – salão nº 3 (térreo)",
  "Festa d'aniversário: 50% de desconto, R$ 1.250,00!",
  'Reunião & café; 2 salas, e-mail à Conceição depois',
  'Por favor, selecione a sala de cima ou a de baixo, e exclua a outra da união',
  'Quem drop a bola? Grupo "Ação & Reação" (15h–17h)',
  'Insira cadeiras onde houver espaço; atualize o grupo, ordem por idade',
  "L'Étoile – aula de francês; traga um cat ou um id",
  'A sala <3 ficou ótima :-) 10/10 > 9/10',
  "D'Ávila, O'Neill & Cia. – nº 1=1 da porta",
  'Projeto #42: script da peça, ato 1; alerta geral às 20h',
  'Começa às 8h, or so they say; and 1 more thing…',
] as const;

const booking = (titulo: string): Honest => ({
  method: 'POST',
  path: '/v1/reservas',
  body: {
    espacoId: ID,
    inicio: '2026-12-01T14:00:00-03:00',
    fim: '2026-12-01T16:00:00-03:00',
    titulo,
    observacao: titulo,
  },
});
const search = (text: string): Honest => ({ method: 'GET', path: `/v1/espacos?cidade=${encodeURIComponent(text)}` });
const person = (nome: string): Honest => ({
  method: 'POST',
  path: '/mobile/v1/usuarios',
  body: { nome, email: 'joana@exemplo.com.br', senha: "' OR '1'='1'; <script>--não é ataque, é senha</script>" },
});

const PIX =
  '00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865406100.005802BR5913FULANO DE TAL6008BRASILIA62070503***63041D3D';
const event = (type: string, object: object): Honest => ({
  method: 'POST',
  path: '/webhooks/stripe',
  headers: {
    'stripe-signature': `t=1795757000,v1=${'5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd'}`,
  },
  body: { id: 'evt_1Nabc', object: 'event', api_version: '2026-08-27.basil', type, livemode: false, data: { object } },
});
const pix = {
  type: 'pix_display_qr_code',
  pix_display_qr_code: {
    data: PIX,
    expires_at: 1795760000,
    hosted_instructions_url: 'https://payments.stripe.com/qr/instructions/CBcaFwoVYWNjdF8x?a=1&b=2',
    image_url_png: 'https://qr.stripe.com/test_YWNjdF8x.png',
  },
};
const intent = {
  id: 'pi_3Nabc',
  object: 'payment_intent',
  amount: 125_000,
  currency: 'brl',
  description: "Reserva do salão d'Ouro – São João",
  metadata: { reservaId: ID, tentativa: '1' },
  next_action: pix,
  last_payment_error: { code: 'card_declined', message: 'Your card was declined. Try again; or use another.' },
};

/** Every route of every BFF, and what people, banks and providers send. */
export const honest = (): Honest[] => [
  ...ofDocument('bff-web', ''),
  ...ofDocument('bff-mobile', '/mobile'),
  ...ofDocument('bff-admin', '/admin'),
  ...PHRASES.flatMap((text) => [booking(text), search(text), person(text)]),
  ...[
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.requires_action',
    'charge.refunded',
  ].map((type) => event(type, intent)),
  {
    method: 'POST',
    path: '/webhooks/sendgrid',
    body: [
      { event: 'bounce', email: "joana.d'avila@exemplo.com.br", reason: '550 5.1.1 user unknown; select another' },
    ],
  },
  {
    method: 'POST',
    path: '/webhooks/twilio',
    form: `MessageSid=SM${'0a'.repeat(16)}&MessageStatus=undelivered&To=%2B5511987654321&ErrorCode=30003`,
  },
  {
    method: 'POST',
    path: `/v1/avisos/descadastros/${'AZLwxAAAcACAAAAAAAAAAQDvyWTmrGm3Pm2zD3s0oZbQ'}`,
    form: 'List-Unsubscribe=One-Click',
  },
  { method: 'GET', path: '/.well-known/jwks.json' },
  { method: 'GET', path: '/v1/calendarios/feed/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG.ics' },
  { method: 'POST', path: '/v1/reservas', body: { espacoId: ID, pagamento: { tipo: 'PIX', copiaECola: PIX } } },
];
