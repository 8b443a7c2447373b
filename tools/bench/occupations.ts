import { createHash } from 'node:crypto';
import pg from 'pg';

/** Rows of one unit: two hours apart, from the beginning of `firstDay` on. */
export const rowsPerUnit = 1_000;
const hoursApart = 2;
export const daysOfAUnit = Math.floor((rowsPerUnit * hoursApart) / 24);

const dayMs = 86_400_000;
/** The beginning of tomorrow, by UTC. */
export const tomorrow = (): Date => new Date((Math.floor(Date.now() / dayMs) + 1) * dayMs);

export const spaceId = (unit: number): string => {
  const hash = createHash('md5').update(`espaco ${unit}`).digest('hex');
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
};

/** The same in SQL: a hash in the form of a UUID of version 4. */
const uuidOf = (text: string): string => `overlay(overlay(md5(${text}) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid`;
export const SPACE_ID = uuidOf(`'espaco ' || n`);
export const UNIT_ID = uuidOf(`'unidade ' || n`);

/** So many spaces of one unit each, open day and night, R$ 90,00 an hour. */
export async function createSpaces(client: pg.Client, units: number): Promise<void> {
  await client.query(
    `INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, horarios, ocupa,
                          duracao_minima_minutos, duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento)
     SELECT ${SPACE_ID}, 'Sala ' || n, 'SALA', '', 'São Paulo', 'Rua das Medidas, ' || n, 'America/Sao_Paulo', 8,
            (SELECT jsonb_agg(jsonb_build_object('diaSemana', d, 'abre', '00:00', 'fecha', '00:00')) FROM generate_series(1, 7) d),
            'UMA', 30, 480, 30, 9000, '[]'
       FROM generate_series(0, $1::int - 1) n`,
    [units],
  );
  await client.query(
    `INSERT INTO unidades (id, nome) SELECT ${UNIT_ID}, 'Sala ' || n FROM generate_series(0, $1::int - 1) n`,
    [units],
  );
  await client.query(
    `INSERT INTO espaco_unidades (espaco_id, unidade_id) SELECT ${SPACE_ID}, ${UNIT_ID} FROM generate_series(0, $1::int - 1) n`,
    [units],
  );
}

export async function asAdmin<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Fills a database of reservas with spaces of one unit each and `rows` bookings of an hour. They are written in the
 * order of their time, as a platform that lives writes them: what one unit has lies scattered over the table. Written
 * without a log and indexed afterwards, then as durable as any other table.
 */
export async function fillOccupations(adminUrl: string, rows: number, firstDay: Date): Promise<void> {
  await asAdmin(adminUrl, async (client) => {
    const units = Math.ceil(rows / rowsPerUnit);
    await createSpaces(client, units);
    await client.query(`ALTER TABLE ocupacoes DROP CONSTRAINT ocupacoes_sem_sobreposicao`);
    await client.query(`DROP INDEX ocupacoes_reserva`);
    await client.query(`ALTER TABLE ocupacoes SET UNLOGGED`);
    // The bookings themselves are not what is measured: nothing but availability is asked.
    await client.query(`SET session_replication_role = replica`);
    await client.query(
      `INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
       SELECT ${uuidOf(`'unidade ' || n % $2`)}, tstzrange(inicio, inicio + interval '1 hour'), 'RESERVA', gen_random_uuid()
         FROM generate_series(0, $1::int - 1) n
        CROSS JOIN LATERAL (SELECT $3::timestamptz + make_interval(hours => ${hoursApart} * (n / $2::int)) AS inicio) quando`,
      [rows, units, firstDay],
    );
    await client.query(`ALTER TABLE ocupacoes SET LOGGED`);
    await client.query(`SET maintenance_work_mem = '256MB'`);
    // The constraint's index without the constraint: adding that looks every row up again, and nothing is written here.
    await client.query(`CREATE INDEX ocupacoes_sem_sobreposicao ON ocupacoes USING gist (unidade_id, periodo)`);
    await client.query(`CREATE INDEX ocupacoes_reserva ON ocupacoes (reserva_id)`);
    await client.query(`VACUUM (ANALYZE) ocupacoes, espacos, unidades, espaco_unidades`);
    await client.query(`CHECKPOINT`);
  });
}
