import { type Charge, charges, net, pairs } from './money.ts';
import { type Invariant, type ProviderBalance, type Violation, violation } from './sources.ts';

export const i2: Invariant = {
  id: 'I2',
  promise: 'CONFIRMADA exatamente quando uma cobrança sua foi capturada; provedor, razão e cobrança concordam',
  async check(sources) {
    const all = await pairs(sources);
    const unpaid = all.filter(
      ({ booking, charge }) =>
        booking?.status === 'CONFIRMADA' &&
        booking.valorCentavos > 0 &&
        (net(charge) !== booking.valorCentavos || charge?.pagamentoId !== booking.pagamentoId),
    );
    const unconfirmed = all.filter(
      ({ booking, charge }) => net(charge) !== 0 && booking?.status !== 'CONFIRMADA' && booking?.status !== 'CANCELADA',
    );
    const own = all.flatMap(({ charge }) => charge ?? []);
    const contradictory = own.filter(
      ({ estado, capturadoCentavos, valorCentavos }) =>
        capturadoCentavos !== (estado === 'APROVADA' ? valorCentavos : 0),
    );
    return {
      checked: all.length,
      violations: [
        ...violation('reserva CONFIRMADA sem captura do seu valor exato', unpaid),
        ...violation('dinheiro capturado de reserva que não está CONFIRMADA', unconfirmed),
        ...violation('estado da cobrança e razão se contradizem', contradictory),
        ...(sources.provider
          ? disagreements(await sources.provider(), await charges(sources.databases.pagamentos))
          : []),
      ],
      notes: sources.provider ? [] : ['o razão da Stripe não foi consultado: só o emulador o dá inteiro'],
    };
  },
};

/** What the provider has of each booking, against what our ledger says of it. */
function disagreements(balances: ProviderBalance[], own: Charge[]): Violation[] {
  const total = (of: ProviderBalance[], field: 'capturadoCentavos' | 'estornadoCentavos'): number =>
    of.reduce((sum, balance) => sum + balance[field], 0);
  const byBooking = byReserva(balances);
  const different = own
    .map((charge) => ({ charge, provedor: byBooking.get(charge.reservaId) ?? [] }))
    .filter(
      ({ charge, provedor }) =>
        total(provedor, 'capturadoCentavos') !== charge.capturadoCentavos ||
        total(provedor, 'estornadoCentavos') !== charge.estornadoCentavos,
    );
  const ours = new Set(own.map(({ reservaId }) => reservaId));
  const captured = balances.filter(({ capturadoCentavos }) => capturadoCentavos > 0);
  const unknown = captured.filter(({ reservaId }) => reservaId === undefined || !ours.has(reservaId));
  const twice = [...byReserva(captured).values()].filter((group) => group.length > 1);
  return [
    ...violation('provedor e razão discordam', different),
    ...violation('dinheiro no provedor que nenhuma cobrança nossa explica', unknown),
    ...violation('mais de uma captura pela mesma reserva', twice),
  ];
}

function byReserva(balances: ProviderBalance[]): Map<string | undefined, ProviderBalance[]> {
  const groups = new Map<string | undefined, ProviderBalance[]>();
  for (const balance of balances) {
    const group = groups.get(balance.reservaId);
    if (group) group.push(balance);
    else groups.set(balance.reservaId, [balance]);
  }
  return groups;
}
