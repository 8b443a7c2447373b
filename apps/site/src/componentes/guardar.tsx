import { Botao, consultas, useEnvio } from '@plataforma/kit';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';

/** The spaces that one comes back to. */
export const guardados = queryOptions({
  queryKey: ['favoritos'],
  queryFn: async () => (await api('GET /v1/favoritos', { consulta: { limite: 100 } })).body.itens,
  staleTime: 60_000,
});

export function Guardar({ espacoId }: { espacoId: string }) {
  const t = useTextos();
  const { estado } = useSessao();
  const { data } = useQuery({ ...guardados, enabled: estado === 'ABERTA' });
  const guardado = data?.some(({ id }) => id === espacoId) ?? false;
  const { ocupado, falha, enviar } = useEnvio(
    (sim: boolean) =>
      api(sim ? 'PUT /v1/favoritos/:espacoId' : 'DELETE /v1/favoritos/:espacoId', { parametros: { espacoId } }),
    () => consultas.invalidateQueries({ queryKey: guardados.queryKey }),
  );
  if (!data) return null;
  return (
    <div>
      <Botao forma="leve" aria-pressed={guardado} ocupado={ocupado} onClick={() => enviar(undefined, !guardado)}>
        {t(guardado ? 'guardar.guardado' : 'guardar.guardar')}
      </Botao>
      <span role="status">{falha !== undefined && ` ${t('falha.semResposta')}`}</span>
    </div>
  );
}
