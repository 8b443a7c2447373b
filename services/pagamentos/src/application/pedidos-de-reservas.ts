import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MAXIMO_CENTAVOS } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { MINIMO_CENTAVOS } from '../domain/cobranca.js';
import { ValorAbaixoDoMinimo, ValorAcimaDoMaximo } from '../domain/errors.js';
import { CobrancaRepository, EstornoRepository, type Marca, type NovaCobranca, type NovoEstorno } from './ports.js';
import { ProcessarCobrancas } from './processar-cobrancas.js';
import { ProcessarEstornos } from './processar-estornos.js';

/* What reservas asks for: recorded here, in the caller's transaction, and done by the workers. */

export class CriarCobranca extends Command<void> {
  constructor(readonly cobranca: NovaCobranca) {
    super();
  }
}

@CommandHandler(CriarCobranca)
export class CriarCobrancaHandler implements ICommandHandler<CriarCobranca> {
  constructor(
    private readonly database: Database,
    private readonly cobrancas: CobrancaRepository,
    private readonly processar: ProcessarCobrancas,
  ) {}

  /** @throws ValorAbaixoDoMinimo, ValorAcimaDoMaximo, CobrancaDivergente */
  async execute({ cobranca }: CriarCobranca): Promise<void> {
    const { valorCentavos } = cobranca;
    if (valorCentavos < MINIMO_CENTAVOS) throw new ValorAbaixoDoMinimo(valorCentavos, MINIMO_CENTAVOS);
    if (valorCentavos > MAXIMO_CENTAVOS) throw new ValorAcimaDoMaximo(valorCentavos, MAXIMO_CENTAVOS);
    await this.cobrancas.create(cobranca);
    this.database.afterCommit(() => this.processar.wake());
  }
}

export class CancelarCobranca extends Command<void> {
  constructor(readonly marca: Marca) {
    super();
  }
}

@CommandHandler(CancelarCobranca)
export class CancelarCobrancaHandler implements ICommandHandler<CancelarCobranca> {
  constructor(
    private readonly database: Database,
    private readonly cobrancas: CobrancaRepository,
    private readonly processar: ProcessarCobrancas,
  ) {}

  async execute({ marca }: CancelarCobranca): Promise<void> {
    await this.cobrancas.requestCancellation(marca);
    this.database.afterCommit(() => this.processar.wake());
  }
}

export class CriarEstorno extends Command<void> {
  constructor(readonly estorno: NovoEstorno) {
    super();
  }
}

@CommandHandler(CriarEstorno)
export class CriarEstornoHandler implements ICommandHandler<CriarEstorno> {
  constructor(
    private readonly database: Database,
    private readonly estornos: EstornoRepository,
    private readonly processar: ProcessarEstornos,
  ) {}

  /** @throws PagamentoNaoCapturado */
  async execute({ estorno }: CriarEstorno): Promise<void> {
    await this.estornos.create(estorno);
    this.database.afterCommit(() => this.processar.wake());
  }
}
