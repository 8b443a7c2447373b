import { useState } from 'react';
import { Botao, Campo, dinheiro, Escolha, periodo, useIdioma } from '@plataforma/kit';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { DaReserva, ehId, Situacao } from '../componentes/ditos.js';
import estilo from '../componentes/painel.module.css';
import { Lista } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

const STATUS = [
  'PENDENTE_APROVACAO',
  'PENDENTE_PAGAMENTO',
  'CONFIRMADA',
  'CONCLUIDA',
  'NAO_COMPARECEU',
  'CANCELADA',
] as const;
const REFERENCIA = /^[0-9a-f]{4}-?[0-9a-f]{4}$/i;

/** All bookings; one by its id or by what people call it. */
export function Reservas() {
  const t = useTextos();
  const idioma = useIdioma();
  const navegar = useNavigate();
  const busca = useSearch({ strict: false });
  const status = STATUS.find((um) => um === busca.status);
  const [texto, setTexto] = useState(busca.texto ?? '');
  const referencia = REFERENCIA.test(busca.texto ?? '') ? busca.texto?.replace('-', '').toLowerCase() : undefined;
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.reservas')}</h1>
      <form
        role="search"
        className={estilo['filtros']}
        onSubmit={(evento) => {
          evento.preventDefault();
          const dito = texto.trim();
          if (ehId(dito)) void navegar({ to: '/reservas/$id', params: { id: dito.toLowerCase() } });
          else void navegar({ to: '/reservas', search: { ...busca, texto: dito } });
        }}
      >
        <Campo
          rotulo={t('reservas.procurar')}
          dica={t('reservas.comoProcurar')}
          erro={busca.texto !== undefined && referencia === undefined ? t('reservas.naoEReferencia') : undefined}
          value={texto}
          onChange={({ target }) => setTexto(target.value)}
        />
        <Escolha
          rotulo={t('sagas.situacao')}
          value={status ?? ''}
          onChange={({ target }) => void navegar({ to: '/reservas', search: { ...busca, status: target.value } })}
        >
          <option value="">{t('lista.todas')}</option>
          {STATUS.map((um) => (
            <option key={um} value={um}>
              {t(`status.${um}`)}
            </option>
          ))}
        </Escolha>
        <Botao type="submit">{t('lista.procurar')}</Botao>
      </form>
      <Lista
        titulo={t('titulos.reservas')}
        consulta={['reservas', status, referencia, busca.espaco]}
        pedir={async (cursor) =>
          (
            await api('GET /v1/reservas', {
              consulta: { status, referencia, espacoId: busca.espaco, cursor, limite: 50 },
            })
          ).body
        }
        vazio={t('reservas.nenhuma')}
        chave={({ id }) => id}
        colunas={[
          { nome: t('titulos.reserva'), titulo: true, celula: ({ id }) => <DaReserva id={id} /> },
          { nome: t('reservas.espaco'), celula: ({ espaco }) => espaco.nome },
          { nome: t('reservas.quando'), celula: ({ inicio, fim, fuso }) => periodo(inicio, fim, fuso, idioma) },
          { nome: t('sagas.situacao'), celula: (reserva) => <Situacao status={reserva.status} /> },
          {
            nome: t('conciliacao.valor'),
            numero: true,
            celula: ({ valorCentavos }) => dinheiro(valorCentavos, idioma),
          },
        ]}
      />
    </div>
  );
}
