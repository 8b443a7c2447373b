import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pactoDe, quebrados } from '@plataforma/testing';
import { type CobrancaDeTeste, PagamentosFixture } from './pagamentos-fixture.js';

describe('O que outros leem de pagamentos', () => {
  let pagamentos: PagamentosFixture;
  let aberta: CobrancaDeTeste;

  beforeAll(async () => {
    pagamentos = await PagamentosFixture.start();
    aberta = await pagamentos.charge();
    await pagamentos.opened(aberta);
  });
  afterAll(() => pagamentos.stop());

  it.each((pactoDe('bff-mobile', 'pagamentos').interactions ?? []).map((one) => [one.description, one] as const))(
    'o aplicativo: %s',
    async (_description, { request, response }) => {
      const { status, body } = await pagamentos.http.get(`${request.path}?reservaId=${aberta.reservaId}`, {
        token: aberta.token,
      });
      expect([status, quebrados(response.matchingRules, response.body, body)]).toEqual([response.status, []]);
    },
  );

  it.each(['pagamento.criado.v1', 'pagamento.aprovado.v1', 'pagamento.estornado.v1'] as const)(
    'o bff-web, ao vivo: %s',
    async (type) => {
      const paga = await pagamentos.paid();
      if (type === 'pagamento.estornado.v1') await pagamentos.refund(paga.reservaId, 100);
      const [publicada] = await pagamentos.told(type, paga.reservaId);
      const pacto = pactoDe('bff-web', 'pagamentos').messages?.find(({ description }) => description === type);
      if (!pacto) throw new Error(`não há pacto de ${type}`);
      expect(quebrados(pacto.matchingRules, pacto.contents, publicada)).toEqual([]);
    },
  );
});
