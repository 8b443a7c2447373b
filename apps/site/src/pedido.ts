import { esquecerChave, guardarPedido, passageira } from '@plataforma/kit';

interface Dito<Corpo> {
  readonly corpo: Corpo;
  readonly cabecalhos: { readonly 'idempotency-key': string };
}

/**
 * Asks for something under a key of its own, which is the same until somebody answers: of what nobody answered it is not
 * known whether it came about, and the same key finds out.
 *
 * @param o all that makes it another
 * @param corpo what is sent, unless something was sent before under the same key
 */
export async function comChave<Corpo, R>(
  o: unknown,
  corpo: Corpo,
  pedir: (dito: Dito<Corpo>) => Promise<R>,
): Promise<R> {
  const [feito] = await comChaves([{ o, corpo }], pedir);
  return feito as R;
}

/** Several, one after the other; the keys of all are kept until the last has come about, so that none is asked for twice. */
export async function comChaves<Corpo, R>(
  pedidos: readonly { readonly o: unknown; readonly corpo: Corpo }[],
  pedir: (dito: Dito<Corpo>) => Promise<R>,
): Promise<R[]> {
  const feitos: R[] = [];
  for (const { o, corpo } of pedidos) {
    const dito = guardarPedido(o, corpo);
    try {
      feitos.push(await pedir({ corpo: dito.corpo, cabecalhos: { 'idempotency-key': dito.chave } }));
    } catch (erro) {
      if (!passageira(erro)) esquecerChave(o);
      throw erro;
    }
  }
  for (const { o } of pedidos) esquecerChave(o);
  return feitos;
}
