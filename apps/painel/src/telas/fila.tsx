import { Etiqueta, periodo, useIdioma } from '@plataforma/kit';
import { api } from '../api.js';
import { DaReserva, Instante } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';
import { Pessoa } from './reserva.js';

/** Who waits for which time. */
export function Fila() {
  const t = useTextos();
  const idioma = useIdioma();
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.fila')}</h1>
      <Lista
        titulo={t('titulos.fila')}
        consulta={['fila']}
        pedir={async (cursor) => (await api('GET /v1/fila', { consulta: { cursor, limite: 50 } })).body}
        vazio={t('fila.ninguem')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('reserva.cliente'), titulo: true, celula: ({ clienteId }) => <Pessoa id={clienteId} /> },
          {
            nome: t('reservas.espaco'),
            celula: ({ espaco, busca }) => espaco?.nome ?? t('fila.qualquer', { cidade: busca?.cidade ?? '' }),
          },
          {
            nome: t('reservas.quando'),
            celula: ({ inicio, fim, espaco }) => periodo(inicio, fim, espaco?.fuso ?? 'America/Sao_Paulo', idioma),
          },
          {
            nome: t('sagas.situacao'),
            celula: ({ situacao }) => (
              <Etiqueta tom={situacao === 'OFERTADA' ? 'retido' : situacao === 'ESPERANDO' ? 'livre' : 'suave'}>
                {t(`esperas.${situacao}`)}
              </Etiqueta>
            ),
          },
          {
            nome: t('titulos.reserva'),
            celula: ({ reservaId }) => (reservaId === null ? '—' : <DaReserva id={reservaId} />),
          },
          { nome: t('mortas.desde'), celula: ({ criadaEm }) => <Instante em={criadaEm} /> },
        ]}
      />
    </div>
  );
}
