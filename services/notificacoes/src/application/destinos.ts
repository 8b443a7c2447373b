import { createECDH, randomInt, randomUUIDv7, timingSafeEqual } from 'node:crypto';
import type { DestinoHttp } from '@plataforma/contracts';
import { type Database, type Logger, Problem, seal, unseal } from '@plataforma/platform';
import { type Claim, LeasedWork, type Notifier, WorkTable } from '@plataforma/trabalho';
import {
  APARELHOS_POR_PESSOA,
  type ChavesDeNavegador,
  CODIGOS_POR_DIA,
  CODIGOS_POR_HORA,
  deServicoConhecido,
  type Meio,
  PALPITES_POR_CODIGO,
  TEXTOS_DO_CODIGO,
  VALIDADE_DO_CODIGO_MS,
} from '../domain/destino.js';
import type { Contato, Idioma } from '../domain/entrega.js';
import { CodigoNaoConfere, DestinoInexistente, InscricaoEstranha, PaisSemSms } from '../domain/errors.js';
import { type Canal, FalhaDeEnvio } from './ports.js';

interface Row {
  readonly id: string;
  readonly meio: Meio;
  readonly nome: string;
  readonly endereco: string;
  readonly verificado_em: Date | null;
  readonly criado_em: Date;
}

const toHttp = ({ id, meio, nome, endereco, verificado_em, criado_em }: Row): DestinoHttp => ({
  id,
  meio,
  nome,
  numero: meio === 'TELEFONE' ? endereco : null,
  verificado: verificado_em !== null,
  criadoEm: criado_em.toISOString(),
});
const COLUMNS = 'id, meio, nome, endereco, verificado_em, criado_em';

export interface AjustesDeDestinos {
  readonly paises: readonly string[];
  readonly servicosDePush: readonly string[];
  readonly chavePublica: string | undefined;
  /** Seals the codes. */
  readonly chave: Buffer;
}

interface CodigoAEnviar {
  readonly id: string;
  readonly codigoId: string;
  readonly usuarioId: string;
  readonly endereco: string;
  readonly codigo: string;
  readonly vencido: boolean;
  readonly idioma: Idioma;
}

/** More often than one is tried while it holds: of these nothing was heard. */
const TENTATIVAS = 20;

/** Where people want to be told things, besides by e-mail. */
export class Destinos {
  readonly codes: WorkTable<CodigoAEnviar>;

  constructor(
    private readonly database: Database,
    notifier: Notifier,
    private readonly ajustes: AjustesDeDestinos,
    leaseMs: number,
  ) {
    this.codes = new WorkTable(database, notifier, {
      name: 'envio de códigos',
      channel: 'codigos_de_telefone',
      table: 'destinos',
      key: ['id'],
      due: 'codigo_enviar_em',
      lease: 'codigo_enviar_em',
      attempts: 'tentativas',
      stuck: 'false',
      returning: `w.codigo_id AS "codigoId", w.usuario_id AS "usuarioId", w.endereco, w.codigo, w.codigo_expira_em <= now() AS vencido,
        w.id, coalesce((SELECT idioma FROM contatos c WHERE c.usuario_id = w.usuario_id), 'pt-BR') AS idioma`,
      toItem: (row: CodigoAEnviar) => row,
      leaseMs,
      backoff: { firstMs: 1_000, maxMs: 60_000 },
    });
  }

  get chavePublica(): string | null {
    return this.ajustes.chavePublica ?? null;
  }

  async list(usuarioId: string): Promise<DestinoHttp[]> {
    return (
      await this.database.query<Row>(`SELECT ${COLUMNS} FROM destinos WHERE usuario_id = $1 ORDER BY criado_em, id`, [
        usuarioId,
      ])
    ).map(toHttp);
  }

  /** @throws PaisSemSms; Problem 429 when there were too many codes, to the person or to the number */
  informarTelefone(usuarioId: string, numero: string): Promise<DestinoHttp> {
    if (!this.ajustes.paises.some((pais) => numero.startsWith(pais))) throw new PaisSemSms();
    return this.database.transaction(async () => {
      await this.database.query(
        'SELECT pg_advisory_xact_lock(hashtextextended(k, 5)) FROM unnest($1::text[]) AS k ORDER BY k',
        [[usuarioId, numero].toSorted()],
      );
      await this.countCode(usuarioId, numero);
      await this.database.change(
        `DELETE FROM destinos WHERE usuario_id = $1 AND meio = 'TELEFONE' AND verificado_em IS NULL AND endereco <> $2`,
        [usuarioId, numero],
      );
      const [id, codigoId] = [randomUUIDv7(), randomUUIDv7()];
      const codigo = String(randomInt(1_000_000)).padStart(6, '0');
      const [row] = await this.database.query<Row>(
        `INSERT INTO destinos AS d (id, usuario_id, meio, endereco, codigo_id, codigo, codigo_expira_em, codigo_enviar_em)
         VALUES ($1, $2, 'TELEFONE', $3, $4, $5, now() + make_interval(secs => $6), now())
         ON CONFLICT (usuario_id, endereco) WHERE meio = 'TELEFONE' DO UPDATE SET codigo_id = $4, codigo = $5, palpites = 0, tentativas = 0,
           codigo_expira_em = excluded.codigo_expira_em, codigo_enviar_em = excluded.codigo_enviar_em
         RETURNING ${COLUMNS}`,
        [
          id,
          usuarioId,
          numero,
          codigoId,
          seal(codigo, this.ajustes.chave, codigoId).toString('base64'),
          VALIDADE_DO_CODIGO_MS / 1_000,
        ],
      );
      this.codes.announce();
      // Of a person who is being erased nothing is kept.
      if (!row) throw new DestinoInexistente();
      return toHttp(row);
    });
  }

  /**
   * A guess counts, right or wrong, also when what follows fails: it commits by itself.
   * @throws DestinoInexistente, CodigoNaoConfere
   */
  async verificar(usuarioId: string, id: string, palpite: string): Promise<DestinoHttp> {
    const [row] = await this.database.query<{ codigo: string; codigo_id: string }>(
      `UPDATE destinos SET palpites = palpites + 1
        WHERE id = $1 AND usuario_id = $2 AND meio = 'TELEFONE' AND codigo IS NOT NULL AND codigo_expira_em > now() AND palpites < $3
        RETURNING codigo, codigo_id`,
      [id, usuarioId, PALPITES_POR_CODIGO],
    );
    if (!row) {
      const meus = await this.list(usuarioId);
      throw meus.some((meu) => meu.id === id && meu.meio === 'TELEFONE')
        ? new CodigoNaoConfere()
        : new DestinoInexistente();
    }
    const codigo = unseal(Buffer.from(row.codigo, 'base64'), this.ajustes.chave, row.codigo_id);
    if (!timingSafeEqual(Buffer.from(codigo), Buffer.from(palpite))) throw new CodigoNaoConfere();
    return this.database.transaction(async () => {
      const [verificado] = await this.database.query<Row>(
        `UPDATE destinos SET verificado_em = coalesce(verificado_em, now()), codigo = NULL, codigo_enviar_em = NULL
          WHERE id = $1 AND usuario_id = $2 AND codigo = $3 RETURNING ${COLUMNS}`,
        [id, usuarioId, row.codigo],
      );
      if (!verificado) throw new CodigoNaoConfere();
      await this.database.change(`DELETE FROM destinos WHERE usuario_id = $1 AND meio = 'TELEFONE' AND id <> $2`, [
        usuarioId,
        id,
      ]);
      return toHttp(verificado);
    });
  }

  registrarAplicativo(usuarioId: string, token: string, nome = ''): Promise<DestinoHttp> {
    return this.saveDevice(usuarioId, 'FCM', token, nome, undefined);
  }

  /** @throws InscricaoEstranha */
  registrarNavegador(usuarioId: string, endereco: string, chaves: ChavesDeNavegador, nome = ''): Promise<DestinoHttp> {
    if (!deServicoConhecido(endereco, this.ajustes.servicosDePush) || !ehPonto(chaves.p256dh))
      throw new InscricaoEstranha();
    return this.saveDevice(usuarioId, 'WEB_PUSH', endereco, nome, chaves);
  }

  /** @throws DestinoInexistente */
  async remove(usuarioId: string, id: string): Promise<void> {
    const removidos = await this.database.change('DELETE FROM destinos WHERE id = $1 AND usuario_id = $2', [
      id,
      usuarioId,
    ]);
    if (removidos === 0) throw new DestinoInexistente();
  }

  private saveDevice(
    usuarioId: string,
    meio: Meio,
    endereco: string,
    nome: string,
    chaves: ChavesDeNavegador | undefined,
  ): Promise<DestinoHttp> {
    return this.database.transaction(async () => {
      await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 5))', [usuarioId]);
      const [row] = await this.database.query<Row>(
        `INSERT INTO destinos (id, usuario_id, meio, endereco, chaves, nome, verificado_em) VALUES ($1, $2, $3, $4, $5, $6, now())
         ON CONFLICT (md5(endereco), meio) WHERE meio <> 'TELEFONE'
         DO UPDATE SET usuario_id = $2, chaves = $5, nome = $6, criado_em = now() RETURNING ${COLUMNS}`,
        [randomUUIDv7(), usuarioId, meio, endereco, chaves ? JSON.stringify(chaves) : null, nome],
      );
      if (!row) throw new DestinoInexistente();
      await this.database.change(
        `DELETE FROM destinos WHERE id IN (
           SELECT id FROM destinos WHERE usuario_id = $1 AND meio <> 'TELEFONE' ORDER BY id = $3 DESC, criado_em DESC, id OFFSET $2)`,
        [usuarioId, APARELHOS_POR_PESSOA, row.id],
      );
      return toHttp(row);
    });
  }

  /** Counts a code that is to be sent, of which there are so many and no more; under the locks of both. */
  private async countCode(usuarioId: string, numero: string): Promise<void> {
    const [contados] = await this.database.query<{ hora: number; dia: number }>(
      `SELECT greatest(count(*) FILTER (WHERE usuario_id = $1 AND na_hora), count(*) FILTER (WHERE endereco = $2 AND na_hora))::int AS hora,
              greatest(count(*) FILTER (WHERE usuario_id = $1), count(*) FILTER (WHERE endereco = $2))::int AS dia
         FROM (SELECT usuario_id, endereco, pedido_em > now() - interval '1 hour' AS na_hora FROM codigos_pedidos
                WHERE (usuario_id = $1 OR endereco = $2) AND pedido_em > now() - interval '1 day') AS p`,
      [usuarioId, numero],
    );
    const { hora = 0, dia = 0 } = contados ?? {};
    if (hora >= CODIGOS_POR_HORA || dia >= CODIGOS_POR_DIA)
      throw new Problem(429, 'notificacoes.codigos-demais', 'Foram códigos demais; tente mais tarde', {
        headers: { 'retry-after': dia >= CODIGOS_POR_DIA ? '86400' : '3600' },
      });
    await this.database.query('INSERT INTO codigos_pedidos (usuario_id, endereco) VALUES ($1, $2)', [
      usuarioId,
      numero,
    ]);
  }
}

/** Whether it is a point of the curve: with anything else no message could be encrypted. */
function ehPonto(p256dh: string): boolean {
  try {
    const par = createECDH('prime256v1');
    par.generateKeys();
    par.computeSecret(Buffer.from(p256dh, 'base64url'));
    return true;
  } catch {
    return false;
  }
}

/** Sends codes to telephones that are to be proven. */
export class EnviarCodigos extends LeasedWork<CodigoAEnviar> {
  constructor(
    destinos: Destinos,
    private readonly sms: Canal<'SMS'>,
    private readonly chave: Buffer,
    itemMs: number,
    logger: Logger,
  ) {
    super({ table: destinos.codes, concurrency: 5, itemMs }, logger);
  }

  protected override async process(item: CodigoAEnviar, posse: Claim): Promise<void> {
    const { id, codigoId, usuarioId, endereco, codigo, vencido, idioma } = item;
    if (vencido || codigo === null || posse.attempts > TENTATIVAS) return void (await this.table.finish(posse));
    const { assunto, texto } = TEXTOS_DO_CODIGO[idioma];
    const aberto = unseal(Buffer.from(codigo, 'base64'), this.chave, codigoId);
    const para: Contato = { usuarioId, nome: '', email: '', idioma };
    await this.sms.deliver({
      id: codigoId,
      tipo: 'CODIGO_DE_TELEFONE',
      para,
      conteudo: { assunto, texto: texto(aberto), destino: { id, meio: 'TELEFONE', endereco } },
    });
    await this.table.finish(posse);
  }

  /** Whoever waits for it asks for another when it holds no more: until then it is tried. */
  protected override failed(_item: CodigoAEnviar, posse: Claim, error: unknown): Promise<unknown> {
    if (!(error instanceof FalhaDeEnvio)) return this.table.postpone(posse);
    if (error.definitiva) return this.table.finish(posse);
    return this.table.postpone(posse, Math.max(this.table.pauseAfter(posse.attempts), error.esperarMs ?? 0));
  }

  protected override room(): Promise<number> {
    return this.sms.room();
  }

  protected override tried(error: unknown): boolean {
    return !(error instanceof FalhaDeEnvio) || error.tentada;
  }
}
