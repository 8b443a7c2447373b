import { consultas } from '@plataforma/kit';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.js';
import { conhecer } from './sessao.js';

/** All that the account's screens show, in one request; what is null could not be had just now. */
export const minhaConta = queryOptions({
  queryKey: ['conta'],
  queryFn: async () => {
    const { body } = await api('GET /v1/conta');
    conhecer(body.usuario);
    return body;
  },
});

export const relerConta = (): Promise<void> => consultas.invalidateQueries({ queryKey: minhaConta.queryKey });
