import { failpoint, type Logger } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import type { CommandBus } from '@nestjs/cqrs';
import type { Aviso } from '../domain/entrega.js';
import { Avisar } from './avisos.js';
import type { Lembrete, ReservasConhecidas } from './ports.js';

const EM_MAOS = 10;
const ITEM_MS = 20_000;
/** Of two reminders of one booking that have not left the later one alone is sent. */
const SOBRE = { LEMBRETE_24H: 'LEMBRETE', LEMBRETE_1H: 'LEMBRETE', SALDO_A_VENCER: 'SALDO' } as const;

/** Writes down the reminders that are due, once for each moment that they were reckoned for, however many instances there are. */
export class Lembrar extends LeasedWork<Lembrete> {
  constructor(
    reservas: ReservasConhecidas,
    private readonly commands: CommandBus,
    logger: Logger,
  ) {
    super({ table: reservas.reminders, concurrency: EM_MAOS, itemMs: ITEM_MS }, logger);
  }

  protected override process({ tipo, para, reserva }: Lembrete, posse: Claim): Promise<unknown> {
    return this.table.holding(posse, async () => {
      const { reservaId, usuarioId } = reserva;
      const aviso = avisoDe(tipo, reserva);
      // The minute is the version: of another beginning there is another reminder.
      const versao = Math.floor(para.getTime() / 60_000);
      if (aviso) await this.commands.execute(new Avisar({ reservaId, versao, usuarioId, aviso, sobre: SOBRE[tipo] }));
      await this.table.finish(posse);
      failpoint('notificacoes.lembretes.antes-do-commit');
    });
  }
}

function avisoDe(
  tipo: Lembrete['tipo'],
  { dados, codigo, toleranciaMinutos, saldoCentavos, saldoVenceEm }: Lembrete['reserva'],
): Aviso | undefined {
  if (tipo !== 'SALDO_A_VENCER') return { tipo, reserva: dados, codigo, toleranciaMinutos, saldoCentavos };
  return saldoVenceEm === undefined ? undefined : { tipo, reserva: dados, saldoCentavos, expiraEm: saldoVenceEm };
}
