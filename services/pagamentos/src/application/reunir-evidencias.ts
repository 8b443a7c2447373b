import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@plataforma/platform';
import { ZipFile } from 'yazl';
import { ConsultarDisputa } from './consultar-disputas.js';
import { ConsultarRazao } from './consultar-razao.js';

/** What each file of the bundle holds, and where it comes from. $1 = the charge. */
const FILES = [
  {
    nome: 'cobranca.json',
    conteudo: 'O que foi cobrado, por qual meio e quando',
    sql: `SELECT id, reserva_id, parcela, finalidade, valor_centavos::int, moeda, descricao, estado, metodo, provedor_id,
                 criada_em, aprovada_em FROM cobrancas WHERE id = $1`,
  },
  {
    nome: 'tentativas.json',
    conteudo: 'Cada tentativa de pagar, e o que foi dela',
    sql: 'SELECT situacao, motivo, expira_em, vista_em FROM tentativas_de_pagamento WHERE cobranca_id = $1 ORDER BY vista_em',
  },
  {
    nome: 'estornos.json',
    conteudo: 'O que já foi devolvido, por quê e quando',
    sql: `SELECT id, origem, estado, valor_centavos::int, motivo, provedor_id, criado_em, concluido_em
            FROM estornos WHERE cobranca_id = $1 ORDER BY criado_em`,
  },
  {
    nome: 'reserva.json',
    conteudo: 'O serviço: o que foi reservado e sob que condições, a confirmação, a chegada da pessoa, o fim',
    sql: `SELECT f.tipo, f.ocorrido_em, f.reserva_id, f.dados FROM fatos_da_reserva f JOIN cobrancas c ON c.id = $1
           WHERE f.tipo LIKE 'reserva.%' AND (f.reserva_id = c.reserva_id OR f.reserva_id IN (
                   SELECT reserva_id FROM reservas_vistas WHERE cobrada_sob = c.reserva_id)) ORDER BY f.ocorrido_em`,
  },
  {
    nome: 'mensagens.json',
    conteudo: 'As mensagens enviadas à pessoa sobre a reserva: tipo, canal e hora',
    sql: `SELECT f.ocorrido_em, f.reserva_id, f.dados FROM fatos_da_reserva f JOIN cobrancas c ON c.id = $1
           WHERE f.tipo = 'notificacao.enviada.v1' AND (f.reserva_id = c.reserva_id OR f.reserva_id IN (
                   SELECT reserva_id FROM reservas_vistas WHERE cobrada_sob = c.reserva_id)) ORDER BY f.ocorrido_em`,
  },
  {
    nome: 'avisos-do-provedor.json',
    conteudo: 'O que o provedor contou do pagamento: tipo e hora, sem o corpo, que tem dados da pessoa',
    sql: `SELECT w.evento_id, w.tipo, w.recebido_em, w.processado_em FROM webhooks w JOIN cobrancas c ON c.id = $1
           WHERE w.intento_id = c.provedor_id ORDER BY w.recebido_em`,
  },
] as const;

interface File {
  readonly nome: string;
  readonly conteudo: string;
  readonly bytes: Buffer;
}

const toFile = (nome: string, conteudo: string, value: unknown): File => ({
  nome,
  conteudo,
  bytes: Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`),
});

/** Gathers what the platform knows of a disputed payment into one archive, with a manifest of what is in it. */
export class ReunirEvidencias extends Query<Buffer> {
  constructor(readonly disputaId: string) {
    super();
  }
}

@QueryHandler(ReunirEvidencias)
export class ReunirEvidenciasHandler implements IQueryHandler<ReunirEvidencias> {
  constructor(
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  /** The bytes of a zip file. @throws DisputaInexistente */
  async execute({ disputaId: id }: ReunirEvidencias): Promise<Buffer> {
    const disputa = await this.queries.execute(new ConsultarDisputa(id));
    const files = [
      toFile('disputa.json', 'A disputa, como o provedor a conta', disputa),
      toFile(
        'razao.json',
        'Cada movimento de dinheiro da reserva',
        await this.queries.execute(new ConsultarRazao(disputa)),
      ),
    ];
    for (const { nome, conteudo, sql } of FILES)
      files.push(toFile(nome, conteudo, await this.database.query(sql, [disputa.pagamentoId])));
    return archive([manifest(disputa.id, files), ...files]);
  }
}

/** What is in the archive, and by what sum it is known that nothing of it was changed since. */
const manifest = (disputaId: string, files: readonly File[]): File =>
  toFile('manifesto.json', 'Este índice', {
    disputaId,
    geradoEm: new Date().toISOString(),
    arquivos: files.map(({ nome, conteudo, bytes }) => ({
      nome,
      conteudo,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
  });

function archive(files: readonly File[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { nome, bytes } of files) zip.addBuffer(bytes, nome);
  zip.end();
  return buffer(zip.outputStream);
}
