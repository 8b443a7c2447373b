import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, Logger, Worker } from '@plataforma/platform';
import { formaDeOrdem, formaDoLugar, formaDoTexto } from '../domain/forma-de-busca.js';

const FLOOR_MS = 60_000;
const BATCH = 500;
/** What the forms of a space are made of; the predicate of an index (0138). */
const FONTE = `md5(nome || '|' || descricao || '|' || cidade || '|' || endereco)`;
/** Cities that are written once and never change. */
const LUGARES = ['feriados', 'fila'] as const;

interface Row {
  readonly id: string;
  readonly nome: string;
  readonly descricao: string;
  readonly cidade: string;
  readonly endereco: string;
}

/** Makes the forms of a space's text that are missing or stale; in the transaction that writes the text. */
export async function makeForms(database: Database, id: string | null): Promise<number> {
  const rows = await database.query<Row>(
    `SELECT id, nome, descricao, cidade, endereco FROM espacos
      WHERE formas_de IS DISTINCT FROM ${FONTE} AND ($1::uuid IS NULL OR id = $1) ORDER BY id LIMIT $2`,
    [id, BATCH],
  );
  if (rows.length === 0) return 0;
  const formas = rows.map(({ id, nome, descricao, cidade, endereco }) => ({
    id,
    cidade_buscada: formaDoLugar(cidade),
    texto_buscado: formaDoTexto(`${nome} ${descricao} ${cidade} ${endereco}`),
    nome_ordenado: formaDeOrdem(nome),
  }));
  return database.change(
    `UPDATE espacos e SET (cidade_buscada, texto_buscado, nome_ordenado, formas_de)
                        = (f.cidade_buscada, f.texto_buscado, f.nome_ordenado, ${FONTE})
       FROM jsonb_to_recordset($1::jsonb) AS f(id uuid, cidade_buscada text, texto_buscado text, nome_ordenado text)
      WHERE e.id = f.id`,
    [JSON.stringify(formas)],
  );
}

/**
 * Makes what the service needs of rows that somebody else wrote: those that were there before it, all of them before it
 * starts to serve, and those of an instance of an older version that still runs.
 */
@Injectable()
export class FormasDeBusca extends Worker implements OnModuleInit {
  constructor(
    private readonly database: Database,
    logger: Logger,
  ) {
    super({ name: 'formas de busca', floorMs: FLOOR_MS, drain: () => this.drain() }, logger);
  }

  async onModuleInit(): Promise<void> {
    while ((await this.drain()) > 0);
  }

  private drain(): Promise<number> {
    return this.database.transaction(async () => {
      // Admins write spaces under the same lock; of instances that start together each finds what the last has left.
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('catalogo', 0))`);
      let made = await makeForms(this.database, null);
      for (const table of LUGARES) made += await this.makePlaces(table);
      return made;
    });
  }

  private async makePlaces(table: (typeof LUGARES)[number]): Promise<number> {
    const rows = await this.database.query<Pick<Row, 'id' | 'cidade'>>(
      `SELECT id, cidade FROM ${table} WHERE cidade IS NOT NULL AND cidade_buscada IS NULL ORDER BY id LIMIT $1`,
      [BATCH],
    );
    const formas = rows.map(({ id, cidade }) => ({ id, cidade_buscada: formaDoLugar(cidade) }));
    return this.database.change(
      `UPDATE ${table} t SET cidade_buscada = f.cidade_buscada
         FROM jsonb_to_recordset($1::jsonb) AS f(id uuid, cidade_buscada text) WHERE t.id = f.id`,
      [JSON.stringify(formas)],
    );
  }
}
