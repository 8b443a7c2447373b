import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { MessageData } from '@plataforma/contracts';
import {
  comComuns,
  type EventStore,
  exportarPessoa,
  type FimDaExportacao,
  type Pedaco,
  rotuloDoPedaco,
} from '@plataforma/messaging';
import { boxFor, type Database, newBoxKeys, openBox } from '@plataforma/platform';
import { type Notifier, WorkTable } from '@plataforma/trabalho';
import {
  ExportacaoRepository,
  type ExportacaoPronta,
  type ParteDeExportacao,
  type PedidoDeExportacao,
} from '../application/ports.js';
import { UsuarioInexistente } from '../domain/errors.js';
import type { ArquivoDaExportacao } from './arquivo-de-exportacao.js';
import { zipDaExportacao } from './arquivo-de-exportacao.js';
import type { ChaveMestra } from './chave-mestra.js';
import { EXPORTACAO } from './exportacao.js';

const POSSE_MS = 60_000;
const UM_DIA_S = 86_400;
/** So often a link gives the file. */
const VEZES = 20;
/** How long a request is remembered when its file is no more. */
const LEMBRADO = `interval '30 days'`;
const expand = promisify(gunzip);
/** What one piece may be at most, open: pieces are of some 64 kB, and of a row more. */
const ABERTO_BYTES = 64_000_000;

export class PgExportacaoRepository extends ExportacaoRepository {
  override readonly toConduct: WorkTable<PedidoDeExportacao>;

  /** @param validadeS for how long a link gives the file, s */
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    notifier: Notifier,
    private readonly mestra: ChaveMestra,
    private readonly validadeS: number,
  ) {
    super();
    this.toConduct = new WorkTable(database, notifier, {
      name: 'exportação de dados',
      channel: 'exportacoes',
      table: 'pedidos_de_exportacao',
      key: ['id'],
      due: 'disponivel_em',
      lease: 'posse_ate',
      attempts: 'tentativas',
      scope: `estado = 'REUNINDO'`,
      stuck: `estado = 'REUNINDO' AND prazo < now()`,
      toItem: ({ id, usuario_id }: { id: string; usuario_id: string }) => ({ id, usuarioId: usuario_id }),
      leaseMs: POSSE_MS,
      backoff: { firstMs: 2_000, maxMs: 300_000 },
    });
  }

  async open(id: string, usuarioId: string): Promise<true | 'EM_ANDAMENTO' | number> {
    const conta = await this.database.query('SELECT FROM usuarios WHERE id = $1 FOR NO KEY UPDATE', [usuarioId]);
    if (conta.length === 0) throw new UsuarioInexistente();
    const [ultima] = await this.database.query<{ estado: string; ha: number }>(
      `SELECT estado, extract(epoch FROM now() - pedido_em)::float8 AS ha FROM pedidos_de_exportacao
        WHERE usuario_id = $1 ORDER BY pedido_em DESC LIMIT 1`,
      [usuarioId],
    );
    if (ultima?.estado === 'REUNINDO') return 'EM_ANDAMENTO';
    if (ultima && ultima.ha < UM_DIA_S) return UM_DIA_S - ultima.ha;
    const { publica, privada } = newBoxKeys();
    await this.database.query(
      'INSERT INTO pedidos_de_exportacao (id, usuario_id, chave_publica, chave_privada) VALUES ($1, $2, $3, $4)',
      [id, usuarioId, publica, this.mestra.encrypt(privada, rotuloDaChave(id))],
    );
    this.toConduct.announce();
    return true;
  }

  async saveOwn(id: string, usuarioId: string): Promise<void> {
    const caixa = boxFor(await this.publicKey(id));
    await this.database.query(`INSERT INTO partes_de_exportacao (pedido_id, servico) VALUES ($1, 'auth')`, [id]);
    const fim = await exportarPessoa(this.database, comComuns(EXPORTACAO), usuarioId, (pedaco) =>
      this.insertPiece(id, 'auth', {
        ...pedaco,
        chave: caixa.chave,
        conteudo: caixa.close(pedaco.conteudo, rotuloDoPedaco(id, 'auth', pedaco)),
      }),
    );
    await this.database.query(`UPDATE partes_de_exportacao SET fim = $2 WHERE pedido_id = $1 AND servico = 'auth'`, [
      id,
      JSON.stringify(fim),
    ]);
  }

  async ask(id: string, servicos: readonly string[]): Promise<void> {
    const chavePublica = await this.publicKey(id);
    for (const servico of servicos) {
      const [parte] = await this.database.query<{ tentativa: number; usuario_id: string }>(
        `INSERT INTO partes_de_exportacao AS e (pedido_id, servico) VALUES ($1, $2)
         ON CONFLICT (pedido_id, servico) DO UPDATE SET tentativa = e.tentativa + 1, fim = NULL
         RETURNING tentativa, (SELECT usuario_id FROM pedidos_de_exportacao WHERE id = $1)`,
        [id, servico],
      );
      if (!parte) throw new Error('A parte não foi anotada');
      // What an earlier attempt sent is of another moment.
      await this.database.change('DELETE FROM pedacos_de_exportacao WHERE pedido_id = $1 AND servico = $2', [
        id,
        servico,
      ]);
      const { tentativa, usuario_id: usuarioId } = parte;
      const data = { pedidoId: id, usuarioId, servico, tentativa, chavePublica };
      await this.eventos.append(
        `exportacao/${id}/${servico}/${tentativa}/pedido`,
        [{ type: 'usuario.exportacao-pedida.v1', data }],
        0,
      );
    }
  }

  async parts(id: string): Promise<ParteDeExportacao[]> {
    return this.database.query<ParteDeExportacao>(
      `SELECT servico, ${COMPLETA} AS completa FROM partes_de_exportacao e WHERE pedido_id = $1 ORDER BY servico`,
      [id],
    );
  }

  savePiece(pedaco: MessageData<'usuario.dados-exportados.v1'>): Promise<void> {
    return this.database.transaction(async () => {
      const { pedidoId, servico, tentativa, ordem, arquivo, chave, conteudo, fim } = pedaco;
      // One piece of a request after the other: the last of them sees that it is. An older attempt's are of no use, nor
      // are those of a request that is over, or went with its account.
      const pedido = await this.database.query(
        `SELECT FROM pedidos_de_exportacao WHERE id = $1 AND estado = 'REUNINDO' FOR UPDATE`,
        [pedidoId],
      );
      if (pedido.length === 0) return;
      const esperada = await this.database.change(
        `UPDATE partes_de_exportacao SET fim = coalesce($4, fim) WHERE pedido_id = $1 AND servico = $2 AND tentativa = $3`,
        [pedidoId, servico, tentativa, fim ? JSON.stringify(fim) : null],
      );
      if (esperada === 0) return;
      if (arquivo !== undefined && chave !== undefined && conteudo !== undefined)
        await this.insertPiece(pedidoId, servico, { ordem, arquivo, chave, conteudo: Buffer.from(conteudo, 'base64') });
      const todas = await this.database.change(
        `UPDATE pedidos_de_exportacao SET disponivel_em = now() WHERE id = $1
            AND NOT EXISTS (SELECT FROM partes_de_exportacao e WHERE pedido_id = $1 AND NOT ${COMPLETA})`,
        [pedidoId],
      );
      if (todas > 0) this.toConduct.announce();
    });
  }

  async ready(id: string, codigoHash: Buffer): Promise<Date> {
    const [row] = await this.database.query<{ expira_em: Date }>(
      `UPDATE pedidos_de_exportacao SET estado = 'PRONTA', pronta_em = now(), expira_em = now() + make_interval(secs => $3),
              codigo_hash = $2, disponivel_em = NULL, posse_ate = NULL WHERE id = $1 RETURNING expira_em`,
      [id, codigoHash, this.validadeS],
    );
    if (!row) throw new Error('A exportação não ficou pronta');
    return row.expira_em;
  }

  async hurry(id: string): Promise<boolean> {
    const apressadas = await this.database.change(
      `UPDATE pedidos_de_exportacao SET disponivel_em = now() WHERE id = $1 AND estado = 'REUNINDO'`,
      [id],
    );
    if (apressadas > 0) this.toConduct.announce();
    return apressadas > 0;
  }

  async take(codigoHash: Buffer): Promise<ExportacaoPronta | 'DEMAIS' | undefined> {
    const [row] = await this.database.query<{
      id: string;
      usuario_id: string;
      pedido_em: Date;
      baixada_vezes: number;
      idioma: ExportacaoPronta['idioma'];
    }>(
      `UPDATE pedidos_de_exportacao p SET baixada_vezes = least(baixada_vezes + 1, ${VEZES} + 1)
         FROM usuarios u WHERE u.id = p.usuario_id AND codigo_hash = $1 AND estado = 'PRONTA' AND expira_em > now()
       RETURNING p.id, p.usuario_id, p.pedido_em, p.baixada_vezes, u.idioma`,
      [codigoHash],
    );
    if (!row) return undefined;
    if (row.baixada_vezes > VEZES) return 'DEMAIS';
    return { id: row.id, usuarioId: row.usuario_id, pedidoEm: row.pedido_em, idioma: row.idioma };
  }

  async archive({ id, idioma, pedidoEm }: ExportacaoPronta): Promise<Readable> {
    const partes = await this.database.query<{ servico: string; fim: FimDaExportacao }>(
      'SELECT servico, fim FROM partes_de_exportacao WHERE pedido_id = $1 ORDER BY servico',
      [id],
    );
    const [chave] = await this.database.query<{ chave_privada: Buffer }>(
      'SELECT chave_privada FROM pedidos_de_exportacao WHERE id = $1 AND chave_privada IS NOT NULL',
      [id],
    );
    if (!chave) throw new Error('A exportação acabou de vencer');
    const privada = this.mestra.decrypt(chave.chave_privada, rotuloDaChave(id));
    const arquivos = partes.flatMap(({ servico, fim }) =>
      fim.arquivos.map((arquivo): ArquivoDaExportacao => ({
        ...arquivo,
        servico,
        pedacos: () => this.pieces(id, servico, arquivo.arquivo, privada),
      })),
    );
    return zipDaExportacao(arquivos, idioma, pedidoEm);
  }

  async purge(): Promise<number> {
    const vencidos = await this.database.query<{ id: string }>(
      `UPDATE pedidos_de_exportacao SET estado = 'EXPIRADA', chave_privada = NULL, codigo_hash = NULL
        WHERE id = ANY(ARRAY(SELECT id FROM pedidos_de_exportacao WHERE estado = 'PRONTA' AND expira_em <= now() LIMIT 100))
       RETURNING id`,
    );
    await this.database.change('DELETE FROM partes_de_exportacao WHERE pedido_id = ANY($1)', [
      vencidos.map(({ id }) => id),
    ]);
    const esquecidos = await this.database.change(
      `DELETE FROM pedidos_de_exportacao WHERE id = ANY(ARRAY(
         SELECT id FROM pedidos_de_exportacao WHERE estado = 'EXPIRADA' AND pedido_em < now() - ${LEMBRADO} LIMIT 100))`,
    );
    return vencidos.length + esquecidos;
  }

  /** A file's pieces in order, each read when the one before was used. */
  private async *pieces(id: string, servico: string, arquivo: string, privada: string): AsyncGenerator<string> {
    for (let ordem = 0; ;) {
      const [row] = await this.database.query<{ ordem: number; chave: string; conteudo: Buffer }>(
        `SELECT ordem, chave, conteudo FROM pedacos_de_exportacao
          WHERE pedido_id = $1 AND servico = $2 AND ordem > $3 AND arquivo = $4 ORDER BY ordem LIMIT 1`,
        [id, servico, ordem, arquivo],
      );
      if (!row) return;
      ordem = row.ordem;
      const aberto = openBox(row.conteudo, privada, row.chave, rotuloDoPedaco(id, servico, { arquivo, ordem }));
      yield (await expand(aberto, { maxOutputLength: ABERTO_BYTES })).toString('utf8');
    }
  }

  private async insertPiece(id: string, servico: string, pedaco: Pedaco & { readonly chave: string }): Promise<void> {
    await this.database.query(
      `INSERT INTO pedacos_de_exportacao (pedido_id, servico, ordem, arquivo, chave, conteudo)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [id, servico, pedaco.ordem, pedaco.arquivo, pedaco.chave, pedaco.conteudo],
    );
  }

  private async publicKey(id: string): Promise<string> {
    const [row] = await this.database.query<{ chave_publica: string }>(
      'SELECT chave_publica FROM pedidos_de_exportacao WHERE id = $1',
      [id],
    );
    if (!row) throw new Error(`Não há o pedido de exportação ${id}`);
    return row.chave_publica;
  }
}

/** Of a part `e`: all that it has is here. */
const COMPLETA = `(e.fim IS NOT NULL AND (e.fim ->> 'pedacos')::int =
  (SELECT count(*) FROM pedacos_de_exportacao p WHERE p.pedido_id = e.pedido_id AND p.servico = e.servico))`;

const rotuloDaChave = (id: string) => `exportacao/${id}`;
