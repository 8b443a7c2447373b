import { accounts, net } from './money.ts';
import { count, type Invariant, violation } from './sources.ts';

const UNBALANCED = `
  SELECT origem, array_agg(DISTINCT cobranca_id) AS cobrancas, sum(valor_centavos)::float8 AS soma, count(*)::int AS lados
    FROM lancamentos GROUP BY origem HAVING sum(valor_centavos) <> 0 OR count(*) <> 2`;

export const i3: Invariant = {
  id: 'I3',
  promise: 'de uma reserva cancelada fica só o que a política dela retém; o razão soma zero',
  async check(sources) {
    const { pagamentos } = sources.databases;
    const cancelled = (await accounts(sources)).filter(({ purchase }) => purchase?.situacao === 'CANCELADA');
    const wrong = cancelled
      .map((account) => ({ ...account, liquidoCentavos: net(account.charges) }))
      .filter(
        ({ purchase, liquidoCentavos }) =>
          liquidoCentavos !== purchase?.pagoCentavos || purchase.pagoSemConfirmacaoCentavos !== 0,
      );
    return {
      checked: cancelled.length + (await count(pagamentos, 'lancamentos')),
      violations: [
        ...violation('reserva CANCELADA com dinheiro a mais ou a menos do que a política retém', wrong),
        ...violation('lançamentos que não se equilibram', await pagamentos(UNBALANCED)),
      ],
      notes: [],
    };
  },
};
