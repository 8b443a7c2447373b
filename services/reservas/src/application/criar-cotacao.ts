import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CotacaoHttp } from '@plataforma/contracts';
import type { Usuario } from '@plataforma/platform';
import { verificarPeriodo } from '../domain/espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from '../domain/abertura.js';
import { Acessos } from './acessos.js';
import { EspacoRepository } from './ports.js';
import { type Cotacao, CotacaoRepository } from './ports-precos.js';
import { Precificacao } from './precificacao.js';

/** Asks what a booking would cost; nothing is held. */
export class CriarCotacao extends Command<CotacaoHttp> {
  constructor(
    readonly usuario: Usuario,
    readonly espacoId: string,
    readonly inicio: Date,
    readonly fim: Date,
    readonly cupom?: string,
  ) {
    super();
  }
}

/** How long a quote is honoured, s. */
export class ValidadeDaCotacao {
  constructor(readonly segundos: number) {}
}

@CommandHandler(CriarCotacao)
export class CriarCotacaoHandler implements ICommandHandler<CriarCotacao> {
  constructor(
    private readonly espacos: EspacoRepository,
    private readonly acessos: Acessos,
    private readonly precificacao: Precificacao,
    private readonly cotacoes: CotacaoRepository,
    private readonly validade: ValidadeDaCotacao,
  ) {}

  /** @throws the errors of verificarPeriodo and Precificacao.estimar, EspacoInexistente, SemAcessoAoEspaco */
  async execute({ usuario, espacoId, inicio, fim, cupom }: CriarCotacao): Promise<CotacaoHttp> {
    const periodo = PeriodoReserva.de(inicio, fim);
    const { espaco, agora } = await this.espacos.load(espacoId);
    await this.acessos.exigir(espaco, usuario, 'RESERVAR');
    const clienteId = usuario.id;
    verificarPeriodo(espaco, periodo, agora, (janela) => intervalosAbertos(espaco, janela));
    const cotacao: Cotacao = {
      id: randomUUIDv7(),
      clienteId,
      espacoId,
      periodo,
      ...(await this.precificacao.estimar({ clienteId, espaco, periodo, agora, cupom })),
      expiraEm: Math.min(agora + this.validade.segundos * 1000, periodo.inicio),
    };
    await this.cotacoes.add(cotacao);
    return toHttp(cotacao, espaco.fuso);
  }
}

function toHttp(cotacao: Cotacao, fuso: string): CotacaoHttp {
  const { orcamento, periodo } = cotacao;
  const { linhas, totalCentavos, sinal } = orcamento;
  return {
    id: cotacao.id,
    espacoId: cotacao.espacoId,
    espacoVersao: cotacao.espacoVersao,
    inicio: new Date(periodo.inicio).toISOString(),
    fim: new Date(periodo.fim).toISOString(),
    fuso,
    linhas: [...linhas],
    totalCentavos,
    moeda: 'BRL',
    sinal: sinal && { ...sinal, saldoCentavos: totalCentavos - sinal.sinalCentavos },
    politicaCancelamento: [...cotacao.politicaCancelamento],
    cupom: cotacao.cupom?.codigo ?? null,
    expiraEm: new Date(cotacao.expiraEm).toISOString(),
  };
}
