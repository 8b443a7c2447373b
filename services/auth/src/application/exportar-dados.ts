import { randomUUIDv7 } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  ExportacoesHttp,
  ListaDeExportacoesHttp,
  MessageData,
  MinhasExportacoesHttp,
} from '@plataforma/contracts';
import { Auditoria } from '@plataforma/messaging';
import { Database, failpoint, Problem } from '@plataforma/platform';
import { ExportacaoEmAndamento, ExportacaoInexistente, ExportacaoVencida } from '../domain/errors.js';
import { ExportacaoRepository, TokensDeRenovacao } from './ports.js';

/** A person wants what the platform has of them: one request at a time, and one a day. */
export class PedirExportacao extends Command<{ id: string }> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@CommandHandler(PedirExportacao)
export class PedirExportacaoHandler implements ICommandHandler<PedirExportacao> {
  constructor(
    private readonly database: Database,
    private readonly exportacoes: ExportacaoRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws ExportacaoEmAndamento, UsuarioInexistente; Problem 429 when there was one in the last day */
  async execute({ usuarioId }: PedirExportacao): Promise<{ id: string }> {
    const pedida = await this.database.transaction(async () => {
      const id = randomUUIDv7();
      const aberta = await this.exportacoes.open(id, usuarioId);
      if (aberta === 'EM_ANDAMENTO') throw new ExportacaoEmAndamento();
      if (aberta !== true)
        throw new Problem(429, 'auth.exportacao-recente', 'Os seus dados já foram reunidos há menos de um dia', {
          headers: { 'retry-after': String(Math.max(1, Math.ceil(aberta))) },
        });
      await this.auditoria.record('exportacao.pedida', { pessoaId: usuarioId, alvo: `exportacao/${id}` });
      failpoint('auth.exportacao.pedido-antes-do-commit');
      return { id };
    });
    failpoint('auth.exportacao.pedido-depois-do-commit');
    return pedida;
  }
}

/** A service has sent a piece of its part, or said that there are no more. */
export class GuardarPedaco extends Command<void> {
  constructor(readonly pedaco: MessageData<'usuario.dados-exportados.v1'>) {
    super();
  }
}

@CommandHandler(GuardarPedaco)
export class GuardarPedacoHandler implements ICommandHandler<GuardarPedaco> {
  constructor(private readonly exportacoes: ExportacaoRepository) {}

  execute({ pedaco }: GuardarPedaco): Promise<void> {
    return this.exportacoes.savePiece(pedaco);
  }
}

/** Whoever has the letter wants the file: a ZIP, made while it is read. */
export class BaixarExportacao extends Command<Readable> {
  constructor(readonly codigo: string) {
    super();
  }
}

@CommandHandler(BaixarExportacao)
export class BaixarExportacaoHandler implements ICommandHandler<BaixarExportacao> {
  constructor(
    private readonly database: Database,
    private readonly opacos: TokensDeRenovacao,
    private readonly exportacoes: ExportacaoRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws ExportacaoVencida when the link is no more, or never was; Problem 429 when it was used too often */
  async execute({ codigo }: BaixarExportacao): Promise<Readable> {
    const pronta = await this.database.transaction(async () => {
      const uma = await this.exportacoes.take(this.opacos.hash(codigo));
      if (!uma) throw new ExportacaoVencida();
      if (uma === 'DEMAIS')
        throw new Problem(429, 'auth.exportacao-baixada-demais', 'Este link já foi usado vezes demais', {
          headers: { 'retry-after': '86400' },
        });
      await this.auditoria.record('exportacao.baixada', { pessoaId: uma.usuarioId, alvo: `exportacao/${uma.id}` });
      return uma;
    });
    return this.exportacoes.archive(pronta);
  }
}

interface Row {
  readonly id: string;
  readonly usuario_id: string;
  readonly estado: ExportacoesHttp['itens'][number]['estado'];
  readonly pedido_em: Date;
  readonly prazo: Date;
  readonly pronta_em: Date | null;
  readonly expira_em: Date | null;
  readonly atrasada: boolean;
  readonly falta: string[];
}

const toHttp = ({ id, estado, pedido_em, pronta_em, expira_em }: Row) => ({
  id,
  estado,
  pedidoEm: pedido_em.toISOString(),
  prontaEm: pronta_em?.toISOString() ?? null,
  expiraEm: expira_em?.toISOString() ?? null,
});

export class ListarMinhasExportacoes extends Query<MinhasExportacoesHttp> {
  constructor(readonly usuarioId: string) {
    super();
  }
}

@QueryHandler(ListarMinhasExportacoes)
export class ListarMinhasExportacoesHandler implements IQueryHandler<ListarMinhasExportacoes> {
  constructor(private readonly database: Database) {}

  async execute({ usuarioId }: ListarMinhasExportacoes): Promise<MinhasExportacoesHttp> {
    const rows = await this.database.query<Row>(
      'SELECT * FROM pedidos_de_exportacao WHERE usuario_id = $1 ORDER BY pedido_em DESC LIMIT 10',
      [usuarioId],
    );
    return { itens: rows.map(toHttp) };
  }
}

export class ListarExportacoes extends Query<ExportacoesHttp> {
  constructor(readonly filtro: ListaDeExportacoesHttp) {
    super();
  }
}

@QueryHandler(ListarExportacoes)
export class ListarExportacoesHandler implements IQueryHandler<ListarExportacoes> {
  constructor(private readonly database: Database) {}

  async execute({ filtro: { cursor, limite, estado } }: ListarExportacoes): Promise<ExportacoesHttp> {
    const rows = await this.database.query<Row>(
      `SELECT id, usuario_id, estado, pedido_em, prazo, pronta_em, expira_em, estado = 'REUNINDO' AND prazo < now() AS atrasada,
              ARRAY(SELECT servico FROM partes_de_exportacao
                     WHERE pedido_id = p.id AND estado = 'REUNINDO' AND fim IS NULL ORDER BY 1) AS falta
         FROM pedidos_de_exportacao p
        WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR estado = $2) ORDER BY id DESC LIMIT $3`,
      [cursor ?? null, estado ?? null, limite + 1],
    );
    const itens = rows.slice(0, limite).map((row) => ({
      ...toHttp(row),
      usuarioId: row.usuario_id,
      prazo: row.prazo.toISOString(),
      atrasada: row.atrasada,
      falta: row.falta,
    }));
    return { itens, proximo: rows.length > limite ? (itens.at(-1)?.id ?? null) : null };
  }
}

/** An operator wants what is missing asked for again, now. */
export class RetomarExportacao extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RetomarExportacao)
export class RetomarExportacaoHandler implements ICommandHandler<RetomarExportacao> {
  constructor(
    private readonly database: Database,
    private readonly exportacoes: ExportacaoRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws ExportacaoInexistente when none is under way */
  execute({ id }: RetomarExportacao): Promise<void> {
    return this.database.transaction(async () => {
      if (!(await this.exportacoes.hurry(id))) throw new ExportacaoInexistente();
      await this.auditoria.record('exportacao.retomada', { alvo: `exportacao/${id}` });
    });
  }
}
