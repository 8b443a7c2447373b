import { randomUUIDv7 } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type CloudEvent, MAXIMO_CENTAVOS } from '@plataforma/contracts';
import { UnprocessableMessageError } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { CobrancaRepository, EstornoRepository } from '../application/ports.js';
import { ProcessarCobrancas } from '../application/processar-cobrancas.js';
import { ProcessarEstornos } from '../application/processar-estornos.js';
import { MINIMO_CENTAVOS } from '../domain/cobranca.js';
import { CobrancaDivergente, ErroDePagamento, ValorAbaixoDoMinimo, ValorAcimaDoMaximo } from '../domain/errors.js';

/** What reservas asks for: recorded here, in the inbox's transaction, and done by the workers. */
@Controller()
export class ComandosConsumer {
  constructor(
    private readonly database: Database,
    private readonly cobrancas: CobrancaRepository,
    private readonly estornos: EstornoRepository,
    private readonly processarCobrancas: ProcessarCobrancas,
    private readonly processarEstornos: ProcessarEstornos,
  ) {}

  @EventPattern('cobranca.criar.v1')
  async charge(@Payload() { data }: CloudEvent<'cobranca.criar.v1'>): Promise<void> {
    const { parcela = 1, finalidade = 'INTEGRAL' } = data;
    try {
      if (data.valorCentavos < MINIMO_CENTAVOS) throw new ValorAbaixoDoMinimo(data.valorCentavos, MINIMO_CENTAVOS);
      if (data.valorCentavos > MAXIMO_CENTAVOS) throw new ValorAcimaDoMaximo(data.valorCentavos, MAXIMO_CENTAVOS);
      await this.cobrancas.create({ id: randomUUIDv7(), ...data, parcela, finalidade });
    } catch (error) {
      // However often it is tried: somebody has to look at it.
      const recusas = [CobrancaDivergente, ValorAbaixoDoMinimo, ValorAcimaDoMaximo];
      if (error instanceof ErroDePagamento && recusas.some((recusa) => error instanceof recusa))
        throw new UnprocessableMessageError(`${error.code}: ${error.message}`, { cause: error });
      throw error;
    }
    this.database.afterCommit(() => this.processarCobrancas.wake());
  }

  @EventPattern('cobranca.cancelar.v1')
  async cancel(@Payload() { data: { reservaId, parcela = 1 } }: CloudEvent<'cobranca.cancelar.v1'>): Promise<void> {
    await this.cobrancas.requestCancellation({ reservaId, parcela });
    this.database.afterCommit(() => this.processarCobrancas.wake());
  }

  @EventPattern('estorno.criar.v1')
  async refund(@Payload() { id, data }: CloudEvent<'estorno.criar.v1'>): Promise<void> {
    const { parcela = 1, reservaId, valorCentavos, motivo } = data;
    await this.estornos.create({ id, reservaId, parcela, valorCentavos, motivo });
    this.database.afterCommit(() => this.processarEstornos.wake());
  }
}
