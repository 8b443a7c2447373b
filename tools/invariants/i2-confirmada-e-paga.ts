import { accounts, type Charge, charges, net } from './money.ts';
import { type Invariant, type ProviderBalance, type Violation, violation } from './sources.ts';

export const i2: Invariant = {
  id: 'I2',
  promise: 'CONFIRMADA exatamente quando uma cobrança sua foi capturada; provedor, razão e cobrança concordam',
  async check(sources) {
    const all = await accounts(sources);
    const unpaid = all.filter(
      ({ purchase, charges: own }) =>
        purchase?.situacao === 'VALE' &&
        (net(own) !== purchase.pagoCentavos ||
          !purchase.pagamentos.every((id) => own.some((charge) => charge.pagamentoId === id && isCaptured(charge)))),
    );
    const unconfirmed = all.filter(
      ({ purchase, charges: own }) => net(own) !== 0 && (!purchase || purchase.situacao === 'ESPERA'),
    );
    const own = all.flatMap((account) => account.charges);
    const contradictory = own.filter(
      ({ estado, capturadoCentavos, valorCentavos }) =>
        capturadoCentavos !== (estado === 'APROVADA' ? valorCentavos : 0),
    );
    return {
      checked: all.length,
      violations: [
        ...violation('reserva que vale sem captura do que crê pago', unpaid),
        ...violation('dinheiro capturado de reserva que ainda espera, ou que não existe', unconfirmed),
        ...violation('estado da cobrança e razão se contradizem', contradictory),
        ...(sources.provider
          ? disagreements(await sources.provider(), await charges(sources.databases.pagamentos))
          : []),
      ],
      notes: sources.provider ? [] : ['o razão da Stripe não foi consultado: só o emulador o dá inteiro'],
    };
  },
};

const isCaptured = ({ estado }: Charge): boolean => estado === 'APROVADA';

/** What the provider has of each charge, against what our ledger says of it. */
function disagreements(balances: ProviderBalance[], own: Charge[]): Violation[] {
  const byIntent = new Map(balances.map((balance) => [balance.paymentIntent, balance]));
  const different = own
    .map((charge) => ({ charge, provedor: byIntent.get(charge.paymentIntent ?? '') }))
    .filter(
      ({ charge, provedor }) =>
        (provedor?.capturadoCentavos ?? 0) !== charge.capturadoCentavos ||
        (provedor?.estornadoCentavos ?? 0) !== charge.estornadoCentavos,
    );
  const ours = new Set(own.map(({ paymentIntent }) => paymentIntent));
  const bookings = new Set<string | undefined>(own.map(({ reservaId }) => reservaId));
  const stray = balances.filter(
    (balance) => !ours.has(balance.paymentIntent) && balance.capturadoCentavos !== balance.estornadoCentavos,
  );
  return [
    ...violation('provedor e razão discordam', different),
    ...violation(
      'dinheiro no provedor que nenhuma cobrança nossa explica',
      stray.filter(({ reservaId }) => !bookings.has(reservaId)),
    ),
    ...violation(
      'mais de uma captura pela mesma reserva',
      stray.filter(({ reservaId }) => bookings.has(reservaId)),
    ),
  ];
}
