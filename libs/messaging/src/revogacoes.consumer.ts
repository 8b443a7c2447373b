import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { Revogacoes } from '@plataforma/platform';

/**
 * Hears of ended sessions by message, also while Redis is away. A queue has one reader at a time: of several instances
 * the others hear it by Redis alone.
 */
@Controller()
export class RevogacoesConsumer {
  constructor(private readonly revogacoes: Revogacoes) {}

  @EventPattern('sessao.revogada.v1')
  revogada(@Payload() { data }: CloudEvent<'sessao.revogada.v1'>): void {
    this.revogacoes.add(data.sessaoId, new Date(data.tokensAte));
  }
}
