import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ApagamentosHttp, ComprovanteHttp, ListaDeApagamentosHttp } from '@plataforma/contracts';
import { Auditoria } from '@plataforma/messaging';
import { Database, failpoint, Problem } from '@plataforma/platform';
import {
  ApagamentoComPendencias,
  ApagamentoEmAndamento,
  ApagamentoInexistente,
  UsuarioInexistente,
} from '../domain/errors.js';
import { requireAdmin } from './administrar-usuarios.js';
import { ConferirSenha } from './mudar-conta.js';
import {
  ApagamentoRepository,
  Correio,
  type RespostaDeApagamento,
  SessaoRepository,
  TokensDeRenovacao,
  UsuarioRepository,
} from './ports.js';

/** Who is asked whether something of a person is not over. */
export const CONFERENTES = ['reservas', 'pagamentos'] as const;
/** How long whoever asks waits for them, ms, and how often it is looked. */
const ESPERA_MS = 10_000;
const PASSO_MS = 100;

/** Somebody wants to be forgotten: refused while something of theirs is not over, and else under way when this returns. */
export class ApagarConta extends Command<{ id: string; comprovante: string }> {
  constructor(
    readonly usuarioId: string,
    readonly senha: string,
    readonly endereco: string,
  ) {
    super();
  }
}

@CommandHandler(ApagarConta)
export class ApagarContaHandler implements ICommandHandler<ApagarConta> {
  constructor(
    private readonly conferencia: ConferirSenha,
    private readonly usuarios: UsuarioRepository,
    private readonly sessoes: SessaoRepository,
    private readonly apagamentos: ApagamentoRepository,
    private readonly opacos: TokensDeRenovacao,
    private readonly correio: Correio,
    private readonly auditoria: Auditoria,
  ) {}

  /**
   * @throws SenhaAtualIncorreta, ApagamentoComPendencias, ApagamentoEmAndamento, UltimoAdministrador; what the limiter
   *   throws; Problem 503 when a service does not answer in time: then nothing was done
   */
  async execute({ usuarioId, senha, endereco }: ApagarConta): Promise<{ id: string; comprovante: string }> {
    await this.conferencia.conferir(usuarioId, senha, endereco);
    const [id, comprovante] = [randomUUIDv7(), this.opacos.create()];
    if (!(await this.apagamentos.open(id, usuarioId, this.opacos.hash(comprovante)))) throw new ApagamentoEmAndamento();
    failpoint('auth.apagamento.pedido-aberto');
    try {
      await this.apagamentos.ask(id, 'CONFERIR', CONFERENTES);
      failpoint('auth.apagamento.pedido-perguntado');
      const pendencias = (await this.answers(id)).flatMap((resposta) => resposta.pendencias);
      if (pendencias.length > 0) throw new ApagamentoComPendencias(pendencias);
      await this.begin(id, usuarioId, comprovante);
      failpoint('auth.apagamento.pedido-depois-do-commit');
    } catch (error) {
      await this.apagamentos.end(id, 'DESFEITO');
      throw error;
    }
    return { id, comprovante };
  }

  private async answers(id: string): Promise<RespostaDeApagamento[]> {
    for (const until = performance.now() + ESPERA_MS; performance.now() < until; await delay(PASSO_MS)) {
      const partes = await this.apagamentos.parts(id);
      if (partes.every(({ resposta }) => resposta)) return partes.flatMap(({ resposta }) => resposta ?? []);
    }
    throw new Problem(503, 'auth.apagamento-sem-resposta', 'Não foi possível conferir o que há em andamento', {
      headers: { 'retry-after': '30' },
    });
  }

  /** From here on nobody logs in, and the rest is done in the background. */
  private async begin(id: string, usuarioId: string, comprovante: string): Promise<void> {
    await this.usuarios.exclusively(async () => {
      const conta = await this.usuarios.find(usuarioId);
      if (!conta || conta.desativado) throw new UsuarioInexistente();
      await this.usuarios.setDesativado(usuarioId, true);
      await requireAdmin(this.usuarios, conta);
      await this.sessoes.endOf({ usuarioId }, 'CONTA');
      await this.apagamentos.begin(id);
      await this.correio.post({ tipo: 'APAGAMENTO_PEDIDO', para: conta, segredo: comprovante });
      await this.auditoria.record('apagamento.pedido', { pessoaId: usuarioId, alvo: `apagamento/${id}` });
      failpoint('auth.apagamento.pedido-antes-do-commit');
    });
  }
}

/** A service has answered. */
export class RegistrarRespostaDeApagamento extends Command<void> {
  constructor(readonly resposta: RespostaDeApagamento) {
    super();
  }
}

@CommandHandler(RegistrarRespostaDeApagamento)
export class RegistrarRespostaDeApagamentoHandler implements ICommandHandler<RegistrarRespostaDeApagamento> {
  constructor(private readonly apagamentos: ApagamentoRepository) {}

  execute({ resposta }: RegistrarRespostaDeApagamento): Promise<void> {
    return this.apagamentos.answered(resposta);
  }
}

/** An operator wants the next step of an erasure tried now. */
export class RetomarApagamento extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RetomarApagamento)
export class RetomarApagamentoHandler implements ICommandHandler<RetomarApagamento> {
  constructor(
    private readonly database: Database,
    private readonly apagamentos: ApagamentoRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws ApagamentoInexistente when none is under way */
  execute({ id }: RetomarApagamento): Promise<void> {
    return this.database.transaction(async () => {
      if (!(await this.apagamentos.hurry(id))) throw new ApagamentoInexistente();
      await this.auditoria.record('apagamento.retomado', { alvo: `apagamento/${id}` });
    });
  }
}

interface PedidoRow {
  readonly id: string;
  readonly usuario_id: string;
  readonly estado: ComprovanteHttp['estado'];
  readonly pedido_em: Date;
  readonly prazo: Date;
  readonly encerrado_em: Date | null;
  readonly atrasado: boolean;
  readonly falta: string[];
}

export class ListarApagamentos extends Query<ApagamentosHttp> {
  constructor(readonly filtro: ListaDeApagamentosHttp) {
    super();
  }
}

@QueryHandler(ListarApagamentos)
export class ListarApagamentosHandler implements IQueryHandler<ListarApagamentos> {
  constructor(private readonly database: Database) {}

  async execute({ filtro: { cursor, limite, estado } }: ListarApagamentos): Promise<ApagamentosHttp> {
    const rows = await this.database.query<PedidoRow>(
      `SELECT id, usuario_id, estado, pedido_em, prazo, encerrado_em, estado = 'APAGANDO' AND prazo < now() AS atrasado,
              ARRAY(SELECT servico FROM partes_de_apagamento WHERE pedido_id = p.id AND resposta IS NULL ORDER BY 1) AS falta
         FROM pedidos_de_apagamento p
        WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR estado = $2) ORDER BY id DESC LIMIT $3`,
      [cursor ?? null, estado ?? null, limite + 1],
    );
    const itens = rows.slice(0, limite).map(({ usuario_id, pedido_em, prazo, encerrado_em, ...row }) => ({
      ...row,
      usuarioId: usuario_id,
      pedidoEm: pedido_em.toISOString(),
      prazo: prazo.toISOString(),
      encerradoEm: encerrado_em?.toISOString() ?? null,
    }));
    return { itens, proximo: rows.length > limite ? (itens.at(-1)?.id ?? null) : null };
  }
}

/** What was erased and what was kept, for whoever has the code: the account is no more. */
export class ConsultarComprovante extends Query<ComprovanteHttp> {
  constructor(readonly comprovante: string) {
    super();
  }
}

@QueryHandler(ConsultarComprovante)
export class ConsultarComprovanteHandler implements IQueryHandler<ConsultarComprovante> {
  constructor(
    private readonly database: Database,
    private readonly opacos: TokensDeRenovacao,
    private readonly apagamentos: ApagamentoRepository,
  ) {}

  /** @throws ApagamentoInexistente */
  async execute({ comprovante }: ConsultarComprovante): Promise<ComprovanteHttp> {
    const [row] = await this.database.query<PedidoRow>(
      `SELECT id, estado, pedido_em, encerrado_em FROM pedidos_de_apagamento WHERE comprovante_hash = $1`,
      [this.opacos.hash(comprovante)],
    );
    if (!row) throw new ApagamentoInexistente();
    const respostas = (await this.apagamentos.parts(row.id)).flatMap(({ etapa, resposta }) =>
      etapa === 'APAGAR' && resposta ? [resposta] : [],
    );
    const linhas = (quais: 'apagado' | 'mantido') =>
      respostas.flatMap((resposta) => resposta[quais].map((linha) => ({ servico: resposta.servico, ...linha })));
    return {
      id: row.id,
      estado: row.estado,
      pedidoEm: row.pedido_em.toISOString(),
      encerradoEm: row.encerrado_em?.toISOString() ?? null,
      apagado: linhas('apagado'),
      mantido: linhas('mantido'),
    };
  }
}
