import { Botao, data, dinheiro, Falha, periodo, useIdioma, useUmaVez } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { entregar } from '../calendario.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

/** What was paid and given back of one charge, each with its numbered receipt. */
export function Recibo() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id } = useParams({ from: '/pagamentos/$id/recibo' });
  const {
    data: recibos,
    error,
    refetch,
  } = useQuery({
    queryKey: ['recibos', id],
    queryFn: async () => (await api('GET /v1/pagamentos/:id/recibos', { parametros: { id } })).body.itens,
  });
  const baixar = useUmaVez({
    mutationFn: async (numero: string) => {
      const { body } = await api('GET /v1/pagamentos/recibos/:numero', {
        parametros: { numero },
        consulta: { formato: 'pdf' },
      });
      if (body instanceof Blob) entregar(body, `recibo-${numero}.pdf`);
    },
  });
  if (!recibos)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('recibo.carregando')}</p>;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('recibo.titulo')}</h1>
      {recibos.length === 0 && <p>{t('recibo.nenhum')}</p>}
      {baixar.error && <Falha erro={baixar.error} />}
      {recibos.map((recibo) => (
        <section key={recibo.numero} className={estilo['folha']}>
          <h2>{t('recibo.numero', { numero: recibo.numero })}</h2>
          <dl className={estilo['pares']}>
            <div>
              <dt>{t(recibo.tipo === 'PAGAMENTO' ? 'recibo.pago' : 'recibo.devolvido')}</dt>
              <dd className={estilo['total']}>{dinheiro(recibo.valorCentavos, idioma)}</dd>
            </div>
            <div>
              <dt>{t('recibo.emitido')}</dt>
              <dd>
                {data(recibo.emitidoEm, recibo.reservas[0]?.fuso ?? 'UTC', idioma)}, {recibo.emitente}
              </dd>
            </div>
            {recibo.reservas.map((reserva) => (
              <div key={reserva.reservaId}>
                <dt>{reserva.espacoNome}</dt>
                <dd>
                  <Link to="/reservas/$id" params={{ id: reserva.reservaId }}>
                    {periodo(reserva.inicio, reserva.fim, reserva.fuso, idioma)}
                  </Link>
                </dd>
              </div>
            ))}
          </dl>
          {recibo.situacao === 'SEM_EFEITO' && <p>{t('recibo.semEfeito')}</p>}
          <div>
            <Botao
              forma="secundario"
              ocupado={baixar.isPending && baixar.variables === recibo.numero}
              onClick={() => baixar.mutate(recibo.numero)}
            >
              {t('recibo.baixar')}
            </Botao>
          </div>
        </section>
      ))}
    </div>
  );
}
