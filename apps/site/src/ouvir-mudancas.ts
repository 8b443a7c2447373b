import type { EventoAoVivo, ReservaCompletaHttp } from '@plataforma/contracts';
import { ouvir } from '@plataforma/contracts/ao-vivo';
import { consultas } from '@plataforma/kit';
import type { QueryKey } from '@tanstack/react-query';
import { conferirSessao, type tokenDeAcesso } from './sessao.js';

const relerSe = (queryKey: QueryKey): void => void consultas.invalidateQueries({ queryKey });
const relerReserva = (serve: (completa: ReservaCompletaHttp) => boolean): void =>
  void consultas.invalidateQueries({
    queryKey: ['reserva'],
    predicate: ({ state }) => state.data === undefined || serve(state.data as ReservaCompletaHttp),
  });

/** Only what is on the screen is read again at once; the rest when it is looked at. */
function acolher(evento: EventoAoVivo): void {
  switch (evento.nome) {
    case 'releia':
      for (const lido of ['reserva', 'reservas', 'livres', 'fila']) relerSe([lido]);
      return;
    case 'reserva': {
      const { reservaId, versao } = evento.dados;
      relerReserva(({ reserva }) => reserva.id === reservaId && reserva.versao < versao);
      // What one waited for is offered as a booking.
      for (const lista of ['reservas', 'fila']) relerSe([lista]);
      return;
    }
    case 'pagamento':
      // A Pix that is no longer good is not shown as if it were.
      relerSe(['intento']);
      return relerReserva(({ reserva }) => reserva.cobrancaId === evento.dados.cobrancaId);
    case 'espaco':
      relerSe(['livres', evento.dados.espacoId]);
      return;
    case 'fim':
      // Ended elsewhere: what is on the screen is let go of as soon as that is known.
      if (evento.dados.motivo === 'SESSAO') void conferirSessao();
      return;
    case 'retomada':
  }
}

/**
 * Hears what changes until it is told to stop, and has it read again.
 *
 * @param dizer told whether anything is heard now
 */
export async function ouvirMudancas(
  deQuem: { readonly espacoId?: string; readonly token?: typeof tokenDeAcesso },
  signal: AbortSignal,
  dizer: (ouvindo: boolean) => void,
): Promise<void> {
  if (signal.aborted) return;
  for await (const evento of ouvir({ origem: location.origin, signal, aoFalhar: () => dizer(false), ...deQuem })) {
    if (!signal.aborted) dizer(evento.nome !== 'fim');
    acolher(evento);
  }
  if (!signal.aborted) dizer(false);
}
