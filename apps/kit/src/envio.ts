import { comoProblema } from './problema.js';
import { useUmaVez } from './uma-vez.js';

/** One thing that is asked for by a form: at most once at a time; what was refused by field, and what otherwise. */
export function useEnvio<R, P = void>(pedir: (pedido: P) => Promise<R>, feito?: (resposta: R) => unknown) {
  const envio = useUmaVez<R, P>({ mutationFn: pedir, ...(feito && { onSuccess: feito }) });
  const campos = envio.error ? comoProblema(envio.error).campos : {};
  return {
    ocupado: envio.isPending,
    feito: envio.isSuccess,
    campos,
    /** Whatever was refused, or failed. */
    falha: envio.error ?? undefined,
    /** What no field is to blame for. */
    erro: envio.error !== null && Object.keys(campos).length === 0 ? envio.error : undefined,
    enviar: (evento: { preventDefault: () => void } | undefined, pedido: P): void => {
      evento?.preventDefault();
      if (!envio.isPending) envio.mutate(pedido);
    },
  };
}
