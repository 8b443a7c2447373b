import { useRef } from 'react';
import { useMutation, type UseMutationOptions } from '@tanstack/react-query';

/** A mutation that is under way at most once, also for two presses between which nothing was drawn yet. */
export function useUmaVez<R, P = void>(opcoes: UseMutationOptions<R, Error, P>) {
  const emCurso = useRef(false);
  const { mutationFn } = opcoes;
  const mutacao = useMutation({
    ...opcoes,
    ...(mutationFn && {
      mutationFn: async (pedido, contexto) => {
        try {
          return await mutationFn(pedido, contexto);
        } finally {
          emCurso.current = false;
        }
      },
    }),
  } satisfies UseMutationOptions<R, Error, P>);
  const mutate = (pedido: P): void => {
    if (emCurso.current) return;
    emCurso.current = true;
    mutacao.mutate(pedido);
  };
  return { ...mutacao, mutate };
}
