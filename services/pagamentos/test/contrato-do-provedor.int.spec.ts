import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmulator } from '@plataforma/stripe-emulator';
import { readSettings } from '@plataforma/stripe-emulator/settings';
import { eventually } from '@plataforma/testing';
import Stripe from 'stripe';
import {
  AssinaturaInvalida,
  ChaveEmConflito,
  type EstornoAFazer,
  type ProvedorDePagamento,
  RecusaDoProvedor,
} from '../src/application/ports.js';
import type { Cobranca } from '../src/domain/cobranca.js';
import { StripeProvedor } from '../src/infrastructure/stripe-provedor.js';
import { Gravador } from './gravador.js';

const SECRETS = ['whsec_anterior', 'whsec_atual'] as const;

/** Somewhere that the contract is tried, with what only the person who pays does. */
interface Alvo {
  readonly provedor: ProvedorDePagamento;
  readonly sdk: Stripe;
  /** How long until searches and fees show what was done, ms. */
  readonly prazoMs: number;
  stop(): Promise<void>;
}

interface Candidato {
  readonly nome: string;
  readonly start: () => Promise<Alvo>;
}

const emulador: Candidato = {
  nome: 'emulador',
  start: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contrato-'));
    const gravador = await Gravador.start(process.env['STRIPE_GRAVACAO']);
    const chave = 'sk_test_contrato';
    const emulator = await startEmulator(
      readSettings({
        PORT: '0',
        DATA_DIR: folder,
        LOG_LEVEL: 'error',
        STRIPE_SECRET_KEY: chave,
        STRIPE_PUBLISHABLE_KEY: 'pk_test_contrato',
        STRIPE_WEBHOOK_SECRET: SECRETS[1],
        STRIPE_WEBHOOK_URL: gravador.webhooks,
      }),
    );
    gravador.passTo(emulator.url);
    const { hostname, port } = new URL(gravador.url);
    return {
      provedor: new StripeProvedor({
        STRIPE_SECRET_KEY: chave,
        STRIPE_WEBHOOK_SECRET: SECRETS,
        STRIPE_API_BASE: gravador.url,
      }),
      sdk: new Stripe(chave, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 }),
      prazoMs: 60_000,
      stop: async () => {
        await emulator.close();
        await gravador.stop();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** Stripe itself, only where somebody gives a key of its test mode: nothing leaves this machine otherwise. */
const chaveDeTeste = process.env['STRIPE_SECRET_KEY'];
const stripe: Candidato[] =
  chaveDeTeste?.startsWith('sk_test_') === true && process.env['STRIPE_API_BASE'] === undefined
    ? [
        {
          nome: 'Stripe, modo de teste',
          start: () =>
            Promise.resolve({
              provedor: new StripeProvedor({ STRIPE_SECRET_KEY: chaveDeTeste, STRIPE_WEBHOOK_SECRET: SECRETS }),
              sdk: new Stripe(chaveDeTeste),
              // Its search index follows within a minute (https://docs.stripe.com/search#data-freshness).
              prazoMs: 90_000,
              stop: () => Promise.resolve(),
            }),
        },
      ]
    : [];

describe.each([emulador, ...stripe])('contrato do provedor: $nome', ({ start }) => {
  let alvo: Alvo;

  beforeAll(async () => {
    alvo = await start();
  });

  afterAll(async () => {
    await alvo.stop();
  });

  const nova = (mudancas: Partial<Cobranca> = {}): Cobranca => ({
    id: randomUUID(),
    reservaId: randomUUID(),
    parcela: 1,
    finalidade: 'INTEGRAL',
    pagavelAte: new Date(Date.now() + 3_600_000).toISOString(),
    largados: [],
    clienteId: randomUUID(),
    valorCentavos: 9_000,
    descricao: 'Contrato do provedor',
    estado: 'A_ABRIR',
    cancelamentoPedido: false,
    provedorId: null,
    clientSecret: null,
    metodo: null,
    taxaLancada: false,
    chaveTentativa: 1,
    ultimaRecusa: null,
    contadas: [],
    tentativas: 0,
    ...mudancas,
  });
  const abrir = (cobranca = nova()) => alvo.provedor.openIntent(cobranca, `contrato-${randomUUID()}`);
  const pagar = (id: string, meio = 'pm_card_visa') =>
    alvo.sdk.paymentIntents.confirm(id, { payment_method: meio, return_url: 'https://reservas.exemplo/volta' });
  const pago = async (cobranca = nova()) => {
    const { provedorId } = await abrir(cobranca);
    await pagar(provedorId);
    return provedorId;
  };
  const aEstornar = (intentoId: string, valorCentavos: number): EstornoAFazer => ({
    id: randomUUID(),
    cobrancaId: randomUUID(),
    valorCentavos,
    origem: 'RESERVA',
    estado: 'A_FAZER',
    provedorId: null,
    reservaId: randomUUID(),
    intentoId,
    chaveTentativa: 1,
    tentativas: 0,
  });
  const estornar = (estorno: EstornoAFazer) => alvo.provedor.refund(estorno, `estorno-${estorno.id}-1`);
  const achar = async <T extends object>(paginas: AsyncIterable<T[]>, condicao: (item: T) => boolean) => {
    for await (const pagina of paginas) {
      const achado = pagina.find(condicao);
      if (achado) return achado;
    }
    return undefined;
  };
  const haPouco = () => new Date(Date.now() - 5 * 60_000);

  describe('abrir', () => {
    it('dá um intento em aberto, com o segredo de quem paga', async () => {
      expect(await abrir()).toMatchObject({
        provedorId: expect.stringMatching(/^pi_/),
        clientSecret: expect.stringMatching(/^pi_.*_secret_/),
        valorCentavos: 9_000,
        situacao: 'EM_ABERTO',
        capturadoCentavos: 0,
        recusa: null,
        emProcessamento: null,
        taxa: null,
      });
    });

    it('a mesma chave dá o mesmo intento; outra, outro', async () => {
      const cobranca = nova();
      const chave = `contrato-${randomUUID()}`;
      const primeiro = await alvo.provedor.openIntent(cobranca, chave);
      expect(await alvo.provedor.openIntent(cobranca, chave)).toEqual(primeiro);
      expect((await abrir(cobranca)).provedorId).not.toBe(primeiro.provedorId);
    });

    it('a mesma chave com outro corpo é um conflito à vista', async () => {
      const cobranca = nova();
      const chave = `contrato-${randomUUID()}`;
      await alvo.provedor.openIntent(cobranca, chave);
      await expect(alvo.provedor.openIntent({ ...cobranca, valorCentavos: 9_001 }, chave)).rejects.toThrow(
        ChaveEmConflito,
      );
    });

    it('menos do que o mínimo é recusado, e não adianta repetir', async () => {
      await expect(abrir(nova({ valorCentavos: 1 }))).rejects.toThrow(RecusaDoProvedor);
    });
  });

  describe('achar pelos metadados', () => {
    it('dá o intento da reserva e da parcela, e de nenhuma outra', async () => {
      const primeira = nova();
      const segunda = nova({ reservaId: primeira.reservaId, parcela: 2 });
      const [um, dois] = [await abrir(primeira), await abrir(segunda)];
      await eventually(
        async () => (await alvo.provedor.findIntent(segunda))?.provedorId === dois.provedorId,
        alvo.prazoMs,
      );
      await eventually(
        async () => (await alvo.provedor.findIntent(primeira))?.provedorId === um.provedorId,
        alvo.prazoMs,
      );
      expect(await alvo.provedor.findIntent({ reservaId: primeira.reservaId, parcela: 3 })).toBeUndefined();
    });

    it('entre dois, dá o que foi capturado', async () => {
      const cobranca = nova();
      await abrir(cobranca);
      const capturado = await pago(cobranca);
      await abrir(cobranca);
      await eventually(async () => {
        const achado = await alvo.provedor.findIntent(cobranca);
        return achado?.provedorId === capturado && achado.situacao === 'CAPTURADO';
      }, alvo.prazoMs);
    });
  });

  describe('pagar', () => {
    it('aprovado, mostra o capturado, o meio, a taxa e de quem é', async () => {
      const cobranca = nova({ parcela: 2 });
      const provedorId = await pago(cobranca);
      const { intento, marca } = await eventually(async () => {
        const lido = await alvo.provedor.retrieveIntent(provedorId);
        return lido.intento.taxa !== null && lido;
      }, alvo.prazoMs);
      expect(intento).toMatchObject({ situacao: 'CAPTURADO', capturadoCentavos: 9_000, metodo: 'CARTAO' });
      expect(intento.taxa?.centavos).toBeGreaterThan(0);
      expect(marca).toEqual({ reservaId: cobranca.reservaId, parcela: 2 });
    });

    it('recusado, fica em aberto, com o motivo e um nome para cada tentativa', async () => {
      const { provedorId } = await abrir();
      await expect(pagar(provedorId, 'pm_card_chargeDeclined')).rejects.toThrow(Stripe.errors.StripeCardError);
      const primeira = (await alvo.provedor.retrieveIntent(provedorId)).intento;
      expect(primeira).toMatchObject({ situacao: 'EM_ABERTO', recusa: { motivo: 'generic_decline' } });
      await expect(pagar(provedorId, 'pm_card_chargeDeclinedInsufficientFunds')).rejects.toThrow();
      const segunda = (await alvo.provedor.retrieveIntent(provedorId)).intento;
      expect(segunda.recusa?.motivo).toBe('insufficient_funds');
      expect(segunda.recusa?.ref).not.toBe(primeira.recusa?.ref);
      await pagar(provedorId);
      expect((await alvo.provedor.retrieveIntent(provedorId)).intento.situacao).toBe('CAPTURADO');
    });

    it('por Pix, mostra o código com o prazo dele', async () => {
      const { provedorId } = await abrir();
      await alvo.sdk.paymentIntents.confirm(provedorId, {
        payment_method_data: { type: 'pix' },
        return_url: 'https://reservas.exemplo/volta',
      });
      const { emProcessamento } = (await alvo.provedor.retrieveIntent(provedorId)).intento;
      expect(emProcessamento?.metodo).toBe('PIX');
      expect(Date.parse(emProcessamento?.expiraEm ?? '')).toBeGreaterThan(Date.now());
    });

    it('com 3-D Secure, espera por quem paga', async () => {
      const { provedorId } = await abrir();
      expect((await pagar(provedorId, 'pm_card_threeDSecure2Required')).status).toBe('requires_action');
      expect((await alvo.provedor.retrieveIntent(provedorId)).intento).toMatchObject({
        situacao: 'EM_ABERTO',
        emProcessamento: null,
      });
    });
  });

  describe('cancelar', () => {
    it('cancela o que está em aberto; o cancelado e o capturado voltam como estão', async () => {
      const { provedorId } = await abrir();
      expect((await alvo.provedor.cancelIntent(provedorId)).situacao).toBe('CANCELADO');
      expect((await alvo.provedor.cancelIntent(provedorId)).situacao).toBe('CANCELADO');
      await expect(pagar(provedorId)).rejects.toThrow(Stripe.errors.StripeInvalidRequestError);
      expect(await alvo.provedor.cancelIntent(await pago())).toMatchObject({
        situacao: 'CAPTURADO',
        capturadoCentavos: 9_000,
      });
    });
  });

  describe('estornar', () => {
    it('em parte, depois o resto, e nada além; a mesma chave não devolve duas vezes', async () => {
      const intento = await pago();
      const parte = aEstornar(intento, 4_000);
      const feito = await estornar(parte);
      expect(feito).toMatchObject({ estornoId: parte.id, valorCentavos: 4_000, situacao: 'CONCLUIDO', falha: null });
      expect(await estornar(parte)).toEqual(feito);
      await expect(estornar(aEstornar(intento, 5_001))).rejects.toThrow(RecusaDoProvedor);
      const resto = aEstornar(intento, 5_000);
      await estornar(resto);
      await expect(estornar(aEstornar(intento, 1))).rejects.toThrow(RecusaDoProvedor);
      const todos = await alvo.provedor.listRefunds(intento);
      expect(new Set(todos.map(({ estornoId }) => estornoId))).toEqual(new Set([parte.id, resto.id]));
      expect(await alvo.provedor.retrieveRefund(feito.provedorId)).toEqual(feito);
    });

    it('a mesma chave com outro valor é um conflito à vista', async () => {
      const parte = aEstornar(await pago(), 1_000);
      await estornar(parte);
      await expect(estornar({ ...parte, valorCentavos: 2_000 })).rejects.toThrow(ChaveEmConflito);
    });

    it('por inteiro, sem dizer quanto', async () => {
      const intento = await pago();
      expect(await alvo.provedor.refundAll(intento, `contrato-${randomUUID()}`)).toMatchObject({
        valorCentavos: 9_000,
        estornoId: null,
      });
    });

    it('pode ficar pendente, ou falhar depois', async () => {
      const comCartao = async (meio: string) => {
        const { provedorId } = await abrir();
        await pagar(provedorId, meio);
        return estornar(aEstornar(provedorId, 9_000));
      };
      expect((await comCartao('pm_card_pendingRefund')).situacao).toBe('EM_PROCESSAMENTO');
      const { provedorId } = await comCartao('pm_card_refundFail');
      await eventually(
        async () => (await alvo.provedor.retrieveRefund(provedorId)).situacao === 'FALHOU',
        alvo.prazoMs,
      );
    });

    it('o que não foi capturado é recusado', async () => {
      const { provedorId } = await abrir();
      await expect(estornar(aEstornar(provedorId, 1_000))).rejects.toThrow(RecusaDoProvedor);
    });
  });

  describe('disputa', () => {
    it('é listada com o que retirou', async () => {
      const { provedorId } = await abrir();
      await pagar(provedorId, 'pm_card_createDispute');
      const [disputa] = await eventually(async () => {
        const achadas = await alvo.provedor.listDisputes(provedorId);
        return (achadas[0]?.movimentos.length ?? 0) > 0 && achadas;
      }, alvo.prazoMs);
      expect(disputa).toMatchObject({ valorCentavos: 9_000, situacao: 'ABERTA', motivo: 'fraudulent' });
      expect(disputa?.movimentos[0]?.valorCentavos).toBe(9_000);
    });
  });

  describe('listar o que houve', () => {
    it('traz intentos com as suas marcas, estornos e disputas', async () => {
      const cobranca = nova();
      const intento = await pago(cobranca);
      const { provedorId } = await estornar(aEstornar(intento, 1_000));
      const listado = await eventually(
        () => achar(alvo.provedor.listIntents(haPouco()), (item) => item.intento.provedorId === intento),
        alvo.prazoMs,
      );
      expect(listado.marca).toEqual({ reservaId: cobranca.reservaId, parcela: 1 });
      const volta = await eventually(
        () => achar(alvo.provedor.listMovedBack(haPouco()), (item) => item.provedorId === provedorId),
        alvo.prazoMs,
      );
      expect(volta).toMatchObject({ tipo: 'ESTORNO', intentoId: intento, situacao: 'CONCLUIDO' });
    });

    it('traz os eventos, que dizem o mesmo que o objeto', async () => {
      const cobranca = nova();
      const intento = await pago(cobranca);
      const evento = await eventually(
        () =>
          achar(
            alvo.provedor.listEvents(haPouco()),
            ({ tipo, intentoId }) => tipo === 'payment_intent.succeeded' && intentoId === intento,
          ),
        alvo.prazoMs,
      );
      expect(alvo.provedor.readWebhook(evento.corpo)).toMatchObject({
        sobre: 'INTENTO',
        intento: { provedorId: intento, situacao: 'CAPTURADO', capturadoCentavos: 9_000 },
        marca: { reservaId: cobranca.reservaId, parcela: 1 },
      });
      const meio = await eventually(
        () =>
          achar(
            alvo.provedor.listEvents(haPouco()),
            ({ tipo, intentoId }) => tipo === 'charge.succeeded' && intentoId === intento,
          ),
        alvo.prazoMs,
      );
      expect(alvo.provedor.readWebhook(meio.corpo)).toEqual({ sobre: 'MEIO', intentoId: intento, metodo: 'CARTAO' });
    });
  });

  describe('assinatura de webhook', () => {
    const corpo = JSON.stringify({
      id: 'evt_contrato',
      object: 'event',
      type: 'payment_intent.succeeded',
      data: { object: { id: 'pi_contrato', object: 'payment_intent' } },
    });
    const assinar = (segredo: string, segundos = 0) =>
      alvo.sdk.webhooks.generateTestHeaderString({
        payload: corpo,
        secret: segredo,
        timestamp: Math.floor(Date.now() / 1000) + segundos,
      });
    const conferir = (assinatura: string, bytes = corpo) => alvo.provedor.verifyWebhook(Buffer.from(bytes), assinatura);

    it.each(SECRETS)('vale sob qualquer dos segredos: %s', (segredo) => {
      expect(conferir(assinar(segredo))).toEqual({
        eventoId: 'evt_contrato',
        tipo: 'payment_intent.succeeded',
        intentoId: 'pi_contrato',
        versaoApi: null,
        inesperado: null,
      });
    });

    it('vale até cinco minutos de diferença, para os dois lados', () => {
      for (const segundos of [-295, 295]) expect(conferir(assinar(SECRETS[1], segundos)).eventoId).toBe('evt_contrato');
      for (const segundos of [-310, 310])
        expect(() => conferir(assinar(SECRETS[1], segundos))).toThrow(AssinaturaInvalida);
    });

    it('com outro segredo, outro corpo ou nenhuma, não vale', () => {
      expect(() => conferir(assinar('whsec_de_outro'))).toThrow(AssinaturaInvalida);
      expect(() => conferir(assinar(SECRETS[1]), `${corpo} `)).toThrow(AssinaturaInvalida);
      expect(() => conferir('')).toThrow(AssinaturaInvalida);
    });
  });
});
