import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAboutPerson, messages, type MessageType } from '@plataforma/contracts';
import { messagingMigrations } from '@plataforma/messaging';
import { platformMigrations } from '@plataforma/platform';
import { TestDatabase } from '@plataforma/testing';
import pg from 'pg';
import { root } from '../cli/paths.ts';
import { type Database as Service, databases as services } from '../infra/secrets.ts';
import { messageSchemas } from './messages.ts';
import { firstCells, listed, section } from './personal-data-document.ts';
import { rowsThatName, TRACES } from './personal-traces.ts';

const document = readFileSync(join(root, 'docs/dados-pessoais.md'), 'utf8');
/** What can hold a name, an address or words of somebody, and what says which person is meant (a column without a foreign key). */
const COLUMNS = `
  SELECT c.table_name || '.' || c.column_name AS name
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
   WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND t.table_name <> 'migracoes'
     AND (c.data_type IN ('text', 'character varying', 'character', 'jsonb', 'json', 'bytea', 'inet', 'ARRAY', 'USER-DEFINED')
          OR c.data_type = 'uuid' AND c.column_name <> 'id' AND NOT EXISTS (
               SELECT FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
                WHERE k.contype = 'f' AND k.conrelid = format('%I', c.table_name)::regclass AND a.attname = c.column_name))`;

describe('Dos dados pessoais o documento diz onde vivem:', () => {
  const columns = {} as Record<Service, string[]>;
  const open = new Map<Service, TestDatabase>();

  beforeAll(async () => {
    for (const service of services) {
      const own = join(root, 'services', service, 'migrations');
      const database = await TestDatabase.create(service, [platformMigrations, messagingMigrations, own]);
      open.set(service, database);
      columns[service] = (await database.query<{ name: string }>(COLUMNS)).map(({ name }) => name);
    }
  });
  afterAll(() => Promise.all([...open.values()].map((database) => database.drop())));

  it('cada coluna que poderia ter algum está nele, e cada uma que está nele existe', () => {
    const common = columns.auth.filter((name) => services.every((service) => columns[service].includes(name)));
    const actual = [
      ...common.map((name) => `*.${name}`),
      ...services.flatMap((service) =>
        columns[service].filter((name) => !common.includes(name)).map((name) => `${service}.${name}`),
      ),
    ];
    const said = [...firstCells(section(document, 'Onde')), ...listed(section(document, 'Sem'))];
    expect(said.toSorted()).toEqual(actual.toSorted());
  });

  it('cada campo de mensagem que é texto livre ou nomeia uma pessoa está nele, e os que nomeiam alguém só em mensagens sobre pessoas', () => {
    const fields = new Map<string, Set<MessageType>>();
    for (const [type, schema] of Object.entries(messageSchemas()))
      for (const field of wordsOf(schema)) fields.set(field, (fields.get(field) ?? new Set()).add(type as MessageType));
    const personal = firstCells(section(document, 'Mensagens'));
    const said = [
      ...personal,
      ...listed(section(document, 'Mensagens')).map((name) => name.split('.').slice(1).join('.')),
    ];
    expect(said.toSorted()).toEqual([...fields.keys()].toSorted());
    for (const field of personal)
      expect([field, [...(fields.get(field) ?? [])].filter((type) => !isAboutPerson(type))]).toEqual([field, []]);
    expect(Object.keys(messages).filter(isAboutPerson).length).toBeGreaterThan(0);
  });

  it('Segurança 36: o que apaga uma pessoa nada deixa dela em banco nenhum, diz o que fez, e deixa todos os outros como estavam', async () => {
    const [ana, bia] = [randomUUID(), randomUUID()];
    for (const [service, database] of open) {
      for (const person of [ana, bia])
        for (const sql of TRACES[service]) await database.query(sql.replaceAll('$', person));
      // As the application does, which may do nothing else to these tables.
      const app = new pg.Client({ connectionString: database.options.DATABASE_URL });
      await app.connect();
      const apagar = async () =>
        (await app.query<{ r: Apagamento }>('SELECT apagar_pessoa($1) AS r', [ana])).rows[0]?.r;
      try {
        expect(await rowsThatName(database, ana)).not.toEqual([]);
        const others = await rowsThatName(database, bia);
        const feito = await apagar();
        expect([service, feito?.apagado.length]).not.toEqual([service, 0]);
        for (const { motivo, ate } of feito?.mantido ?? [])
          expect([typeof motivo, typeof ate]).toEqual(['string', 'string']);
        expect(JSON.stringify(feito)).not.toContain(ana);
        expect([service, (await apagar())?.apagado]).toEqual([service, []]);
        expect([service, await rowsThatName(database, ana)]).toEqual([service, []]);
        expect(await rowsThatName(database, bia)).toEqual(others);
        // What comes late, as from a message that had waited, is kept without her words or refused whole: never by chance.
        for (const sql of [...TRACES[service].filter((one) => !OF_NOBODY.test(one)), ...LATE[service]]) {
          const refused = await database.query(sql.replaceAll('$', ana)).then(
            () => undefined,
            ({ code }: { readonly code?: string }) => code,
          );
          expect(EXPECTED).toContain(refused);
        }
        expect([service, await rowsThatName(database, ana)]).toEqual([service, []]);
      } finally {
        await app.end();
      }
    }
  });

  it('Segurança 36: o que está em andamento é dito antes de se apagar alguém', async () => {
    const caio = randomUUID();
    for (const service of ['reservas', 'pagamentos'] as const)
      for (const sql of TRACES[service]) await open.get(service)?.query(sql.replaceAll('$', caio));
    for (const [service, sql, tipo] of PENDING_OF) {
      await open.get(service)?.query(sql.replaceAll('$', caio));
      const [row] =
        (await open.get(service)?.query<{ r: { tipo: string }[] }>('SELECT pendencias_da_pessoa($1) AS r', [caio])) ??
        [];
      expect([sql, row?.r.map((pendencia) => pendencia.tipo)]).toEqual([sql, tipo === undefined ? [] : [tipo]]);
    }
  });
});

const PENDING_OF: readonly (readonly [Service, string, string | undefined])[] = [
  ['reservas', `UPDATE reservas SET status = 'CONFIRMADA', motivo = NULL WHERE id = '$'`, 'RESERVA_POR_VIR'],
  [
    'reservas',
    `UPDATE reservas SET inicio = now() - interval '2 h', fim = now() - interval '1 h' WHERE id = '$'`,
    undefined,
  ],
  ['pagamentos', `UPDATE cobrancas SET estado = 'ABERTA' WHERE id = '$'`, 'COBRANCA_EM_ABERTO'],
  ['pagamentos', `UPDATE cobrancas SET estado = 'APROVADA' WHERE id = '$'`, undefined],
  [
    'pagamentos',
    `INSERT INTO disputas (id, provedor_id, cobranca_id, valor_centavos, situacao, motivo, aberta_em)
     VALUES ('$', 'dp_$', '$', 1, 'ABERTA', 'fraudulent', now())`,
    'DISPUTA_ABERTA',
  ],
  ['pagamentos', `UPDATE disputas SET situacao = 'GANHA' WHERE id = '$'`, undefined],
  [
    'pagamentos',
    `INSERT INTO estornos (id, cobranca_id, valor_centavos, valor_pedido_centavos, motivo, estado) VALUES ('$', '$', 1, 1, 'x', 'A_FAZER')`,
    'ESTORNO_EM_ANDAMENTO',
  ],
];

interface Apagamento {
  readonly apagado: readonly unknown[];
  readonly mantido: readonly { readonly motivo?: unknown; readonly ate?: unknown }[];
}

/** Kept without the words; refused as of somebody erased; there already, without them. */
const EXPECTED: readonly unknown[] = [undefined, 'RP001', '23505'];
/** An address alone, which is nobody's any more: a letter asked for by it is looked at and forgotten in seconds; an e-mail of the local adapter is written by a notice, which is not. */
const OF_NOBODY = /INTO (pedidos_de_carta|emails_locais)/;

/** What is told of a person after they were erased, besides what they leave behind. */
const LATE: Record<Service, readonly string[]> = {
  auth: [
    `INSERT INTO idempotencia VALUES ('$ POST /v1/chaves-de-api x', 'h', 201, '{"nome": "nome-$"}')`,
    `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
     VALUES (gen_random_uuid(), 'carta/tarde-$', 1, 'usuario.carta-pedida.v1', '{"usuarioId": "$", "nome": "nome-$"}', '{}')`,
  ],
  notificacoes: [],
  reservas: [
    `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
     VALUES (gen_random_uuid(), 'reserva/$', 2, 'reserva.cancelada.v1', '{"justificativa": "nome-$"}', '{}')`,
    `UPDATE reservas SET justificativa = 'nome-$' WHERE id = '$'`,
  ],
  pagamentos: [
    `INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado)
     VALUES (md5('$')::uuid, md5('$')::uuid, '$', 1, 'BRL', 'Sala', now(), 'A_ABRIR')`,
    `UPDATE cobrancas SET estado = 'CANCELADA', client_secret = 'nome-$' WHERE id = md5('$')::uuid`,
    `INSERT INTO webhooks (evento_id, tipo, corpo, estado, intento_id)
     VALUES ('evt_logo_$', 'charge.updated', '{"billing_details": {"name": "nome-$"}}', 'IGNORADO', 'pi_$')`,
    `INSERT INTO webhooks (evento_id, tipo, corpo, estado, intento_id)
     VALUES ('evt_tarde', 'charge.updated', '{"billing_details": {"name": "nome-$"}}', 'PENDENTE', 'pi_$')`,
    `UPDATE webhooks SET estado = 'PROCESSADO' WHERE evento_id = 'evt_tarde'`,
  ],
};

interface Schema {
  readonly type?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly format?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Names of the fields whose values are words that nothing restricts, or ids of people. */
function wordsOf(schema: Schema, name = ''): string[] {
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema;
  const inner = [
    ...Object.entries(properties).flatMap(([key, value]) => wordsOf(value, key)),
    ...(items ? wordsOf(items, name) : []),
    ...[...anyOf, ...oneOf].flatMap((one) => wordsOf(one, name)),
  ];
  const restricted =
    schema.enum !== undefined || schema.const !== undefined || ['uuid', 'date-time'].includes(schema.format ?? '');
  const person = /^(cliente|usuario|autor|pessoa)/.test(name) && schema.format === 'uuid';
  return schema.type === 'string' && (!restricted || person) ? [name, ...inner] : inner;
}
