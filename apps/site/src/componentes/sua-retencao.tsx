import { agora, Aviso, classeDeBotao, periodo, useAgora, useIdioma } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.js';
import { useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import estilo from '../telas/telas.module.css';

/** A time of the space that is held for whoever looks: they went back, and have not lost it. */
export function SuaRetencao({ espacoId }: { espacoId: string }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { estado, usuario } = useSessao();
  const { data } = useQuery({
    queryKey: ['reservas', 'retida', espacoId],
    queryFn: async () =>
      (await api('GET /v1/reservas', { consulta: { espacoId, status: 'PENDENTE_PAGAMENTO', limite: 5 } })).body.itens,
    enabled: estado === 'ABERTA',
    staleTime: 0,
  });
  // Of those who see everybody's it is still their own.
  const retida = data?.find(({ clienteId, expiraEm }) => clienteId === usuario?.id && Date.parse(expiraEm) > agora());
  useAgora(retida ? 5_000 : 0);
  if (!retida) return null;
  return (
    <Aviso tom="espera" titulo={t('retida.titulo')}>
      <p>{periodo(retida.inicio, retida.fim, retida.fuso, idioma)}</p>
      <div className={estilo['linha']}>
        <Link to="/reservas/$id/pagar" params={{ id: retida.id }} className={classeDeBotao('secundario')}>
          {t('retida.continuar')}
        </Link>
      </div>
    </Aviso>
  );
}
