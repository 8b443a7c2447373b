import { useState } from 'react';
import type { ReservaHttp } from '@plataforma/contracts';
import { Aviso, Botao, Campo, dinheiro, Escolha, Falha, periodo, useEnvio, useIdioma } from '@plataforma/kit';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { usePode } from '../acesso.js';
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
  const pode = usePode();
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
      {pode('reservas.receber:todos') && <Receber />}
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

/** Whoever arrives shows a code, or says it: it tells which booking is theirs. */
function Receber() {
  const t = useTextos();
  const idioma = useIdioma();
  const consultas = useQueryClient();
  const [codigo, setCodigo] = useState('');
  const [recebida, setRecebida] = useState<ReservaHttp>();
  const receber = useEnvio(
    async () => (await api('POST /v1/checkins', { corpo: { codigo: codigo.trim() } })).body,
    (reserva) => {
      setRecebida(reserva);
      setCodigo('');
      void consultas.invalidateQueries({ queryKey: ['reservas'] });
    },
  );
  return (
    <section className={estilo['folha']} aria-labelledby="receber">
      <h2 id="receber">{t('reservas.receber')}</h2>
      {receber.erro && <Falha erro={receber.erro} />}
      {recebida && !receber.falha && (
        <Aviso tom="certo">
          <p>
            {t('reservas.recebida', { espaco: recebida.espaco.nome })}{' '}
            {periodo(recebida.inicio, recebida.fim, recebida.fuso, idioma)} · <DaReserva id={recebida.id} />
          </p>
        </Aviso>
      )}
      <form className={estilo['filtros']} onSubmit={receber.enviar}>
        <Campo
          id="codigo"
          rotulo={t('reservas.codigo')}
          required
          autoComplete="off"
          erro={receber.campos['codigo']}
          value={codigo}
          onChange={({ target }) => setCodigo(target.value)}
        />
        <Botao type="submit" forma="secundario" ocupado={receber.ocupado}>
          {t('reservas.registrarChegada')}
        </Botao>
      </form>
    </section>
  );
}
