import { createHash } from 'node:crypto';
import { Controller, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { operacoesDeReservas, pode } from '@plataforma/contracts';
import { type Http, notPermitted, Operacao, type Pedido } from '@plataforma/platform';
import { CriarCalendario, LerCalendario, ListarCalendarios, RevogarCalendario } from '../application/calendarios.js';
import { CalendarioInexistente } from '../domain/errors.js';

const { calendarios, feed } = operacoesDeReservas;
const ARQUIVO = /^([A-Za-z0-9_-]{43})\.ics$/;

@Controller()
export class CalendariosController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Operacao(calendarios.create)
  create({ corpo, usuario }: Pedido<typeof calendarios.create>) {
    if (corpo.escopo === 'ESPACO' && !pode(usuario, 'calendarios.assinar:todos')) throw notPermitted();
    return this.commands.execute(new CriarCalendario(corpo, usuario));
  }

  @Operacao(calendarios.list)
  list({ usuario }: Pedido<typeof calendarios.list>) {
    return this.queries.execute(new ListarCalendarios(usuario));
  }

  @Operacao(calendarios.revoke)
  revoke({ parametros, usuario }: Pedido<typeof calendarios.revoke>): Promise<void> {
    return this.commands.execute(new RevogarCalendario(parametros.id, usuario));
  }

  /** A private cache may keep it, but asks each time whether it still holds. */
  @Operacao(feed.feed)
  async feed({ parametros }: Pedido<typeof feed.feed>, { request, reply }: Http) {
    const [, token] = ARQUIVO.exec(parametros.arquivo) ?? [];
    if (token === undefined) throw new CalendarioInexistente();
    const calendario = await this.queries.execute(new LerCalendario(token));
    const etag = `"${createHash('sha256').update(calendario).digest('base64url')}"`;
    void reply.headers({ etag, 'cache-control': 'private, no-cache', 'referrer-policy': 'no-referrer' });
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.includes(etag)) return { status: 304, corpo: undefined } as const;
    const corpo = new StreamableFile(Buffer.from(calendario), { type: 'text/calendar; charset=utf-8' });
    return { status: 200, corpo } as const;
  }
}
