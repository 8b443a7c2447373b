import type { OperacaoDaWeb } from '@plataforma/contracts';
import { clientePorEndereco, porFetch } from '@plataforma/contracts/cliente';
import { comRelogio } from '@plataforma/kit';
import { comSessao } from './sessao.js';

/** What is still asked for while the page is being left arrives all the same. */
const buscar: typeof fetch = (onde, opcoes) =>
  comRelogio(onde, { ...opcoes, keepalive: document.visibilityState === 'hidden' });
const direto = porFetch(location.origin, { prazoMs: 15_000, buscar });

/** What anybody may ask does not wait for a session to be taken up again. */
const deTodos = /^\/v1\/(espacos|configuracao)/;

/** The operations of the BFF by address, each with its types: `api('GET /v1/espacos/:id', { parametros: { id } })`. */
export const api = clientePorEndereco<OperacaoDaWeb>(comSessao(direto, deTodos));
