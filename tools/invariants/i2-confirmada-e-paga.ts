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
      ({ estado, proprioCentavos, valorCentavos }) => proprioCentavos !== (estado === 'APROVADA' ? valorCentavos : 0),
    );
    const disputed = own.filter(({ disputadoCentavos, retidoCentavos }) => disputadoCentavos !== retidoCentavos);
    return {
      checked: all.length,
      violations: [
        ...violation('reserva que vale sem captura do que crê pago', unpaid),
        ...violation('dinheiro capturado de reserva que ainda espera, ou que não existe', unconfirmed),
        ...violation('estado da cobrança e razão se contradizem', contradictory),
        ...violation('razão e disputas se contradizem', disputed),
        ...(sources.provider
          ? disagreements(await sources.provider(), await charges(sources.databases.pagamentos))
          : []),
      ],
      notes: sources.provider ? [] : ['o razão da Stripe não foi consultado: só o emulador o dá inteiro'],
    };
  },
};

const isCaptured = ({ estado }: Charge): boolean => estado === 'APROVADA';

const keyOf = ({ reservaId, parcela }: { reservaId: string | undefined; parcela: number }): string =>
  `${String(reservaId)} ${parcela}`;

function grouped(balances: ProviderBalance[]): Map<string, ProviderBalance[]> {
  const groups = new Map<string, ProviderBalance[]>();
  for (const balance of balances) groups.set(keyOf(balance), [...(groups.get(keyOf(balance)) ?? []), balance]);
  return groups;
}

/** What the provider has of each charge, against what our ledger says of it. */
function disagreements(balances: ProviderBalance[], own: Charge[]): Violation[] {
  const total = (
    of: ProviderBalance[],
    field: 'capturadoCentavos' | 'estornadoCentavos' | 'disputadoCentavos',
  ): number => of.reduce((sum, balance) => sum + balance[field], 0);
  const byCharge = grouped(balances);
  const different = own
    .map((charge) => ({ charge, provedor: byCharge.get(keyOf(charge)) ?? [] }))
    .filter(
      ({ charge, provedor }) =>
        total(provedor, 'capturadoCentavos') !== charge.capturadoCentavos ||
        total(provedor, 'estornadoCentavos') !== charge.estornadoCentavos ||
        total(provedor, 'disputadoCentavos') !== charge.disputadoCentavos,
    );
  const ours = new Set(own.map(keyOf));
  const kept = balances.filter(
    ({ capturadoCentavos, estornadoCentavos, disputadoCentavos }) =>
      capturadoCentavos > estornadoCentavos + disputadoCentavos,
  );
  return [
    ...violation('provedor e razão discordam', different),
    ...violation(
      'dinheiro no provedor que nenhuma cobrança nossa explica',
      kept.filter((balance) => !ours.has(keyOf(balance))),
    ),
    ...violation(
      'mais de uma captura pela mesma cobrança',
      [...grouped(kept).values()].filter((group) => group.length > 1),
    ),
  ];
}
