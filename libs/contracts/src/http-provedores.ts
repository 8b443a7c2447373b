import { z } from 'zod';
import { instante } from './primitives.js';

/** How the configuration calls a provider of identities. */
export const idDeProvedor = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'esperado o id de um provedor, como google');
/** To which of the addresses that are configured the provider sends the person back; nobody may name another. */
const retorno = z
  .enum(['WEB', 'APLICATIVO', 'ADMINISTRACAO'])
  .describe('Para qual dos endereços configurados o provedor devolve a pessoa');
const opaco = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'não é um pedido que esta API tenha dado');
/** What a provider sends in an address: printable ASCII, as long as the longest codes in use. */
const doProvedor = (max: number) =>
  z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${max}}$`), 'não é o que um provedor traz');
const senha = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[^\u0000-\u001F\u007F-\u009F\uD800-\uDFFF]*$/u, 'não pode conter caracteres de controle')
  .meta({ pattern: '^[^\\u0000-\\u001F\\u007F-\\u009F]*$' });

export const provedoresHttp = z
  .object({ itens: z.array(z.object({ id: idDeProvedor, nome: z.string() })) })
  .meta({ example: { itens: [{ id: 'google', nome: 'Google' }] } });

export const entradaExternaHttp = z
  .strictObject({ provedor: idDeProvedor, retorno })
  .meta({ example: { provedor: 'google', retorno: 'APLICATIVO' } });
export const entradaExternaIniciadaHttp = z
  .object({
    endereco: z.string().describe('Para onde levar o navegador da pessoa'),
    tokenPedido: z
      .string()
      .describe('Vale uma vez, por 10 minutos; fica só com quem pediu, que o apresenta no retorno'),
    expiraEm: instante,
  })
  .meta({
    example: {
      endereco: 'https://accounts.google.com/o/oauth2/v2/auth?client_id=…',
      tokenPedido: 'q'.repeat(43),
      expiraEm: '2026-11-27T12:10:00.000Z',
    },
  });

const resposta = {
  state: doProvedor(512),
  code: doProvedor(4_096).optional(),
  iss: doProvedor(512).optional(),
  error: doProvedor(200).optional(),
};
/** What the provider added to the address of the return; whatever else it added is of no use. */
export const retornoExternoHttp = z
  .strictObject({ tokenPedido: opaco, ...resposta })
  .meta({ example: { tokenPedido: 'q'.repeat(43), state: 'e'.repeat(43), code: 'abc' } });
/** The same in the query of a browser that was sent back. Providers add what they like. */
export const retornoNoNavegadorHttp = z.object(resposta);

/** An account has the e-mail that the provider vouches for: it is linked only by whoever proves that it is theirs. */
export const ligacaoPendenteHttp = z
  .object({
    tokenLigacao: z.string().describe('Vale por 10 minutos, com a senha da conta'),
    email: z.email().describe('O e-mail da conta que já existe'),
    expiraEm: instante,
  })
  .meta({
    example: { tokenLigacao: 'q'.repeat(43), email: 'ana@exemplo.com', expiraEm: '2026-11-27T12:10:00.000Z' },
  });
export const ligacaoHttp = z
  .strictObject({ tokenLigacao: opaco, senha })
  .meta({ example: { tokenLigacao: 'q'.repeat(43), senha: 'uma frase bem comprida' } });

export const novaLigacaoHttp = z
  .strictObject({ provedor: idDeProvedor, retorno })
  .meta({ example: { provedor: 'google', retorno: 'APLICATIVO' } });
export const meusProvedoresHttp = z
  .object({
    temSenha: z.boolean().describe('Se também se entra com senha'),
    itens: z.array(
      z.object({ provedor: z.string(), nome: z.string(), ligadoEm: instante, usadoEm: instante.nullable() }),
    ),
  })
  .meta({
    example: {
      temSenha: true,
      itens: [{ provedor: 'google', nome: 'Google', ligadoEm: '2026-11-27T12:00:00.000Z', usadoEm: null }],
    },
  });

// In a browser the secrets of a log-in under way are in cookies that no script reads.
export const entradaNoNavegadorHttp = entradaExternaHttp
  .pick({ provedor: true })
  .meta({ example: { provedor: 'google' } });
export const entradaIniciadaNoNavegadorHttp = entradaExternaIniciadaHttp
  .omit({ tokenPedido: true })
  .meta({ example: { endereco: 'https://accounts.google.com/…', expiraEm: '2026-11-27T12:10:00.000Z' } });
export const ligacaoNoNavegadorHttp = ligacaoHttp
  .omit({ tokenLigacao: true })
  .meta({ example: { senha: 'uma frase bem comprida' } });

export type RetornoDeProvedor = z.output<typeof retorno>;
export type RespostaDeProvedor = Pick<z.output<typeof retornoExternoHttp>, 'state' | 'code' | 'iss' | 'error'>;
export type EntradaExternaIniciadaHttp = z.output<typeof entradaExternaIniciadaHttp>;
export type ProvedoresHttp = z.output<typeof provedoresHttp>;
export type MeusProvedoresHttp = z.output<typeof meusProvedoresHttp>;
