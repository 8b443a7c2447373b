import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ProvedorDePagamento } from './ports.js';
import { ProcessarWebhooks } from './processar-webhooks.js';

/** The provider tells of something, over HTTP: stored now, processed later. */
export class ReceberWebhook extends Command<void> {
  constructor(
    readonly corpo: Buffer,
    readonly assinatura: string,
  ) {
    super();
  }
}

@CommandHandler(ReceberWebhook)
export class ReceberWebhookHandler implements ICommandHandler<ReceberWebhook> {
  constructor(
    private readonly provedor: ProvedorDePagamento,
    private readonly webhooks: ProcessarWebhooks,
  ) {}

  /** The same event again changes nothing. @throws AssinaturaInvalida */
  async execute({ corpo, assinatura }: ReceberWebhook): Promise<void> {
    await this.webhooks.store(this.provedor.verifyWebhook(corpo, assinatura), corpo.toString('utf8'), 'PROVEDOR');
  }
}
