import { join } from 'node:path';
import type pg from 'pg';
import { root } from '../cli/paths.ts';
import { asAdmin, createSpaces, spaceId, SPACE_ID, UNIT_ID } from './occupations.ts';

/** Bookings of one space, six hours apart: they fit in 31 days, whatever the size of the whole. */
export const bookingsPerSpace = 100;
const hoursApart = 6;
/** Everything is over for longer than anything that is only passing is kept. */
const daysAgo = 70;
const dayMs = 86_400_000;

/** The beginning of the first booking of every space. */
export const firstPastDay = (): Date => new Date((Math.floor(Date.now() / dayMs) - daysAgo) * dayMs);

/** Of the values that differ from booking to booking. */
const template = {
  reserva: '00000000-0000-4000-8000-00000000000a',
  espaco: '00000000-0000-4000-8000-00000000000b',
  unidade: '00000000-0000-4000-8000-00000000000c',
  cliente: '00000000-0000-4000-8000-00000000000d',
  pagamento: '00000000-0000-4000-8000-00000000000e',
  inicio: '2001-02-03T04:00:00.000Z',
  fim: '2001-02-03T05:00:00.000Z',
};

interface Evento {
  type: string;
  data: object;
}
/** What the domain of reservas has of it; compiled, since another workspace's source is nobody's else. */
interface Domain {
  INEXISTENTE: unknown;
  criar: (dados: object) => Evento[];
  confirmar: (reserva: unknown, pagamentoId: string) => Evento[];
  encerrarPresenca: (reserva: unknown, agora: number) => Evento[];
  evoluir: (reserva: unknown, evento: Evento) => unknown;
}

/** The events of a booking that was held, paid and used, and the row that they project to, by the service's own rules. */
async function past(): Promise<{ eventos: Evento[]; linha: object }> {
  const of = <T>(file: string): Promise<T> => import(join(root, 'services/reservas/dist', file)) as Promise<T>;
  const domain = await of<Domain>('domain/reserva.js');
  const { rowOf } = await of<{ rowOf: (reserva: unknown, versao: number) => object }>('infrastructure/projecao.js');
  const { reserva, espaco, unidade, cliente, pagamento, inicio, fim } = template;
  const eventos = domain.criar({
    reservaId: reserva,
    clienteId: cliente,
    espacoId: espaco,
    espacoNome: 'Sala',
    cidade: 'São Paulo',
    inicio,
    fim,
    fuso: 'America/Sao_Paulo',
    valorCentavos: 9_000,
    moeda: 'BRL',
    unidades: [unidade],
    ocupacao: { inicio, fim },
    expiraEm: inicio,
    politicaCancelamento: [],
    espacoVersao: 1,
    preco: [{ tipo: 'BASE', descricao: 'Preço por hora', valorCentavos: 9_000 }],
    checkin: { codigo: 'YHC6MWY3', exigido: false, toleranciaMinutos: 15 },
  });
  let estado = eventos.reduce(domain.evoluir, domain.INEXISTENTE);
  for (const step of [
    () => domain.confirmar(estado, pagamento),
    () => domain.encerrarPresenca(estado, Date.parse(fim)),
  ]) {
    const next = step();
    eventos.push(...next);
    estado = next.reduce(domain.evoluir, estado);
  }
  return { eventos, linha: rowOf(estado, eventos.length) };
}

/** Of booking n (0 …), with its values in the place of the template's. $1 = first, $2 = how many spaces. */
const BOOKING = `
  SELECT m, '01900000-0000-7000-8000-' || lpad(to_hex(m), 12, '0') AS reserva, n,
         '01900000-0000-7000-9000-' || lpad(to_hex(m), 12, '0') AS pagamento,
         '01900000-0000-7000-a000-' || lpad(to_hex(m % 100000), 12, '0') AS cliente,
         (${SPACE_ID})::text AS espaco, (${UNIT_ID})::text AS unidade, inicio, inicio + interval '1 hour' AS fim
    FROM generate_series(0, $3::int - 1) AS m
   CROSS JOIN LATERAL (SELECT m % $2::int AS n, $1::timestamptz + make_interval(hours => ${hoursApart} * (m / $2::int)) AS inicio) AS quando`;
const ISO = (time: string): string => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** SQL that puts the values of booking `b` into a text. */
function filled(text: string): string {
  const values: [string, string][] = [
    [template.reserva, 'b.reserva'],
    [template.espaco, 'b.espaco'],
    [template.unidade, 'b.unidade'],
    [template.cliente, 'b.cliente'],
    [template.pagamento, 'b.pagamento'],
    [template.inicio, ISO('b.inicio')],
    [template.fim, ISO('b.fim')],
  ];
  return values.reduce((sql, [from, to]) => `replace(${sql}, '${from}', ${to})`, text);
}

async function bulk(adminUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    // Neither triggers nor foreign keys: what is written is whole, and as old as it says.
    await client.query(`SET session_replication_role = replica; SET synchronous_commit = off`);
    await work(client);
    await client.query(`VACUUM (ANALYZE)`);
  });
}

/** Fills a database of reservas with so many bookings of the past, their events, sagas and occupied time. */
export async function fillBookings(adminUrl: string, bookings: number): Promise<void> {
  const { eventos, linha } = await past();
  const spaces = Math.ceil(bookings / bookingsPerSpace);
  const parameters = [firstPastDay(), spaces, bookings];
  await bulk(adminUrl, async (client) => {
    await createSpaces(client, spaces);
    await client.query(
      `DROP INDEX ocupacoes_reserva; ALTER TABLE ocupacoes DROP CONSTRAINT ocupacoes_sem_sobreposicao`,
    );
    await client.query(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados, ocorrido_em, publicado_em)
       SELECT overlay(b.reserva PLACING '8' || e.versao FROM 20)::uuid, 'reserva/' || b.reserva, e.versao, e.tipo, ${filled('e.dados')}::jsonb,
              '{"correlationid": "439d63c3-62c5-401c-beb3-b0b00cb89aa2"}', b.inicio - interval '1 day', b.inicio
         FROM (${BOOKING}) AS b CROSS JOIN jsonb_to_recordset($4::jsonb) AS e(versao int, tipo text, dados text)`,
      [
        ...parameters,
        JSON.stringify(
          eventos.map(({ type, data }, index) => ({ versao: index + 1, tipo: type, dados: JSON.stringify(data) })),
        ),
      ],
    );
    await client.query(
      `INSERT INTO reservas
       SELECT r.* FROM (${BOOKING}) AS b CROSS JOIN LATERAL jsonb_populate_record(NULL::reservas,
         ${filled('$4::text')}::jsonb || jsonb_build_object('criada_em', b.inicio - interval '1 day')) AS r`,
      [...parameters, JSON.stringify(linha)],
    );
    await client.query(
      `INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
       SELECT b.unidade::uuid, tstzrange(b.inicio, b.fim), 'RESERVA', b.reserva::uuid FROM (${BOOKING}) AS b`,
      parameters,
    );
    await client.query(
      `INSERT INTO sagas (nome, chave, estado) SELECT 'reserva', b.reserva::uuid, '{"passo": "ENCERRADA"}' FROM (${BOOKING}) AS b`,
      parameters,
    );
    // Every tenth was waited for, in vain.
    await client.query(
      `INSERT INTO fila (id, cliente_id, espaco_id, inicio, fim, flexibilidade_minutos, situacao, tentar_em)
       SELECT gen_random_uuid(), b.cliente::uuid, b.espaco::uuid, b.inicio, b.fim, 0, 'DESISTIU', NULL
         FROM (${BOOKING}) AS b WHERE b.m % 10 = 0`,
      parameters,
    );
    await client.query(`SET maintenance_work_mem = '256MB'`);
    await client.query(`CREATE INDEX ocupacoes_reserva ON ocupacoes (reserva_id)`);
    await client.query(
      `ALTER TABLE ocupacoes ADD CONSTRAINT ocupacoes_sem_sobreposicao EXCLUDE USING gist (unidade_id WITH =, periodo WITH &&)`,
    );
  });
}

/** Fills a database of pagamentos with the charge, the ledger and the view of each of those bookings. */
export async function fillCharges(adminUrl: string, bookings: number): Promise<void> {
  const parameters = [firstPastDay(), Math.ceil(bookings / bookingsPerSpace), bookings];
  await bulk(adminUrl, async (client) => {
    await client.query(
      `INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado, provedor_id,
                              client_secret, taxa_lancada, aprovada_em, proxima_acao_em, criada_em)
       SELECT b.pagamento::uuid, b.reserva::uuid, b.cliente::uuid, 9000, 'BRL', 'Reserva de Sala', b.inicio, 'APROVADA',
              'pi_' || b.m, 'segredo', true, b.inicio - interval '1 day', NULL, b.inicio - interval '1 day'
         FROM (${BOOKING}) AS b`,
      parameters,
    );
    await client.query(
      `INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos, lancado_em)
       SELECT 'ch_' || b.m, b.pagamento::uuid, l.conta, l.valor, b.inicio - interval '1 day'
         FROM (${BOOKING}) AS b CROSS JOIN (VALUES ('CLIENTE', 9000), ('RECEBIVEL', -9000)) AS l(conta, valor)`,
      parameters,
    );
    await client.query(
      `INSERT INTO reservas_vistas (reserva_id, cobrada_sob, situacao, pago_centavos, sequencia, situacao_sequencia, atualizada_em)
       SELECT b.reserva::uuid, b.reserva::uuid, 'CONFIRMADA', 9000, 3, 3, b.fim FROM (${BOOKING}) AS b`,
      parameters,
    );
  });
}

/** Which space the report asks for. */
export const reportedSpace = spaceId(0);
